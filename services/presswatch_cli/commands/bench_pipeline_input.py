"""What `presswatch bench pipeline` works on: pages, and watches of which some match."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import chain, islice
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_outlet import QUIET_PAGES, host_of_page
from presswatch_cli.commands.bench_pages import pages_of_file, sample_pages
from presswatch_enrichment.page import Page
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput

__all__ = ["page_rows", "pages_for_bench", "queries_for", "write_lines"]

MADE_UP = 300
WATCHES = 200
WATCHED_OUTLETS = 4
WATCHED_TITLES = 20
TITLE = re.compile(r"<title[^>]*>([^<]{10,300})", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{5,}")
HEAD = 200_000


def pages_for_bench(files: Sequence[Path], articles: int | None, *, seed: int, now: Micros) -> Sequence[Page]:
    """So many pages of the files, or pages made up; before them a few made up ones that warm the product up.

    Raises:
        BadInput: a file that cannot be used or holds no page.
    """
    quiet = sample_pages(QUIET_PAGES, now=now, seed=seed + 1)
    if not files:
        return [*quiet, *sample_pages(articles or MADE_UP, now=now, seed=seed)]
    given = list(islice(chain.from_iterable(pages_of_file(path, now=now) for path in files), articles))
    if not given:
        raise BadInput(f"{files[0]} holds no page")
    return [*quiet, *given]


def queries_for(pages: Sequence[Page], *, seed: int) -> Sequence[str]:
    """Watches on a few outlets and on words of some titles, which match; and on pairs of words that seldom do."""
    chance = random.Random(seed)
    titles = [found for page in pages[QUIET_PAGES:] if len(found := _title_words(page)) > 1]
    words = sorted({word for title in titles for word in title}) or ["presswatch"]
    hosts = [f"source:{host_of_page(number)}" for number in range(QUIET_PAGES + WATCHED_OUTLETS)]
    picked = chance.sample(titles, min(WATCHED_TITLES, len(titles)))
    matching = [*hosts, *(f'"{title[0]}" AND "{title[-1]}"' for title in picked)]
    rare = (f'"{chance.choice(words)} {chance.choice(words)}"' for _ in range(WATCHES - len(matching)))
    return [*matching, *rare]


def _title_words(page: Page) -> Sequence[str]:
    found = TITLE.search(page.body[:HEAD].decode("utf-8", "replace"))
    return WORD.findall(unescape(found[1])) if found else ()


def page_rows(pages: Sequence[Page]) -> Sequence[Mapping[str, str]]:
    """As `extract --jsonl` reads them."""
    return [
        {
            "url": page.url,
            "html_base64": base64.b64encode(page.body).decode("ascii"),
            "content_type": page.content_type or "text/html",
        }
        for page in pages
    ]


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """JSON lines with an `id` each."""
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": str(number), **row}) + "\n" for number, row in enumerate(rows))
