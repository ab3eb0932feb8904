"""Authors as declared or signed: names without "By", roles, addresses, places and times.

Declared ones (structured data, meta tags) may be an agency. A byline on the page is looser text, so only what reads
like the name of a person is taken from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.structured import Described

__all__ = ["choose_authors", "clean_names", "signed_by"]

BY = re.compile(
    r"^(?:(?:written|reported|posted|published|words|text|story|photos?|analysis|opinion|interview)?\s*by|von|vom"
    r"|de|por"
    r"|(?:view|see|show) (?:all|more) (?:posts|articles|stories) (?:by|from)|(?:zeige )?alle (?:beiträge"
    r"|artikel) (?:von|anzeigen von)"
    r"|(?:veröffentlicht|geschrieben|verfasst|publiziert|erstellt|gepostet|rezept|ein artikel|ein beitrag"
    r"|ein gastbeitrag) von"
    r"|(?:escrito|publicado) por|(?:écrit|publié|rédigé) par|(?:scritto|pubblicato) da|(?:geschreven|gepost) door"
    r"|text (?:&|und|and) (?:fotos?|photos?|bilder|interview)"
    r"|par|di|av|af|door"
    r"|przez|od|autor(?:in|en|a|es)?|auteurs?|authors?|text|texto|texte|автор|от|un article de)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
NO_NAMES = re.compile(
    r"^(?:(?:veröffentlicht|publiziert|aktualisiert|erstellt) am|(?:posted|published) on|hinterlasse\b|leave a"
    r"|name\b|autor(?:in|en)?$"
    r"|e-?mail|kommentare?|comments?|(?:no|keine|ein|\d+) (?:comments?|kommentare?)|mehr$|more posts?|datum"
    r"|quelle|antworten|reply|(?:fotos?|photos?|bild(?:er)?|videos?|gra(?:f|ph)i(?:k|cs?)|images?|pictures?)\s*:)",
    re.IGNORECASE,
)
SPLIT = re.compile(r"\s*(?:[;|•·\n]|,|\s/\s|\s&\s|\s(?:and|und|y|e|et|og|och|en|i|и)\s)\s*")
ADJECTIVES = (
    "senior|chief|deputy|managing|associate|assistant|executive|contributing|staff|special|freelance"
    "|former|lead|data|guest"
    "|national|international|foreign|political|diplomatic|defen[cs]e|security|business|economics?|science"
    "|health|sports?"
    "|technology|tech|culture|environment|climate|energy|education|world|news|royal|crime|legal"
    "|home affairs|white house|foreign affairs|social affairs|local democracy|breaking news|northern ireland"
    "|scotland|wales|live|local|regional|visual|sr\\.?|junior|acting|principal|global|general|community|court|arts|travel|food|film|music"
    "|football|rugby|cricket|multimedia|специальный|собственный|главный|старший|политический|военный|научный"
    "|investigations?|features?|opinion|digital|video|audience|social media|investigative|consumer|money|entertainment"
    "|showbiz|transport|religion|europe|asia|africa|middle east|us|uk|washington|beijing|moscow|chef|leitende[r]?"
)
NOUNS = (
    r"editor(?:-in-chief|-at-large)?|reporter(?:in)?|correspondent|writer|columnist|journalist|producer"
    r"|contributor|analyst"
    r"|critic|photographer|anchor|presenter|fellow|professor|researcher|redakteur(?:in)?|korrespondent(?:in)?"
    r"|chefredakteur(?:in)?|journalistin|volont[äa]r(?:in)?|redactor(?:a)?|corresponsal|periodista"
    r"|r[ée]dact(?:eur|rice)(?:\s+en\s+chef)?"
    r"|commentator|blogger|head of|director of|freelancer|gastautor(?:in)?|teamleiter(?:in)?|ressortleiter(?:in)?"
    r"|leiter(?:in)? (?:der|des)|envoy[ée]e? sp[ée]ciale?|enviad[oa] especial|inviat[oa]"
    r"|correspondante?|journaliste|giornalista|redattore|корреспондент|редактор|журналист|обозреватель|기자"
)
ROLE = re.compile(rf"(?:^|[\s,(–-])(?:(?:{ADJECTIVES})[\s-]+)*(?:{NOUNS})(?:$|[\s,.)].*$)", re.IGNORECASE)
ONLY_ROLE = re.compile(rf"^(?:{ADJECTIVES})\b.*\b(?:{NOUNS})\b.*$", re.IGNORECASE)
POSTED = re.compile(
    r"\s*\b(?:corresponsal|enviad[oa](?: especial)?|correspondante?|envoy[ée]e? sp[ée]ciale?|inviat[oa])"
    r"\s+(?:en|à|au|in|a)\s+[^\W\d_][\w'’-]*",
    re.IGNORECASE,
)
"""A role with its place: the word between them would part two names elsewhere."""
AGENCY = re.compile(
    r"(?<=\w)\s+(?:the associated press|associated press|reuters|afp|dpa|ap|efe|ansa|bbc(?: news| sport)?|cnn"
    r"|bloomberg(?: news)?|agence france-presse)$",
    re.IGNORECASE,
)
REPORTER_SIGN = re.compile(r"^(?:記者|记者)\s*[:：/／]?\s*|^文\s*[:：/／]\s*|\s*(?:記者|记者|기자)$")
TAIL = re.compile(
    r"\s*(?:(?-i:\b(?:in|for|from|at|with|avec|mit|für|pour|para|con)\s+(?:the\s+)?[^\W\d_a-z].*)"
    r"|\bam \d.*|\bum \d.*|\b(?:says|sagt|sagte|schrieb)\b.*|\bmore posts\b.*|\(.*|\[.*|@\S+.*"
    r"|https?://\S+.*|\S+@\S+.*|\b(?:published|updated|posted|via)\b.*|\s\d.*)$",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+(?:['’.\-]+[^\W\d_]*)*")
WORDLESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# A byline with one of these names an organisation, a section or a button, not a person.
NOT_PERSONS = re.compile(
    r"\b(?:staff|team|desk|newsroom|agency|agenc(?:y|ies)|agence|agencia|agentur|nachrichtenagentur|news"
    r"|media|press|reuters"
    r"|afp|dpa|apa|efe|ansa|tass|bloomberg|editorial|redaktion|redaction|rédaction|redacción|redazione"
    r"|magazine|zeitung|times"
    r"|post|daily|tribune|journal|herald|online|admin|administrator|guest|authors?|autor|unknown|anonymous"
    r"|follow|subscribe"
    r"|share|view|profile|more|about|read|comments?|copyright|contact|newsletter|wire|services?|quelle"
    r"|source|image|photo|foto"
    r"|sendung|редакция|агентство|новости|tv|television|radio|network|corporation|company|inc|ltd|gmbh|group"
    r"|university"
    r"|institute|ministry|web|site)\b|\.(?:com|org|net|de|at|ch)\b",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|author|autor|guest|unknown|anonymous|none|null|undefined|user|webmaster)$", re.IGNORECASE
)
DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:de|com|org|net|ch|at|info|eu|fr|es|it|uk)", re.IGNORECASE)
SIGNED = re.compile(
    r"(?:(?:written|posted|published|text) by|by|von|par|por|автор|autor(?:in)?|author|text|texte?)(?::\s*"
    r"|\s+)(?-i:[^\W\d_a-zа-я])",
    re.IGNORECASE,
)
SIGNED_MAX = 90
EDGES = ' .,:;-–—|•·"'
NAME_WORDS_MAX = 6
NAME_MAX = 80
AUTHORS_MAX = 20
BYLINE_NAMES_MAX = 3


def choose_authors(head: Head, described: Described, feed: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """(names, where from)."""
    site = {_key(described.publisher), _key(head.first("og:site_name"))}
    first: tuple[tuple[str, ...], str] = ((), "")
    for values, origin, only_persons in _sources(head, described, feed):
        names = clean_names(values, only_persons=only_persons)
        # Where only the site itself is declared, a person who signed on the page is the better answer.
        if not all(_is_site(name, site) for name in names):
            return names, origin
        if names and not first[0]:
            first = names, origin
    return first


def _sources(head: Head, described: Described, feed: Sequence[str]) -> Iterator[tuple[Sequence[str], str, bool]]:
    """(names as written, where from, only persons are to be taken), best first."""
    yield described.authors, "jsonld", False
    yield (_meta(head, "author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author"), "meta", False)
    yield _meta(head, "article:author", "byl", "cxenseparse:author", "citation_author"), "meta", False
    yield head.itemprop_authors, "itemprop", True
    yield head.itemprop_authors[:1], "itemprop", False
    yield head.bylines[:BYLINE_NAMES_MAX], "byline", True
    yield feed, "feed", False


def _is_site(name: str, site: set[str]) -> bool:
    return _key(name) in site or DOMAIN.fullmatch(name) is not None


def signed_by(lines: Sequence[str]) -> tuple[str, ...]:
    """Persons in the first line near the title that is a byline, in pages that mark none."""
    found = (clean_names([line], only_persons=True) for line in lines if SIGNED.match(line) and len(line) <= SIGNED_MAX)
    return next((names for names in found if names), ())


def _meta(head: Head, *names: str) -> Sequence[str]:
    return next((values for name in names if (values := [v for v in head.meta.get(name, ()) if v])), [])


def clean_names(values: Iterable[str], *, only_persons: bool = False) -> tuple[str, ...]:
    """Names in bylines, in order, each once."""
    found: dict[str, str] = {}
    for value in values:
        for name in _names(value):
            if _is_person(name) if only_persons else _is_name(name):
                found.setdefault(_key(name), _cased(name))
    return tuple(found.values())[:AUTHORS_MAX]


def _names(value: str) -> Iterable[str]:
    text = " ".join(unicodedata.normalize("NFC", value).replace("\u200b", "").split())
    if text.startswith(("http://", "https://", "/", "@", "www.")):
        return
    for part in SPLIT.split(BY.sub("", POSTED.sub("", text))):
        name = REPORTER_SIGN.sub("", TAIL.sub("", ROLE.sub("", ONLY_ROLE.sub("", BY.sub("", part)))).strip(EDGES))
        person = AGENCY.sub("", name)
        yield person if len(person.split()) > 1 else name


def _is_name(name: str) -> bool:
    told = 1 < len(name) <= NAME_MAX and WORD.search(name) is not None
    return told and not NOBODY.match(name) and not NO_NAMES.match(name)


def _is_person(name: str) -> bool:
    words = WORD.findall(name)
    long_enough = 2 <= len(words) <= NAME_WORDS_MAX or (len(words) == 1 and WORDLESS.match(name) is not None)
    return (
        long_enough
        and not NO_NAMES.match(name)
        and len(name) <= NAME_MAX
        and not words[0][0].islower()
        and not NOT_PERSONS.search(name)
    )


def _cased(name: str) -> str:
    """Names shouted in capitals are written as names; initials and agencies stay as they are."""
    if name.isupper() and " " in name:
        return re.sub(r"[^\W\d_]+", lambda m: m[0] if len(m[0]) < 3 else m[0].capitalize(), name)
    return name


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
