"""Turns matches into alert records: one for a watch and a story, one more where a newer version says something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from presswatch_alerting.filters import Withheld
from presswatch_alerting.material import is_material
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.events import ArticleEnriched, MatchSpan
from presswatch_shared.ids import alert_id
from presswatch_shared.store import alerts, articles
from presswatch_shared.store.alerts import FIRED, TOLD_AGAIN_SECONDS, UPDATED, AlertRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import Watch

__all__ = ["Examined", "Finding", "Recorded", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A watch that matches an article and may fire."""

    watch: Watch
    matches: tuple[MatchSpan, ...]
    found: Mapping[str, int]
    snippet: str
    snippet_spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An article and what the matcher found in it."""

    article: ArticleEnriched
    findings: Sequence[Finding]


@dataclass(slots=True)
class Recorded:
    """What came of a batch: alerts made now, all alerts to tell of, and why matches gave none."""

    made: Sequence[AlertRow] = ()
    told: Sequence[AlertRow] = ()
    withheld: Counter[Withheld] = field(default_factory=Counter)


def record(tx: Tx, batch: Sequence[Examined], *, now: Micros) -> Recorded:
    """Record the alerts of a batch. Done again with the same batch it makes nothing new and tells the same again.

    Told is every alert whose recorded (article, version) is in the batch, also one recorded before a crash; but not old
    news, when the log is read again from its beginning.
    """
    result = Recorded()
    newest = dict(alerts.seen_versions(tx, [item.article.article_id for item in batch]))
    before = dict(newest)
    known = _known(tx, batch)
    new: list[AlertRow] = []
    for item in batch:
        new += _new_alerts(item, newest, known, result.withheld, now)
    outlets = articles.outlet_counts(tx, [row.story_id for row in new]) if new else {}
    result.made = alerts.insert_alerts(tx, [_with_outlets(row, outlets) for row in new])
    newer = {article_id: version for article_id, version in newest.items() if before.get(article_id) != version}
    alerts.mark_seen(tx, newer, now=now)
    result.told = _told(tx, batch, now)
    return result


Known = dict[tuple[str, str, str], AlertRow]


def _known(tx: Tx, batch: Sequence[Examined]) -> Known:
    pairs = [(finding.watch.id, item.article.story_id) for item in batch for finding in item.findings]
    rows = alerts.alerts_of_pairs(tx, pairs) if pairs else ()
    return {(row.watch_id, row.story_id, row.kind): row for row in rows}


def _new_alerts(
    item: Examined, newest: dict[str, int], known: Known, withheld: Counter[Withheld], now: Micros
) -> Sequence[AlertRow]:
    article = item.article
    if article.version < newest.get(article.article_id, 0):
        withheld[Withheld.OLD_VERSION] += len(item.findings)
        return []
    newest[article.article_id] = article.version
    new = []
    for finding in item.findings:
        verdict = _verdict(article, finding, known)
        if isinstance(verdict, Withheld):
            withheld[verdict] += 1
        elif verdict is not None:
            row = _row(article, finding, verdict, now)
            known[row.watch_id, row.story_id, row.kind] = row
            new.append(row)
    return new


def _verdict(article: ArticleEnriched, finding: Finding, known: Known) -> str | Withheld | None:
    """The kind of alert to make, or why none; None where this very version made it before."""
    watch = finding.watch
    fired = known.get((watch.id, article.story_id, FIRED))
    if fired is None:
        return FIRED
    if fired.article_id != article.article_id:
        return Withheld.SAME_STORY
    updated = known.get((watch.id, article.story_id, UPDATED))
    if article.version in (fired.article_version, updated.article_version if updated else None):
        return None
    if updated is not None:
        return Withheld.UPDATED_BEFORE
    if article.version > fired.article_version and is_material(fired, article, finding.found, watch.version):
        return UPDATED
    return Withheld.NOT_MATERIAL


def _row(article: ArticleEnriched, finding: Finding, kind: str, now: Micros) -> AlertRow:
    watch = finding.watch
    return AlertRow(
        alert_id=alert_id(watch.id, article.story_id, kind),
        kind=kind,
        watch_id=watch.id,
        watch_version=watch.version,
        watch_name=watch.name,
        query=watch.query,
        story_id=article.story_id,
        article_id=article.article_id,
        article_version=article.version,
        extractor=article.extractor,
        url=article.url,
        title=article.title,
        source=article.source,
        lang=article.lang,
        published_at=article.published_at,
        snippet=finding.snippet,
        snippet_spans=finding.snippet_spans,
        matches=finding.matches,
        found=finding.found,
        outlets=1,
        fired_at=now,
        fetched_at=article.fetched_at,
    )


def _with_outlets(row: AlertRow, outlets: Mapping[str, int]) -> AlertRow:
    return replace(row, outlets=max(1, outlets.get(row.story_id, 1)))


def _told(tx: Tx, batch: Sequence[Examined], now: Micros) -> Sequence[AlertRow]:
    since = now - TOLD_AGAIN_SECONDS * SECOND
    at_hand = {(item.article.article_id, item.article.version) for item in batch}
    rows = alerts.alerts_of_articles(tx, [article_id for article_id, _ in at_hand])
    return [row for row in rows if (row.article_id, row.article_version) in at_hand and row.fired_at >= since]
