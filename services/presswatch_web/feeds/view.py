"""What a feed says of the alerts of a watch, apart from its format. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from presswatch_shared.clock import Micros
from presswatch_shared.languages import Language
from presswatch_shared.plain_text import one_line, readable
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.watches import Watch
from presswatch_shared.texts import gettext, ngettext

__all__ = ["FeedEntry", "FeedView", "feed_view", "linkable"]

TITLE, NAME, QUERY, TEXT, HOST, LANG = 300, 200, 500, 2000, 100, 16
LONGEST_URL = 2000
CHANGED = gettext("Changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An alert; `url` is empty where it must not be linked to."""

    id: str
    title: str
    url: str
    outlet: str
    lang: str
    text: str
    published: Micros | None
    updated: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """A feed."""

    id: str
    title: str
    subtitle: str
    self_url: str
    home_url: str
    updated: Micros
    entries: Sequence[FeedEntry]


def feed_view(
    watch: Watch, alerts: Sequence[AlertRow], *, self_url: str, public_url: str, language: Language
) -> FeedView:
    """Of the alerts given, newest first; our own words are in the language of the watch's owner."""
    return FeedView(
        id=f"urn:presswatch:watch:{watch.id}",
        title=f"Presswatch: {one_line(watch.name, NAME)}",
        subtitle=one_line(watch.query, QUERY),
        self_url=self_url,
        home_url=f"{public_url}/watches/{watch.id}",
        updated=alerts[0].fired_at if alerts else watch.created_at,
        entries=[_entry(alert, language) for alert in alerts],
    )


def _entry(alert: AlertRow, language: Language) -> FeedEntry:
    also = ngettext("Also at %(count)s more.", "Also at %(count)s more.", alert.outlets - 1)
    more = f"\n\n{language.said(also)}" if alert.outlets > 1 else ""
    prefix = f"{language.said(CHANGED)}: " if alert.kind == "updated" else ""
    return FeedEntry(
        id=f"urn:presswatch:alert:{alert.alert_id}",
        title=prefix + (one_line(alert.title, TITLE) or language.said(gettext("(without a title)"))),
        url=linkable(alert.url),
        outlet=one_line(alert.source, HOST),
        lang=one_line(alert.lang, LANG),
        text=readable(alert.snippet, TEXT) + more,
        published=alert.published_at,
        updated=alert.fired_at,
    )


def linkable(url: str) -> str:
    """The address, or nothing where a reader of feeds must not be led."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.hostname and url.isprintable() and " " not in url
    return url if usable and len(url) <= LONGEST_URL else ""
