"""What stands in an outlet at a moment of the demo: ages count from its start, some articles arrive while you watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from presswatch_cli.demo.article import SampleArticle
from presswatch_cli.demo.outlets import Outlet

__all__ = ["Printed", "edition", "printed_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An article as it stands in its outlet now."""

    article: SampleArticle
    url: str
    path: str
    published_at: datetime
    modified_at: datetime

    @property
    def edited(self) -> bool:
        return self.modified_at != self.published_at


def edition(
    outlet: Outlet, articles: Iterable[SampleArticle], *, started_at: datetime, elapsed: float
) -> tuple[Printed, ...]:
    """What the outlet shows `elapsed` seconds after the start, newest first; an edit stands under the old URL."""
    visible = [
        article
        for article in articles
        if article.outlet == outlet.key and (article.arrives_after is None or article.arrives_after <= elapsed)
    ]
    edits = {article.replaces: article for article in visible if article.replaces}
    printed = [
        _print(outlet, article, edits.get(article.slug), started_at) for article in visible if not article.replaces
    ]
    return tuple(sorted(printed, key=lambda entry: (entry.published_at, entry.path), reverse=True))


def printed_at(entries: Sequence[Printed], path: str) -> Printed | None:
    """The article under a path."""
    return next((entry for entry in entries if entry.path == path), None)


def _print(outlet: Outlet, article: SampleArticle, edit: SampleArticle | None, started_at: datetime) -> Printed:
    path = outlet.article_path.format(category=article.category, slug=article.slug)
    if article.kind == "subscribers_only":
        path = f"/subscribers{path}"
    published_at = _moment(article, started_at)
    return Printed(
        article=edit or article,
        url=f"http://{outlet.host}{path}",
        path=path,
        published_at=published_at,
        modified_at=_moment(edit, started_at) if edit else published_at,
    )


def _moment(article: SampleArticle, started_at: datetime) -> datetime:
    offset = timedelta(hours=-article.age_hours) if article.age_hours is not None else timedelta()
    return (started_at + offset + timedelta(seconds=article.arrives_after or 0)).replace(microsecond=0)
