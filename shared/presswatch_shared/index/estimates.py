"""How much a search finds, where more candidates would have to be verified than there is time for: by a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import by_day, by_value, day_rows, top_values
from presswatch_shared.index.port import DayCount, FacetCount

__all__ = ["Sample", "days_estimated", "facet_estimated"]

K = TypeVar("K")
PRIOR = 10
"""How many articles of a value or a day the share of the whole sample counts for beside their own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Candidates that were drawn evenly, and those of them that match."""

    drawn: Sequence[ArticleEnriched]
    matching: Sequence[ArticleEnriched]

    @classmethod
    def of(cls, read: Iterable[tuple[ArticleEnriched, bool]]) -> Sample:
        """Of articles, and whether each matches."""
        drawn = list(read)
        return cls([article for article, _ in drawn], [article for article, matches in drawn if matches])

    def total(self, candidates: int) -> int:
        """How many of so many candidates match."""
        return max(len(self.matching), round(candidates * self._share))

    def facet(self, name: str, candidates: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        """How many match of the candidates with each value and label."""
        return self._spread(candidates, by_value(self.drawn, name), by_value(self.matching, name))

    def days(self, candidates: Counter[int]) -> Counter[int]:
        """How many match of the candidates of each day."""
        return self._spread(candidates, by_day(self.drawn), by_day(self.matching))

    def _spread(self, candidates: Counter[K], drawn: Counter[K], matching: Counter[K]) -> Counter[K]:
        """A value of which many were drawn has a share of its own; of which none was, the share of all."""
        shares = {key: (matching[key] + PRIOR * self._share) / (drawn[key] + PRIOR) for key in candidates}
        found = {key: max(matching[key], round(count * shares[key])) for key, count in candidates.items()}
        return Counter({key: count for key, count in found.items() if count})

    @property
    def _share(self) -> float:
        return len(self.matching) / len(self.drawn) if self.drawn else 0.0


def facet_estimated(
    name: str, found: Counter[tuple[str, str]], sure: Counter[tuple[str, str]], sample: Sample | None, size: int
) -> tuple[FacetCount, ...]:
    """The most frequent values of a facet. With a sample, `found` are candidates of which `sure` match."""
    return top_values(found if sample is None else sure + sample.facet(name, found - sure), size)


def days_estimated(found: Counter[int], sure: Counter[int], sample: Sample | None) -> tuple[DayCount, ...]:
    """Ascending; likewise."""
    return day_rows(found if sample is None else sure + sample.days(found - sure))
