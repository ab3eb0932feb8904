"""Bulk writing that reads what became of every item.

429 and 503 of an item: that item again, a little later, a few times; then `Retry` for the caller, who knows patience.
409: a newer version is there. 400: that document is refused, with the server's reason. A cluster block (a full disk
makes indices read-only): `Retry` at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec
from elastic_transport import ApiError, TransportError

from presswatch_shared.errors import Poison, Retry
from presswatch_shared.index.elastic.connecting import Server
from presswatch_shared.index.elastic.failures import UNAUTHORISED, reason_of, refusal, silence, status_of
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.metrics import Metrics

if TYPE_CHECKING:
    from elasticsearch9 import Elasticsearch

__all__ = ["BulkItem", "BulkOutcome", "BulkResult", "BulkWriter", "bulk_writer", "raise_refused"]

CHUNK_BYTES = 4 * 1024 * 1024
"""Of one request; the servers' own limit is 100 MB, and a proxy's may be far less."""
TRIES = 5
FIRST_WAIT_SECONDS = 0.1
SHARD_WAIT = "10s"
"""How long the server waits for a shard that is not there."""
BUSY = (429, 502, 503, 504)
TOO_LARGE = 413
ANSWER = ("errors", "items.*.status", "items.*.error.type", "items.*.error.reason", "items.*.error.caused_by.reason")


class BulkOutcome(StrEnum):
    """What became of an item; the label of a metric, too."""

    WRITTEN = "written"
    OUTDATED = "outdated"
    """A newer version is there."""
    ABSENT = "absent"
    """There was nothing to delete."""
    REFUSED = "refused"
    """It can never be written."""
    AGAIN = "again"
    """The server was busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """A document to be written, unless a newer version is there; to be deleted where it has no `body`."""

    index: str
    id: str
    version: int = 0
    body: bytes = b""

    @property
    def lines(self) -> tuple[bytes, ...]:
        """As the bulk API reads it."""
        if not self.body:
            return (msgspec.json.encode({"delete": {"_index": self.index, "_id": self.id}}),)
        head = {"_index": self.index, "_id": self.id, "version": self.version, "version_type": "external_gte"}
        return (msgspec.json.encode({"index": head}), self.body)


@dataclass(frozen=True, slots=True)
class BulkResult:
    outcome: BulkOutcome
    reason: str = ""


def bulk_writer(server: Server, settings: ElasticSettings, metrics: Metrics | None) -> BulkWriter:
    """Of the settings: with a refresh interval of 0 what is written is found at once."""

    def count(outcome: str, items: int) -> None:
        if metrics is not None:
            metrics.bulk_items.labels(outcome).inc(items)

    for outcome in BulkOutcome:
        # Zeroes from the start, so that the first of a kind is a growth.
        count(outcome, 0)

    return BulkWriter(server.client, settings.where, refresh=settings.refresh_seconds == 0, count=count)


class BulkWriter:
    """Writes to one server. `count` is told outcomes and how many; `wait` waits for seconds."""

    def __init__(
        self,
        client: Elasticsearch,
        where: str,
        *,
        refresh: bool,
        count: Callable[[str, int], None] = lambda outcome, items: None,
        wait: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:
        self._client = client
        self._where = where
        self._refresh = refresh
        self._count = count
        self._wait = wait
        self._chance = chance
        self._chunk_bytes = chunk_bytes

    def write(self, items: Sequence[BulkItem]) -> list[BulkResult]:
        """One result an item, in order.

        Raises:
            Retry: busy for too long, blocked or away; some items may be written.
        """
        results: dict[int, BulkResult] = {}
        pending = dict(enumerate(items))
        for attempt in range(TRIES):
            if attempt:
                self._wait(FIRST_WAIT_SECONDS * 2 ** (attempt - 1) * (0.5 + self._chance()))
            for chunk in self._chunks(pending):
                results.update(self._send(chunk))
            pending = {place: item for place, item in pending.items() if results[place].outcome is BulkOutcome.AGAIN}
            if not pending:
                return [results[place] for place in range(len(items))]
        reason = results[next(iter(pending))].reason
        raise Retry(f"the search server at {self._where} is too busy for {len(pending)} of {len(items)}: {reason}")

    def _chunks(self, items: dict[int, BulkItem]) -> Iterator[dict[int, BulkItem]]:
        chunk: dict[int, BulkItem] = {}
        size = 0
        for place, item in items.items():
            if chunk and size + len(item.body) > self._chunk_bytes:
                yield chunk
                chunk, size = {}, 0
            chunk[place] = item
            size += len(item.body)
        if chunk:
            yield chunk

    def _send(self, chunk: dict[int, BulkItem]) -> dict[int, BulkResult]:
        try:
            answer = self._request(chunk)
        except ApiError as error:
            return self._refused_whole(chunk, error)
        except TransportError as error:
            reason = silence(error)
            raise Retry(f"the search server at {self._where} does not answer ({reason})") from error
        items = answer["items"]
        if len(items) != len(chunk):
            raise Retry(f"the search server at {self._where} answered for {len(items)} of {len(chunk)} items")
        results = {place: self._result(item) for place, item in zip(chunk, items, strict=True)}
        for result in results.values():
            self._count(result.outcome, 1)
        return results

    def _request(self, chunk: dict[int, BulkItem]) -> Any:
        lines: list[Any] = [line for item in chunk.values() for line in item.lines]
        return self._client.bulk(operations=lines, refresh=self._refresh, timeout=SHARD_WAIT, filter_path=list(ANSWER))

    def _refused_whole(self, chunk: dict[int, BulkItem], error: ApiError) -> dict[int, BulkResult]:
        """A request that was not looked into: too large, too many, or not allowed."""
        status = status_of(error)
        if status == TOO_LARGE and len(chunk) > 1:
            places = list(chunk)
            halves = places[: len(places) // 2], places[len(places) // 2 :]
            return {
                place: result
                for half in halves
                for place, result in self._send({place: chunk[place] for place in half}).items()
            }
        if status == TOO_LARGE:
            result = BulkResult(BulkOutcome.REFUSED, "larger than the server takes (http.max_content_length)")
        elif status in BUSY:
            result = BulkResult(BulkOutcome.AGAIN, f"{status} {reason_of(error.body)}")
        else:
            raise refusal(self._where, "writing", status, error.body) from error
        self._count(result.outcome, len(chunk))
        return dict.fromkeys(chunk, result)

    def _result(self, item: dict[str, Any]) -> BulkResult:
        found = next(iter(item.values()))
        status, error = int(found["status"]), found.get("error")
        if error is None:
            return BulkResult(BulkOutcome.WRITTEN if status < 300 else BulkOutcome.ABSENT)
        kind, reason = error.get("type"), reason_of({"error": error})
        if kind == "cluster_block_exception" or status in UNAUTHORISED or kind == "index_not_found_exception":
            raise refusal(self._where, "writing", status, {"error": error})
        if kind == "version_conflict_engine_exception":
            return BulkResult(BulkOutcome.OUTDATED)
        if status in BUSY or status >= 500:
            return BulkResult(BulkOutcome.AGAIN, f"{status} {reason}")
        return BulkResult(BulkOutcome.REFUSED, reason)


def raise_refused(what: str, items: Sequence[BulkItem], results: Sequence[BulkResult]) -> None:
    """Raises `Poison` for the first item that was refused: the engine finds each, as the same batch may come again."""
    for item, result in zip(items, results, strict=True):
        if result.outcome is BulkOutcome.REFUSED:
            raise Poison(f"{what} {item.id} is refused by the search server: {result.reason}", reason="unindexable")
