"""Documents in an index a month, of a moment that they carry, each with a version of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.clock import Micros
from presswatch_shared.errors import Retry
from presswatch_shared.index.elastic.bulk import BulkItem, bulk_writer, raise_refused
from presswatch_shared.index.elastic.connecting import Server, connect
from presswatch_shared.index.elastic.daemon_thread import in_daemon_thread
from presswatch_shared.index.elastic.documents import month_of
from presswatch_shared.index.elastic.setting_up import MEND, create_index, set_up_if_needed
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.metrics import Metrics

__all__ = ["Dated", "MonthlyIndex", "open_monthly"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A document of `moment`; an older version never takes its place."""

    id: str
    moment: Micros
    version: int
    body: bytes


def open_monthly(
    settings: ElasticSettings, alias: str, what: str, *, now: Micros, metrics: Metrics | None
) -> MonthlyIndex:
    """The documents of the alias on the server of the settings.

    Raises:
        ServerUnreachable: nobody answers.
        BadInput: the server's version does not fit, or it does not let us do what is needed.
    """
    server = connect(settings)
    set_up_if_needed(server, settings, now=now)
    return MonthlyIndex(server, settings, alias, what, metrics)


class MonthlyIndex:
    """All that one alias reads; `what` is a document of it, for messages."""

    def __init__(
        self, server: Server, settings: ElasticSettings, alias: str, what: str, metrics: Metrics | None
    ) -> None:
        self._server = server
        self._settings = settings
        self._alias = alias
        self._what = what
        self._writer = bulk_writer(server, settings, metrics)
        self._months: set[str] = set()

    async def put(self, documents: Sequence[Dated]) -> None:
        """Write them, durably when it returns; of several with one id the newest.

        Raises:
            Retry: busy, full or away, or the templates are missing.
            Poison: one of them can never be written; the others are.
        """
        if documents:
            await in_daemon_thread(lambda: self._put(documents))

    async def close(self) -> None:
        await in_daemon_thread(self._server.client.close)

    def _put(self, documents: Sequence[Dated]) -> None:
        for month in sorted({month_of(document.moment) for document in documents} - self._months):
            if not create_index(self._server.client, self._settings, self._alias, month):
                raise Retry(f"the index {self._alias}-{month} has no alias, templates are missing: {MEND}")
            self._months.add(month)
        newest = {document.id: document for document in sorted(documents, key=lambda document: document.version)}
        items = [
            BulkItem(index=f"{self._alias}-{month_of(one.moment)}", id=key, version=one.version, body=one.body)
            for key, one in newest.items()
        ]
        raise_refused(self._what, items, self._writer.write(items))
