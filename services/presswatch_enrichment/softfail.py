"""Pages that are no articles though the server said 200: recognised by what they say and how little of it.

Each rule needs a short text as well as a telling word: an article *about* captchas or cookies is long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from presswatch_enrichment.content.shown import shown_and_linked
from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.structured import Described
from presswatch_enrichment.page import Extracted
from presswatch_enrichment.text_size import words_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Seen", "look_at", "soft_failure"]

DECLARED = ("jsonld", "meta", "itemprop")
SHORT_WORDS = 120
STUB_WORDS = 90
TINY_WORDS = 12
FRONT_WORDS = 250
LISTED_WORDS = 30
MOSTLY_LINKS = 0.6
CONSENT_WORDS = 60
PAGE_WORDS = 250
"""A page that is nothing but a wall says little besides."""

CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|attention required|access denied|are you a (?:human|robot)"
    r"|verify(?:ing)? you(?:'re| are) (?:a )?human|checking your browser"
    r"|security check|robot check|one more step|please wait|ddos-guard|human verification|captcha"
    r"|pardon our interruption|un momento|einen moment"
    r"|bitte warten|un instant|проверка браузера)",
    re.IGNORECASE,
)
CHALLENGE_TEXT = re.compile(
    r"verif(?:y|ying) (?:that )?you are (?:a |not a )?(?:human|robot)"
    r"|checking (?:if the site connection is secure|your browser)"
    r"|enable javascript and cookies to continue|unusual traffic from your|complete the security check"
    r"|press (?:&|and) hold to confirm"
    r"|you have been blocked|ray id:|request unsuccessful\. incapsula|please (?:solve|complete) (?:the"
    r"|this) captcha|подтвердите, что вы не робот"
    r"|confirm(?:e|a) que (?:vous|usted|no)[^.]{0,30}robot|bestätigen sie, dass sie (?:ein mensch|kein roboter)",
    re.IGNORECASE,
)
CHALLENGE_MARKUP = re.compile(
    r"cf-challenge|cf_chl_|challenge-platform/h/|_incapsula_resource|px-captcha|g-recaptcha|h-captcha"
    r"|geo\.captcha-delivery|datadome",
    re.IGNORECASE,
)
CONSENT = re.compile(
    r"before you continue to|we (?:and our (?:\d+ )?partners|value your privacy)"
    r"|accept (?:all )?(?:cookies|and continue)|cookie (?:consent|preferences|settings)"
    r"|consent to (?:the use of )?cookies|manage (?:your )?(?:consent|privacy)|mit werbung weiterlesen"
    r"|alle(?: cookies)? akzeptieren|zustimm(?:en|ung)"
    r"|accepter (?:et continuer|les cookies|et fermer)|continuer sans accepter|aceptar (?:y continuar"
    r"|(?:todas )?las cookies)|accetta (?:e continua|tutti)"
    r"|accepteer (?:alle )?cookies|принять (?:все )?(?:cookies|куки)",
    re.IGNORECASE,
)
LOGIN = re.compile(
    r"(?:please |you (?:must|need to) )?(?:log|sign) ?in (?:to (?:continue|read|view|access|your account)"
    r"|or (?:register|create))|log in to your account"
    r"|create (?:a |your )?free account to|register (?:now )?to (?:continue|read)"
    r"|bitte (?:melden sie sich an|einloggen)|jetzt anmelden"
    r"|connectez-vous|se connecter|inicia(?:r)? sesión|accedi (?:per|al)|войдите(?:,| в)|авторизуйтесь",
    re.IGNORECASE,
)
PAYWALL = re.compile(
    r"subscri(?:be|ption)(?:[^.]{0,40}(?:to (?:continue|read|unlock|access)|required|now)|rs only)"
    r"|already a subscriber|(?:this|the) (?:article|content|story) is (?:only |exclusively )?"
    r"(?:for|available to) (?:our )?subscribers|to (?:continue|keep) reading|premium (?:article|content)"
    r"|unlock (?:this|the) (?:article|story)"
    r"|jetzt (?:abonnieren|weiterlesen|testen)|weiterlesen mit|(?:nur|exklusiv) für abonnenten"
    r"|réservé aux abonnés|abonnez-vous|il vous reste"
    r"|suscr[ií]bete|solo para suscriptores|contenido (?:exclusivo|premium)|abbonati"
    r"|только для подписчиков|оформите подписку",
    re.IGNORECASE,
)
PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
MISSING = re.compile(
    r"\b404\b|(?:page|article|story|content|document)(?: you(?:'re"
    r"| are) looking for)?[^.]{0,40}(?:not (?:be )?found|no longer (?:exists|available)|does(?: not"
    r"|n't) exist"
    r"|cannot be found|has been (?:removed|deleted|moved))|(?:couldn't|could not|can't|cannot) find (?:the"
    r"|that|this) page|seite (?:wurde )?nicht gefunden"
    r"|(?:page|article) (?:introuvable|non trouvée?)|p[áa]gina no (?:encontrada|existe)|pagina non trovata"
    r"|página não encontrada|pagina niet gevonden"
    r"|страница не (?:найдена|существует)|strony nie znaleziono",
    re.IGNORECASE,
)
REDIRECT = re.compile(
    r"you are being redirected|redirecting(?: you)?(?: to|\.\.\.|…)"
    r"|if you are not (?:automatically )?redirected|click here if you are not redirected"
    r"|sie werden (?:automatisch )?weitergeleitet|vous allez être redirigé|será redirigido|вы будете перенаправлены",
    re.IGNORECASE,
)
SCRIPTED_MOVE = re.compile(
    r"(?:window|document|top|self)?\.?location(?:\.href)?\s*=\s*[\"']|location\.replace\(", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules look at. `visible` is all text of the page, `markup` the page itself (its beginning is enough)."""

    title: str
    body: str
    visible: str
    markup: str
    head: Head
    free: bool | None
    link_share: float
    """Share of the visible characters that stand in links."""
    path: str
    has_article_signs: bool
    """A publication date, an author or an article type is declared."""


