"""What a mail says, apart from how it looks: cut to readable lengths, dangerous characters gone. Pure.

Its own words are in the language of its reader; in English they are as they stand here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from presswatch_delivery.channels.port import Message
from presswatch_shared.languages import Language, language_named
from presswatch_shared.messages import AlertMessage, ChannelTest, Digest, DigestItem, Notice
from presswatch_shared.plain_text import BIDI, CONTROL, one_line
from presswatch_shared.texts import gettext, ngettext

__all__ = ["ArticleView", "MailView", "Piece", "mail_view"]

TITLE, NAME, QUERY, SNIPPET, CLAUSE, HOST, LANG = 300, 100, 500, 700, 200, 100, 16
CLAUSES = 6
LONGEST_URL = 2000
SUBJECT = 180


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a snippet; `marked` where the watch matched."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An alert as a reader sees it. An address is empty where it must not be linked to."""

    title: str
    url: str
    outlet: str
    when: str
    lang: str
    pieces: Sequence[Piece]
    clauses: Sequence[str]
    also: str
    """At how many other outlets the story stands; empty for none."""
    updated: bool
    mute_url: str

    @property
    def snippet(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A whole mail."""

    language: Language
    subject: str
    heading: str
    note: str
    articles: Sequence[ArticleView]
    more: str
    """How many more there are; empty for none."""
    watch_name: str
    query: str
    inbox_url: str
    watch_url: str
    unsubscribe_url: str


def mail_view(message: Message, public_url: str) -> MailView:
    """The view of whatever a message holds."""
    content, language = message.content, language_named(message.language)
    if isinstance(content, AlertMessage):
        return _view(message, public_url, language, *_alert(content, message, public_url, language))
    if isinstance(content, Digest):
        return _view(message, public_url, language, *_digest(content, message, public_url, language))
    if isinstance(content, ChannelTest):
        return _view(message, public_url, language, *_test(content, language))
    return _view(message, public_url, language, *_notice(content, language))


Parts = tuple[str, str, str, Sequence[ArticleView], int]
"""Subject without the name of the watch, heading, note, articles, how many more."""


def _alert(alert: AlertMessage, message: Message, public_url: str, language: Language) -> Parts:
    held = ngettext(
        "%(count)s alert was held back since the one before; they stand in the inbox.",
        "%(count)s alerts were held back since the one before; they stand in the inbox.",
        alert.held_back,
    )
    item = DigestItem(
        alert_id=alert.alert_id,
        kind=alert.kind,
        article_id=alert.article.id,
        url=alert.article.url,
        title=alert.article.title,
        source=alert.article.source,
        lang=alert.article.lang,
        published_at=alert.article.published_at,
        snippet=alert.snippet,
        snippet_spans=alert.snippet_spans,
        clauses=alert.clauses,
        story_id=alert.story_id,
        outlets=alert.outlets,
        fired_at=alert.fired_at,
    )
    article = _article(item, message, public_url, "UTC", language)
    heading = gettext("An article has changed") if article.updated else gettext("A new article")
    return article.title, language.said(heading), language.said(held) if alert.held_back else "", (article,), 0


def _digest(digest: Digest, message: Message, public_url: str, language: Language) -> Parts:
    articles = tuple(_article(item, message, public_url, digest.zone, language) for item in digest.items)
    counted = language.said(ngettext("%(count)s article", "%(count)s articles", digest.total))
    since, until = (language.moment_in(moment, digest.zone) for moment in (digest.window_start, digest.window_end))
    subject = f"{counted}, {language.day_in(digest.window_end, digest.zone)}"
    return subject, counted, f"{since} – {until}", articles, digest.more


def _test(content: ChannelTest, language: Language) -> Parts:
    note = gettext(
        "This is a test, sent %(when)s. Alerts of this watch come to this address.",
        when=language.moment_in(content.sent_at, "UTC"),
    )
    subject, heading = gettext("test of this channel"), gettext("It works")
    return language.said(subject), language.said(heading), language.said(note), (), 0


def _notice(content: Notice, language: Language) -> Parts:
    told = gettext(
        "The %(kind)s channel to %(target)s was switched off: %(reason)s.",
        kind=content.channel_kind,
        target=content.target,
        reason=content.reason,
    )
    subject, heading = gettext("a channel was switched off"), gettext("A channel was switched off")
    # One that has waited since before has only its text.
    text = language.said(told) if content.reason else content.text
    return language.said(subject), language.said(heading), one_line(text, SNIPPET), (), 0


def _view(
    message: Message,
    public_url: str,
    language: Language,
    subject: str,
    heading: str,
    note: str,
    articles: Sequence[ArticleView],
    more: int,
) -> MailView:
    content = message.content
    name = one_line(content.watch_name, NAME) or language.said(gettext("watch"))
    rest = ngettext("… and %(count)s more", "… and %(count)s more", more)
    return MailView(
        language=language,
        subject=one_line(f"{name}: {subject}", SUBJECT),
        heading=heading,
        note=note,
        articles=articles,
        more=language.said(rest) if more else "",
        watch_name=name,
        query=one_line(content.query, QUERY),
        inbox_url=f"{public_url}/inbox?watch={quote(message.watch_id)}",
        watch_url=f"{public_url}/watches/{quote(message.watch_id)}",
        unsubscribe_url=f"{public_url}/unsubscribe/{quote(message.token)}",
    )


def _article(item: DigestItem, message: Message, public_url: str, zone: str, language: Language) -> ArticleView:
    also = ngettext("also at %(count)s more", "also at %(count)s more", item.outlets - 1)
    return ArticleView(
        title=one_line(item.title, TITLE) or language.said(gettext("(without a title)")),
        url=_linkable(item.url),
        outlet=one_line(item.source, HOST),
        when=language.moment_in(item.published_at if item.published_at is not None else item.fired_at, zone),
        lang=one_line(item.lang, LANG),
        pieces=_pieces(item.snippet, item.snippet_spans),
        clauses=[one_line(clause, CLAUSE) for clause in item.clauses[:CLAUSES]],
        also=language.said(also) if item.outlets > 1 else "",
        updated=item.kind == "updated",
        mute_url=f"{public_url}/mute/{quote(message.token)}/{quote(item.alert_id)}",
    )


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Sequence[Piece]:
    """The snippet cut at its spans; characters that must not be shown are replaced one by one, so that spans stay."""
    shown = BIDI.sub("\N{REPLACEMENT CHARACTER}", CONTROL.sub("\N{REPLACEMENT CHARACTER}", text[:SNIPPET]))
    shown = shown.replace("\n", " ").replace("\t", " ")
    found: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        first, last = max(at, start), min(end, len(shown))
        if first < last:
            found += [Piece(shown[at:first], False), Piece(shown[first:last], True)]
            at = last
    return [piece for piece in [*found, Piece(shown[at:], False)] if piece.text]


def _linkable(url: str) -> str:
    """The address, if following it does nothing but open a page."""
    try:
        usable = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if usable and url.isprintable() and " " not in url and len(url) <= LONGEST_URL else ""
