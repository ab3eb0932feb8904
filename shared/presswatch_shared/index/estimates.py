"""How much a search finds, where more candidates would have to be verified than there is time for: by a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import facet_values
from presswatch_shared.index.dates import article_date, day_number

__all__ = ["Sample"]

K = TypeVar("K")
PRIOR = 10
"""How many articles of a value or a day the share of the whole sample counts for beside their own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Candidates that were drawn evenly, and those of them that match."""

    drawn: Sequence[ArticleEnriched]
    matching: Sequence[ArticleEnriched]

    def total(self, candidates: int) -> int:
        """How many of so many candidates match."""
        return max(len(self.matching), round(candidates * self._share))

    def facet(self, name: str, candidates: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        """How many match of the candidates with each value and label."""
        drawn, matching = (
            Counter(pair for article in articles for pair in facet_values(article, name))
            for articles in (self.drawn, self.matching)
        )
        return self._spread(candidates, drawn, matching)

    def days(self, candidates: Counter[int]) -> Counter[int]:
        """How many match of the candidates of each day."""
        drawn, matching = (
            Counter(day_number(article_date(article)) for article in articles)
            for articles in (self.drawn, self.matching)
        )
        return self._spread(candidates, drawn, matching)

    def _spread(self, candidates: Counter[K], drawn: Counter[K], matching: Counter[K]) -> Counter[K]:
        """A value of which many were drawn has a share of its own; of which none was, the share of all."""
        shares = {key: (matching[key] + PRIOR * self._share) / (drawn[key] + PRIOR) for key in candidates}
        found = {key: max(matching[key], round(count * shares[key])) for key, count in candidates.items()}
        return Counter({key: count for key, count in found.items() if count})

    @property
    def _share(self) -> float:
        return len(self.matching) / len(self.drawn) if self.drawn else 0.0
