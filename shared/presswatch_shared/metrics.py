"""All metrics of the product, in one typed place: base units in the name, labels from small closed sets.

Nothing is registered at import: the composition root makes one `Metrics` a process and passes it in.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from presswatch_query.codes import LANGUAGES
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.metric_registry import OTHER, MetricRegistry, exemplar

__all__ = ["DEAD_LETTER_REASONS", "DEPENDENCIES", "Metrics", "language_label"]

DEAD_LETTER_REASONS = ("undecodable", "unindexable", "too_large", "killed", "failed", "poison")
DEPENDENCIES = ("store", "stream", "index")


class Metrics(MetricRegistry):
    """The catalogue. Labels never hold a URL, a title, a watch or a feed: their number would grow with the news."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        super().__init__(registry)
        self.build_info = self._gauge("build_info", "1, with what runs.", "version", "service")
        self.messages_consumed = self._counter("messages_consumed", "Messages a stage finished.", "stage", "outcome")
        self.messages_produced = self._counter("messages_produced", "Messages written to a topic.", "topic", "outcome")
        self.stage_duration = self._histogram("stage_duration_seconds", "Time a stage took for a batch.", "stage")
        self.messages_in_progress = self._gauge("messages_in_progress", "Messages a stage holds now.", "stage")
        self.stage_retries = self._counter("stage_retries", "Batches a stage will try again.", "stage")
        self.stage_restarts = self._counter("stage_restarts", "Restarts of a stage without progress.", "stage")
        self.stage_paused = self._gauge("stage_paused", "1 while a stage is paused by too many failures.", "stage")
        self.consumer_lag_records = self._gauge("consumer_lag_records", "Messages not yet handled.", "stage", "topic")
        self.consumer_lag_seconds = self._gauge("consumer_lag_seconds", "Age of the oldest of these.", "stage", "topic")
        self.heartbeat_seen = self._gauge(
            "heartbeat_seen_timestamp_seconds", "When a stage last saw a heartbeat, or began to wait for one.", "stage"
        )
        self.heartbeat_delay = self._gauge("heartbeat_delay_seconds", "How old that heartbeat was.", "stage")
        self.dead_letters = self._counter("dead_letters", "Messages set aside.", "stage", "reason")
        self.feed_fetches = self._counter("feed_fetches", "Fetches of feeds and sitemaps.", "outcome")
        self.page_fetches = self._counter("page_fetches", "Fetches of pages.", "outcome")
        self.sources = self._gauge("sources", "Sources that are crawled.")
        self.feeds_failing = self._gauge("feeds_failing", "Sources whose last fetch failed.")
        self.feeds_stale = self._gauge("feeds_stale", "Sources that once had news and have had none for a day.")
        self.sources_silent = self._gauge("sources_silent", "Sources without news for longer than is usual for them.")
        self.imbalance = self._gauge(
            "completeness_imbalance_pages", "Pages of two days that the accounts cannot explain: 0 is right.", "reason"
        )
        self.waiting = self._gauge("completeness_waiting_pages", "Pages of two days that wait for a stage.", "stage")
        self.completeness_checked = self._gauge(
            "completeness_checked_timestamp_seconds", "When the accounts of pages were last balanced."
        )
        self.frontier_due = self._gauge("frontier_due", "Pages due and not yet fetched.")
        self.ssrf_blocked = self._counter("ssrf_blocked", "Outgoing requests refused by the guard.", "reason")
        self.pages_not_articles = self._counter("pages_not_articles", "Pages that gave no article.", "reason")
        self.extraction_duration = self._histogram("extraction_duration_seconds", "Time a page took in a worker.")
        self.articles_enriched = self._counter("articles_enriched", "Articles made.", "lang")
        self.near_duplicates = self._counter("near_duplicates", "Articles that joined an earlier story.")
        self.article_freshness = self._histogram(
            "article_freshness_seconds", "From publication to this stage.", "stage"
        )
        self.index_documents = self._counter("index_documents", "Documents given to the index.", "outcome")
        self.bulk_items = self._counter("bulk_items", "Items of bulk requests to the index.", "outcome")
        self.searches = self._counter("searches", "Searches run.", "outcome")
        self.search_duration = self._histogram("search_duration_seconds", "Time a search took.")
        self.watches = self._gauge("watches", "Watches loaded by the matcher.")
        self.watch_candidates = self._counter("watch_candidates", "Watches looked at closely for an article.")
        self.watch_cpu_seconds = self._counter("watch_cpu_seconds", "Time of one core that this took.")
        self.watch_failures = self._counter("watch_failures", "Watches that failed while matching.")
        self.alerts = self._counter("alerts", "Alert records made.", "kind")
        self.alerts_withheld = self._counter("alerts_withheld", "Matches without a new alert.", "reason")
        self.alert_end_to_end = self._histogram(
            "alert_end_to_end_seconds", "From fetch to delivery, by the try that succeeded.", "channel", "attempt"
        )
        self.notifications = self._counter("notifications", "Tries of deliveries.", "channel", "outcome")
        self.alerts_suppressed = self._counter("alerts_suppressed", "Alerts that stand in the inbox alone.", "reason")
        self.digests = self._counter("digests", "Digests made.", "mode")
        self.outbox_pending = self._gauge("outbox_pending", "Deliveries that wait.", "channel")
        self.deliveries_held = self._gauge("deliveries_held", "1 while a restored product holds what waits.")
        self.outbox_oldest = self._gauge("outbox_oldest_seconds", "Age of the oldest of these.", "channel")
        self.dependency_up = self._gauge("dependency_up", "1 where a dependency answers.", "dependency")
        self.data_free = self._gauge("data_free_bytes", "Room left where the data folder is.")
        self.http_requests = self._counter("http_requests", "Requests to the web service.", "route", "status")
        self.http_duration = self._histogram("http_request_duration_seconds", "Time of these.", "route")
        self.sse_listeners = self._gauge("sse_listeners", "Open live connections.")

    def begin_stage(self, stage: str, now: float) -> None:
        """A stage shows zeroes from the start on, so that its first failure is a growth; `now` is in Unix seconds."""
        self.heartbeat_seen.labels(stage).set(now)
        self.stage_paused.labels(stage).set(0)
        self.stage_retries.labels(stage)
        self.stage_restarts.labels(stage)
        for reason in DEAD_LETTER_REASONS:
            self.dead_letters.labels(stage, reason)

    def see_heartbeat(self, stage: str, *, sent: float, now: float) -> None:
        """A stage saw one that was sent then; both are Unix seconds."""
        self.heartbeat_seen.labels(stage).set(now)
        self.heartbeat_delay.labels(stage).set(max(0.0, now - sent))

    def see_article(self, stage: str, published_at: Micros, now: Micros, trace: str) -> None:
        """An article came to this stage."""
        age = max(0, now - published_at) / SECOND
        self.article_freshness.labels(stage).observe(age, exemplar(trace))

    def see_told(self, channel: str, fetched_at: Micros, now: Micros, *, attempt: str, trace: str) -> None:
        """An alert was delivered through a kind of channel; `attempt` is `first` or `later`."""
        seconds = max(0, now - fetched_at) / SECOND
        self.alert_end_to_end.labels(channel, attempt).observe(seconds, exemplar(trace))


def language_label(lang: str) -> str:
    """A language as a label: a code of two letters, `unknown`, or `other` for whatever else a page claims."""
    return lang if lang in LANGUAGES else OTHER if lang else "unknown"