def look_at(
    tree: LexborHTMLParser, head: Head, described: Described, about: Extracted, *, body: str, markup: str, url: str
) -> Seen:
    """What the rules need of a parsed page."""
    visible, linked = shown_and_linked(tree)
    dated = about.provenance.get("published_at") in DECLARED
    return Seen(
        title=about.title,
        body=body,
        visible=visible,
        markup=markup,
        head=head,
        free=described.free,
        link_share=linked / max(1, len(visible)),
        path=_path(url),
        has_article_signs=dated or bool(described.headline and not described.weak),
    )


def _path(url: str) -> str:
    """With the query: some sites number their articles there."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def soft_failure(seen: Seen) -> str:
    """The outcome (of the closed set) that the page is instead of an article, or nothing."""
    words = words_in(seen.body)
    rules = (
        ("bot_challenge", _is_challenge),
        ("redirect_stub", _is_redirect),
        ("soft_404", _is_missing),
        ("consent_wall", _is_consent),
        ("login_wall", _asks_password),
        ("paywall_stub", _is_paywall),
        ("login_wall", _is_login),
        ("index_page", _is_index),
    )
    found = next((outcome for outcome, applies in rules if applies(seen, words)), "")
    return found or ("empty" if words == 0 else "")


def _is_challenge(seen: Seen, words: int) -> bool:
    if words > SHORT_WORDS or seen.has_article_signs:
        return False
    titled = bool(CHALLENGE_TITLE.match(seen.head.title.strip()))
    said = bool(CHALLENGE_TEXT.search(seen.visible[:4000]))
    return ((titled or said) and len(seen.visible) < 3000) or (
        words < 30 and bool(CHALLENGE_MARKUP.search(seen.markup[:200_000]))
    )


def _is_redirect(seen: Seen, words: int) -> bool:
    if words > 40 or words_in(seen.visible) > SHORT_WORDS:
        return False
    moved = "refresh" in seen.head.meta and "url" in seen.head.first("refresh").lower()
    return moved or bool(REDIRECT.search(seen.visible)) or (words < 5 and bool(SCRIPTED_MOVE.search(seen.markup)))


def _is_missing(seen: Seen, words: int) -> bool:
    if words > STUB_WORDS or seen.has_article_signs:
        return False
    return bool(MISSING.search(seen.head.title) or MISSING.search(seen.title) or MISSING.search(seen.body[:400]))


def _is_consent(seen: Seen, words: int) -> bool:
    if words > CONSENT_WORDS or seen.has_article_signs or words_in(seen.visible) > PAGE_WORDS:
        return False
    return len(CONSENT.findall(seen.visible)) > 1


def _is_paywall(seen: Seen, words: int) -> bool:
    if words >= STUB_WORDS:
        return False
    return seen.free is False or bool(PAYWALL.search(seen.body)) or (words < 40 and bool(PAYWALL.search(seen.visible)))


def _asks_password(seen: Seen, words: int) -> bool:
    return not seen.has_article_signs and _is_login(seen, words) and bool(PASSWORD.search(seen.markup))


def _is_login(seen: Seen, words: int) -> bool:
    text = seen.body if words >= 40 else seen.visible[:3000]
    return words < STUB_WORDS and not seen.has_article_signs and bool(LOGIN.search(text))


def _is_index(seen: Seen, words: int) -> bool:
    """A front page or a list of articles: nearly all of it is links, or its address is that of a section."""
    if seen.has_article_signs and words >= STUB_WORDS:
        return False
    front = seen.path in ("", "/") and words < FRONT_WORDS
    listed = (
        seen.link_share > MOSTLY_LINKS
        and words < LISTED_WORDS
        and len(seen.visible) > 1500
        and not seen.has_article_signs
    )
    return (front or listed) and words_in(seen.visible) > TINY_WORDS
