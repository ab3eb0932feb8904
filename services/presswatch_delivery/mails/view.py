"""What a mail says, apart from how it looks: cut to readable lengths, dangerous characters gone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from presswatch_delivery.channels.port import Message
from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.messages import AlertMessage, ChannelTest, Digest, DigestItem, Notice
from presswatch_shared.plain_text import BIDI, CONTROL, one_line

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
    also: int
    """At how many other outlets the story stands."""
    updated: bool
    mute_url: str

    @property
    def snippet(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A whole mail."""

    subject: str
    heading: str
    note: str
    articles: Sequence[ArticleView]
    more: int
    watch_name: str
    query: str
    inbox_url: str
    watch_url: str
    unsubscribe_url: str


def mail_view(message: Message, public_url: str) -> MailView:
    """The view of whatever a message holds."""
    content = message.content
    if isinstance(content, AlertMessage):
        return _view(message, public_url, *_alert(content, message, public_url))
    if isinstance(content, Digest):
        return _view(message, public_url, *_digest(content, message, public_url))
    if isinstance(content, ChannelTest):
        return _view(message, public_url, *_test(content))
    return _view(message, public_url, *_notice(content))


Parts = tuple[str, str, str, Sequence[ArticleView], int]
"""Subject without the name of the watch, heading, note, articles, how many more."""


def _alert(alert: AlertMessage, message: Message, public_url: str) -> Parts:
    held = _counted(alert.held_back, "alert was", "alerts were")
    note = f"{held} held back since the one before; they stand in the inbox." if alert.held_back else ""
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
    article = _article(item, message, public_url, "UTC")
    heading = "An article has changed" if article.updated else "A new article"
    return article.title, heading, note, (article,), 0


def _digest(digest: Digest, message: Message, public_url: str) -> Parts:
    articles = tuple(_article(item, message, public_url, digest.zone) for item in digest.items)
    counted = _counted(digest.total, "article", "articles")
    since, until = (_when(moment, digest.zone) for moment in (digest.window_start, digest.window_end))
    subject = f"{counted}, {_day(digest.window_end, digest.zone)}"
    return subject, f"{counted}", f"{since} – {until}", articles, digest.more


def _test(content: ChannelTest) -> Parts:
    note = f"This is a test, sent {_when(content.sent_at, 'UTC')}. Alerts of this watch come to this address."
    return "test of this channel", "It works", note, (), 0


def _notice(content: Notice) -> Parts:
    return "a channel was switched off", "A channel was switched off", one_line(content.text, SNIPPET), (), 0


def _view(
    message: Message,
    public_url: str,
    subject: str,
    heading: str,
    note: str,
    articles: Sequence[ArticleView],
    more: int,
) -> MailView:
    content = message.content
    name = one_line(content.watch_name, NAME) or "watch"
    return MailView(
        subject=one_line(f"{name}: {subject}", SUBJECT),
        heading=heading,
        note=note,
        articles=articles,
        more=more,
        watch_name=name,
        query=one_line(content.query, QUERY),
        inbox_url=f"{public_url}/inbox?watch={quote(message.watch_id)}",
        watch_url=f"{public_url}/watches/{quote(message.watch_id)}",
        unsubscribe_url=f"{public_url}/unsubscribe/{quote(message.token)}",
    )


def _article(item: DigestItem, message: Message, public_url: str, zone: str) -> ArticleView:
    return ArticleView(
        title=one_line(item.title, TITLE) or "(without a title)",
        url=_linkable(item.url),
        outlet=one_line(item.source, HOST),
        when=_when(item.published_at if item.published_at is not None else item.fired_at, zone),
        lang=one_line(item.lang, LANG),
        pieces=_pieces(item.snippet, item.snippet_spans),
        clauses=[one_line(clause, CLAUSE) for clause in item.clauses[:CLAUSES]],
        also=max(0, item.outlets - 1),
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


def _when(moment: Micros, zone: str) -> str:
    local = from_micros(moment).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M %Z}"


def _day(moment: Micros, zone: str) -> str:
    local = from_micros(moment).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
