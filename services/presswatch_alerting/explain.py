"""Why a watch did or did not fire on an article: the query clause by clause, the filters, the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from presswatch_alerting.filters import Withheld, withheld
from presswatch_query import Explanation, Query, analyse_article, explain
from presswatch_shared.clock import iso
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.query_article import query_article
from presswatch_shared.store import alerts
from presswatch_shared.store.alerts import FIRED, AlertRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import ACTIVE, Watch
from presswatch_shared.texts import gettext

__all__ = ["WatchExplanation", "alerts_of_story", "explain_watch"]

REASONS = {
    Withheld.REPROCESSED: gettext("the article was made anew from the log, which fires nothing"),
    Withheld.BEFORE_WATCH: gettext("the article was fetched before this version of the watch held"),
    Withheld.TOO_OLD: gettext("the article was older than the watch allows when it was first seen"),
    Withheld.SOURCE: gettext("the watch leaves this source out"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchExplanation:
    """A watch, an article, and what became of the two."""

    watch: Watch
    article: ArticleEnriched
    query: Explanation
    withheld: Withheld | None
    alerts: tuple[AlertRow, ...]
    """Records of the watch for the story of the article."""

    @property
    def verdict(self) -> str:
        """One sentence."""
        told = [row for row in self.alerts if row.article_id == self.article.article_id]
        if told:
            return gettext("fired at %(moment)s", moment=iso(told[0].fired_at))
        if not self.query.holds:
            return gettext("did not fire: the query does not match")
        if self.watch.state != ACTIVE:
            return gettext("did not fire: the watch is %(state)s", state=self.watch.state)
        if self.withheld is not None:
            return gettext("did not fire: %(reason)s", reason=REASONS[self.withheld])
        if self.alerts:
            return gettext("did not fire: the story has its alert, by %(address)s", address=self.alerts[0].url)
        return gettext("matches now and has no alert: this version of the article was not seen by the matcher yet")

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.watch.name} ({self.watch.id}, version {self.watch.version})"
        yield f"{self.article.title or self.article.url} ({self.article.article_id})"
        yield self.verdict
        yield from self.query.lines()

    def as_json(self) -> Mapping[str, Any]:
        return {
            "watch": {"id": self.watch.id, "name": self.watch.name, "version": self.watch.version},
            "article": {"id": self.article.article_id, "url": self.article.url, "title": self.article.title},
            "fired": any(row.article_id == self.article.article_id for row in self.alerts),
            "verdict": self.verdict,
            "matches": self.query.holds,
            "withheld": self.withheld,
            "query": self.query.as_json(),
            "alerts": [
                {"id": row.alert_id, "kind": row.kind, "article": row.article_id, "fired_at": iso(row.fired_at)}
                for row in self.alerts
            ],
        }


def explain_watch(
    watch: Watch, query: Query, article: ArticleEnriched, records: Sequence[AlertRow]
) -> WatchExplanation:
    """Explain; `records` are those of `alerts_of_story`. An event happens when its page is fetched."""
    return WatchExplanation(
        watch=watch,
        article=article,
        query=explain(query, analyse_article(query_article(article))),
        withheld=withheld(watch, article, article.fetched_at),
        alerts=tuple(records),
    )


def alerts_of_story(tx: Tx, watch_id: str, story_id: str) -> Sequence[AlertRow]:
    """The alerts of a watch for a story, the first one in front."""
    found = alerts.alerts_of_pairs(tx, [(watch_id, story_id)])
    return sorted(found, key=lambda row: row.kind != FIRED)
