"""The sample articles: a file each, `content/<outlet>/<slug>.md`, with TOML between `+++` lines before the text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

__all__ = ["SampleArticle", "load_articles", "read_article"]

FENCE = "+++\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One text of one outlet. Exactly one of `age_hours` and `arrives_after` says when it is published."""

    outlet: str
    slug: str
    title: str
    description: str
    category: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] = ()
    age_hours: float | None = None
    """Hours before the demo's start."""
    arrives_after: float | None = None
    """Seconds after the demo's start."""
    syndicated_from: str = ""
    """Host whose text this is a copy of, with the outlet's own heading."""
    replaces: str = ""
    """Slug of the article of which this is the edited text, under the same URL."""
    kind: str = "article"
    """`article`, or what is served in its place: soft_404, consent_wall, index_page, subscribers_only."""

    @property
    def words(self) -> int:
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@cache
def load_articles() -> tuple[SampleArticle, ...]:
    """All that ships with the package, by outlet and slug."""
    root = files("presswatch_cli.demo") / "content"
    return tuple(
        read_article(outlet.name, entry.name.removesuffix(".md"), entry.read_text(encoding="utf-8"))
        for outlet in _sorted(root)
        if outlet.is_dir()
        for entry in _sorted(outlet)
        if entry.name.endswith(".md")
    )


def read_article(outlet: str, slug: str, text: str) -> SampleArticle:
    """Raises ValueError, naming the file, where the front matter is missing or has unknown fields."""
    before, fence, rest = text.partition(FENCE)
    header, closing, body = rest.partition(FENCE)
    if before or not fence or not closing:
        raise ValueError(f"{outlet}/{slug}.md does not begin with front matter between {FENCE.strip()} lines")
    try:
        fields: dict[str, Any] = tomllib.loads(header)
        article = SampleArticle(
            outlet=outlet,
            slug=slug,
            authors=tuple(fields.pop("authors", ())),
            paragraphs=tuple(_paragraphs(body)),
            **fields,
        )
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{outlet}/{slug}.md: {error}") from error
    if (article.age_hours is None) == (article.arrives_after is None):
        raise ValueError(f"{outlet}/{slug}.md needs either age_hours or arrives_after")
    return article


def _paragraphs(body: str) -> Iterator[str]:
    for block in body.split("\n\n"):
        if joined := " ".join(block.split()):
            yield joined


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)
