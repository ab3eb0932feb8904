"""The outcomes of pages on a search server: an index a month of the hours they were seen in."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.clock import Micros
from presswatch_shared.index.elastic.documents import outcome_document
from presswatch_shared.index.elastic.monthly import Dated, MonthlyIndex, open_monthly
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.outcomes import PageOutcome
from presswatch_shared.metrics import Metrics

__all__ = ["ElasticOutcomes", "open_elastic_outcomes"]


def open_elastic_outcomes(settings: ElasticSettings, *, now: Micros, metrics: Metrics | None = None) -> ElasticOutcomes:
    """Raises: as `open_monthly`."""
    return ElasticOutcomes(open_monthly(settings, settings.outcomes, "page outcome", now=now, metrics=metrics))


class ElasticOutcomes:
    """An `OutcomeIndex` on a search server."""

    def __init__(self, index: MonthlyIndex) -> None:
        self._index = index

    async def put(self, outcomes: Sequence[PageOutcome], *, now: Micros) -> None:
        await self._index.put([Dated(one.id, one.hour, now, outcome_document(one, now)) for one in outcomes])

    async def close(self) -> None:
        await self._index.close()
