"""`presswatch extract`: articles out of pages, one JSON object a line or one article to read."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.commands.page_lines import InputLine, extracted_fields, read_lines
from presswatch_cli.site_memory_file import SitesOfRun
from presswatch_enrichment.page import Page
from presswatch_enrichment.workers import Pool, in_order
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput

__all__ = ["Inputs", "extract_lines", "extract_page", "render_article"]


async def extract_lines(
    lines: Iterable[str], pool: Pool, *, workers: int, now: Micros, sites: SitesOfRun | None = None
) -> AsyncIterator[str]:
    """A JSON object a line of input, in its order. `sites` is what is known of their sites, and learns from them.

    Raises:
        BadInput: a line that cannot be used; the answers before it were given.
    """
    sites = sites or SitesOfRun()
    inputs = Inputs(read_lines(lines, now=now))
    found = in_order(pool, map(sites.recall, inputs), workers=workers, extract_only=True)
    async for one in found:
        ident, page = inputs.next_answered()
        sites.note(page, one)
        yield json.dumps(extracted_fields(ident, page, one), ensure_ascii=False)
    inputs.check()


class Inputs:
    """The pages of the lines. Each line is kept, without the page's bytes, until its answer is there.

    A line that cannot be used ends the pages; `check` raises it when the answers to those before it are given.
    """

    def __init__(self, lines: Iterator[InputLine]) -> None:
        self._lines = lines
        self._waiting: deque[InputLine] = deque()
        self._refusal: BadInput | None = None

    def __iter__(self) -> Iterator[Page]:
        try:
            for ident, page in self._lines:
                self._waiting.append((ident, Page(url=page.url, body=b"", fetched_at=page.fetched_at)))
                yield page
        except BadInput as refusal:
            self._refusal = refusal

    def next_answered(self) -> InputLine:
        return self._waiting.popleft()

    def check(self) -> None:
        if self._refusal is not None:
            raise self._refusal


async def extract_page(pool: Pool, page: Page) -> dict[str, Any]:
    """One page, as its JSON object."""
    found = [one async for one in in_order(pool, [page], workers=1, extract_only=True)]
    return extracted_fields(page.url, page, found[0])


def render_article(found: dict[str, Any], console: Console) -> None:
    """The article to read; where there is none, what the page is instead."""
    if found["outcome"] != "article":
        console.print(Text(f"no article: {found['outcome']} {found['reason']}".strip(), style="yellow"))
    console.print(Text(found["title"], style="bold"), soft_wrap=True)
    facts = (", ".join(found["authors"]), found["published_at"] or "", found["lang"], found["canonical_url"])
    console.print(Text(" · ".join(filter(None, facts)), style="dim"), soft_wrap=True)
    console.print(Text(f"\n{found['body']}"), soft_wrap=True)
