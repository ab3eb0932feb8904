"""What a question finds on the server: exactly, or of many candidates by a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.elastic.documents import read_article
from presswatch_shared.index.elastic.queries import Query
from presswatch_shared.index.estimates import Sample
from presswatch_shared.index.pages import StoryFound
from presswatch_shared.index.verdicts import Verifier

__all__ = ["Found", "article_of", "newest_matching", "read", "stored_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """`query` finds what matches and nothing else; with a sample it finds all candidates, of which `sure` match."""

    query: Query
    total: int | None
    """None: the server counts."""
    sure: Query | None = None
    sample: Sample | None = None
    verifier: Verifier | None = None

    def read(self, hit: Mapping[str, Any]) -> tuple[ArticleEnriched, bool]:
        """The article of a hit, and whether it matches."""
        return (article_of(hit), True) if self.verifier is None else read(hit, self.verifier)


def newest_matching(row: Mapping[str, Any], found: Found) -> StoryFound | None:
    """The newest article of a story that matches; the others are taken to do so, too."""
    hits = row["newest"]["hits"]["hits"]
    keys = (hit["sort"][0] for hit in hits if found.verifier is None or found.read(hit)[1])
    key = next(keys, None)
    return None if key is None else StoryFound(key, row["doc_count"])


def read(hit: Mapping[str, Any], verifier: Verifier) -> tuple[ArticleEnriched, bool]:
    """The article of a candidate, and whether it matches."""
    article = article_of(hit)
    return article, verifier.holds(article, stored_of(hit))


def stored_of(hit: Mapping[str, Any]) -> int:
    return hash(hit["fields"]["search.digest"][0])


def article_of(hit: Mapping[str, Any]) -> ArticleEnriched:
    return read_article(hit["_source"])
