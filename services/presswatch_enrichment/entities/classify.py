"""What the segments of a text name: what the tables say of them, else what the evidence says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from presswatch_enrichment.entities.evidence import document
from presswatch_enrichment.entities.gazetteer import Hit, load_gazetteer, slug
from presswatch_enrichment.entities.named import Named, of_entry
from presswatch_enrichment.entities.runs import Word
from presswatch_enrichment.entities.segments import NONE, OTHER, Segment, name_segments
from presswatch_enrichment.entities.traits import coarse, traits
from presswatch_enrichment.entities.weights import KINDS, load_scorer
from presswatch_enrichment.entities.words import small_words, words
from presswatch_enrichment.stopwords import stopwords

__all__ = ["classify"]

# In languages that write every noun with a capital it says little, so more must speak for a name.
CAPITAL_NOUNS = frozenset(("de", "lb"))
ORGANISATION = frozenset(("orgtail", "orghead"))
TELLING = ORGANISATION | {"first", "firstlast"}
PARTICLES = frozenset(("von", "van", "de", "den", "ten", "bin", "al", "di"))
ACRONYM = re.compile(r"^[A-ZÄÖÜ][A-ZÄÖÜ&]{2,5}$")
LEARNED = "en"
LEAD_ELSEWHERE = 1.0
"""The evidence was weighed on English: elsewhere it must be clearer."""
PLAIN = frozenset(("eng10", "eng20"))
PLAIN_ELSEWHERE = PLAIN | {"eng35", "unknown", "hyphen"}
NAMELESS = (KINDS[NONE], KINDS[OTHER])
KNOWN, GUESSED, INSIDE = 3, 2, 1


def classify(text: str, hits: Sequence[Hit], lang: str) -> Iterator[Named]:
    """The names in a text, given the known ones in it; both in order."""
    gazetteer = load_gazetteer()
    about = document(text, gazetteer.rank, _worth(lang))
    skip = _skipped(lang)
    segments = list(name_segments(about, load_scorer()))
    grouped = list(_by_segment(hits, segments))
    for segment, inside in zip(segments, grouped, strict=True):
        yield from _of_segment(segment, inside, text, lang, skip)
    within = {(hit.start, hit.end) for inside in grouped for hit in inside}
    # Known names across the cuts, and in lower case or in scripts without capitals.
    outside = (hit for hit in hits if (hit.start, hit.end) not in within and not hit.entry.ambiguous)
    yield from (of_entry(hit.start, hit.end, hit.entry, KNOWN) for hit in outside)


def _by_segment(hits: Sequence[Hit], segments: Sequence[Segment]) -> Iterator[list[Hit]]:
    """The hits that lie inside each segment."""
    place = 0
    for segment in segments:
        while place < len(hits) and hits[place].start < segment.start:
            place += 1
        inside = []
        while place < len(hits) and hits[place].start < segment.end:
            if hits[place].end <= segment.end:
                inside.append(hits[place])
            place += 1
        yield inside


def _of_segment(segment: Segment, hits: Sequence[Hit], text: str, lang: str, skip: frozenset[str]) -> Iterator[Named]:
    start, end = segment.start, segment.end
    whole = next((hit.entry for hit in hits if (hit.start, hit.end) == (start, end)), None)
    kind = "organisation" if _has_legal_form(segment) else KINDS[segment.kind]
    if whole is not None and (whole.type == kind or not whole.ambiguous):
        yield of_entry(start, end, whole, KNOWN)
    elif len(hits) == 0 and text[start:end] in words("calendar"):
        return
    elif kind in NAMELESS or not _sure(segment, lang, skip):
        yield from (of_entry(hit.start, hit.end, hit.entry, INSIDE) for hit in hits if not hit.entry.ambiguous)
    else:
        name = text[start:end]
        entry = load_gazetteer().get(name)
        if entry is not None and entry.type == kind:
            yield of_entry(start, end, entry, GUESSED)
        else:
            yield Named(start, end, kind, name, f"{kind}:{slug(name)}", GUESSED)


def _has_legal_form(segment: Segment) -> bool:
    """Whatever surrounds it, "Graulund Shipyard Ltd" is a company."""
    return segment.j - segment.i > 1 and segment.run.words[segment.j - 1].text.rstrip(".") in words("legal_forms")


def _sure(segment: Segment, lang: str, skip: frozenset[str]) -> bool:
    names = [word.text for word in segment.run.words[segment.i : segment.j]]
    if lang == LEARNED or _has_legal_form(segment):
        return True
    if names[0].casefold() in skip or segment.lead <= LEAD_ELSEWHERE:
        return False
    given = "first" in coarse(names[0])
    if KINDS[segment.kind] == "person" and not given and not small_words().isdisjoint(names):
        return False
    return lang not in CAPITAL_NOUNS or _more_than_a_noun(KINDS[segment.kind], names, given)


def _skipped(lang: str) -> frozenset[str]:
    """Words that begin no name. In the language of the weights those are told by their evidence."""
    return stopwords(lang) if lang != LEARNED else frozenset()


def _worth(lang: str) -> Callable[[Sequence[Word], str], bool]:
    """Whether a run is worth reading, by its words and what stands before it."""
    skip = _skipped(lang)

    def worth(run: Sequence[Word], before: str) -> bool:
        if len(run) > 1:
            return lang not in CAPITAL_NOUNS or _may_be_a_name(run)
        word = run[0].text
        if word.casefold() in skip:
            return False
        if lang in CAPITAL_NOUNS:
            return _may_be_a_name(run)
        # That the first word of a sentence has a capital tells nothing of it.
        return bool(before) or _stands_out(word, lang)

    return worth


def _stands_out(word: str, lang: str) -> bool:
    """A known name, or a word that looks like none of every day."""
    plain = PLAIN if lang == LEARNED else PLAIN_ELSEWHERE
    return coarse(word) not in plain or load_gazetteer().rank(word) not in ("", "small")


def _may_be_a_name(run: Sequence[Word]) -> bool:
    """Where every noun has a capital: nothing that `_more_than_a_noun` could take is left out."""
    words_of_run = [word.text for word in run]
    if len(words_of_run) == 1:
        return ACRONYM.match(words_of_run[0]) is not None or load_gazetteer().rank(words_of_run[0]) not in ("", "small")
    return any(
        ACRONYM.match(word) or not TELLING.isdisjoint(traits(word)) or word.rstrip(".") in words("legal_forms")
        for word in words_of_run
    )


def _more_than_a_noun(kind: str, names: Sequence[str], given: bool) -> bool:
    """A given name with a family name, an acronym or an organisation's own word, a place of the tables."""
    if kind == "person":
        return given and len(names) > 1 and small_words().difference(PARTICLES).isdisjoint(names)
    if kind == "place":
        return load_gazetteer().rank(" ".join(names)) not in ("", "small")
    telling = {trait for name in (names[0], names[-1]) for trait in traits(name)}
    return (len(names) > 1 and not telling.isdisjoint(ORGANISATION)) or ACRONYM.match(names[0]) is not None
