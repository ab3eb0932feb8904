"""All metrics of the product, in one typed place: base units in the name, labels from small closed sets.

Nothing is registered at import: the composition root makes one `Metrics` a process and passes it in.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400)


class Metrics:
    """The catalogue. Labels never hold a URL, a title, a watch or a feed: their number would grow with the news."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self.build_info = self._gauge("build_info", "Version of the running product.", "version")
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
            "heartbeat_seen_timestamp_seconds", "When a stage last saw a heartbeat.", "stage"
        )
        self.dead_letters = self._counter("dead_letters", "Messages set aside.", "stage", "reason")
        self.feed_fetches = self._counter("feed_fetches", "Fetches of feeds and sitemaps.", "outcome")
        self.page_fetches = self._counter("page_fetches", "Fetches of pages.", "outcome")
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
        self.alert_end_to_end = self._histogram("alert_end_to_end_seconds", "From fetch to delivery.", "channel")
        self.notifications = self._counter("notifications", "Tries of deliveries.", "channel", "outcome")
        self.alerts_suppressed = self._counter("alerts_suppressed", "Alerts that stand in the inbox alone.", "reason")
        self.digests = self._counter("digests", "Digests made.", "mode")
        self.outbox_pending = self._gauge("outbox_pending", "Deliveries that wait.", "channel")
        self.deliveries_held = self._gauge("deliveries_held", "1 while a restored product holds what waits.")
        self.outbox_oldest = self._gauge("outbox_oldest_seconds", "Age of the oldest of these.", "channel")
        self.dependency_up = self._gauge("dependency_up", "1 where a dependency answers.", "dependency")
        self.http_requests = self._counter("http_requests", "Requests to the web service.", "route", "status")
        self.http_duration = self._histogram("http_request_duration_seconds", "Time of these.", "route")
        self.sse_listeners = self._gauge("sse_listeners", "Open live connections.")

    def expose(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"presswatch_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"presswatch_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(f"presswatch_{name}", text, labels, registry=self.registry, buckets=SECONDS)
