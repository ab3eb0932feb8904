"""`presswatch enrich`: pages, or articles with title and body, with all that is told about them.

Stories are those within the run: `story` and `duplicate_of` are ids of input lines, and each line is compared with
those above it, whatever the number of workers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import msgspec

from presswatch_cli.commands.extract import Inputs
from presswatch_cli.commands.page_lines import extracted_fields, read_lines
from presswatch_enrichment.metadata.canonical import source_or_nothing
from presswatch_enrichment.page import Page
from presswatch_enrichment.similarity import Grouper
from presswatch_enrichment.transform import Transformed
from presswatch_enrichment.workers import Pool, in_order
from presswatch_shared.clock import Micros

__all__ = ["enrich_lines", "enriched_fields"]


async def enrich_lines(lines: Iterable[str], pool: Pool, *, workers: int, now: Micros) -> AsyncIterator[str]:
    """A JSON object a line of input, in its order.

    Raises:
        BadInput: a line that cannot be used; the answers before it were given.
    """
    inputs = Inputs(read_lines(lines, now=now, with_texts=True))
    stories = Stories()
    async for one in in_order(pool, inputs, workers=workers):
        ident, page = inputs.next_answered()
        yield json.dumps(enriched_fields(ident, page, one, stories), ensure_ascii=False)
    inputs.check()


class Stories:
    """Stories of a run by the ids of its lines, which need not be texts."""

    def __init__(self) -> None:
        self._grouper = Grouper()
        self._ids: list[Any] = []

    def join(self, ident: Any, found: Transformed) -> tuple[Any, Any]:
        """(story, duplicate of): the ids of the first line that tells it; nothing where the line is that first one."""
        self._ids.append(ident)
        own = len(self._ids) - 1
        first = int(self._grouper.join(str(own), found.fingerprint))
        return self._ids[first], None if first == own else self._ids[first]


def enriched_fields(ident: Any, page: Page, found: Transformed, stories: Stories) -> Mapping[str, Any]:
    """The object printed a line. A page that is no article has no story."""
    extracted = found.extracted
    story, duplicate_of = stories.join(ident, found) if extracted.outcome == "article" else (None, None)
    return extracted_fields(ident, page, found) | {
        "source": source_or_nothing(extracted.canonical_url),
        "keywords": list(extracted.keywords),
        "paywalled": extracted.paywalled,
        "rights": extracted.rights,
        "word_count": found.word_count,
        "entities": [msgspec.to_builtins(entity) | {"count": len(entity.mentions)} for entity in found.entities],
        "story": story,
        "duplicate_of": duplicate_of,
        "summary": found.summary,
        "keyphrases": list(found.keyphrases),
        "tone": found.tone,
    }
