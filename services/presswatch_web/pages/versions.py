"""The page of an article's versions: what was changed in it, word by word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from presswatch_shared.store import articles
from presswatch_shared.store.articles import ArticleRow, ArticleText, ArticleVersion
from presswatch_shared.store.database import Tx
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.word_diff import Piece, Stretch, changed_words, diff_line, diff_text, folded

__all__ = ["router"]

Version = Annotated[int, Query(ge=0, le=2**62)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of an article, and the two versions that are compared: the older one None if there is none."""

    row: ArticleRow
    versions: Sequence[ArticleVersion]
    old: ArticleText | None
    new: ArticleText


@dataclass(frozen=True, slots=True)
class Change:
    """How one version became the other."""

    title: Sequence[Piece]
    stretches: Sequence[Stretch]
    added: int
    removed: int

    @property
    def is_nothing(self) -> bool:
        return not self.added and not self.removed and all(piece.kind == "same" for piece in self.title)


@router.api_route("/articles/{article_id}/versions", methods=["GET", "HEAD"])
async def versions_page(
    request: Request,
    article_id: PathId,
    deps: Deps,
    old: Version = 0,
    new: Version = 0,
) -> Response:
    """The newest version beside the one before, or any two."""
    kept = await deps.store.read(_kept, article_id, old, new)
    change = None if kept.old is None else await asyncio.to_thread(_change, kept.old, kept.new)
    return render(request, "versions.html", kept=kept, change=change, now=deps.clock.now())


def _kept(tx: Tx, article_id: str, old: int, new: int) -> Kept:
    row = articles.get_article(tx, article_id)
    versions = articles.list_versions(tx, article_id)
    if row is None or not versions:
        raise Problem(404, "no text of this article is kept")
    numbers = [each.version for each in versions]
    later = new if new in numbers else numbers[0]
    earlier = old if old in numbers and old != later else next((number for number in numbers if number < later), 0)
    earlier, later = (earlier, later) if earlier < later else (later, earlier)
    text = articles.get_text(tx, article_id, later)
    if text is None:
        raise Problem(404, "no text of this article is kept")
    return Kept(row, versions, articles.get_text(tx, article_id, earlier), text)


def _change(old: ArticleText, new: ArticleText) -> Change:
    blocks = diff_text(old.body, new.body)
    added, removed = changed_words(blocks)
    return Change(diff_line(old.title, new.title), folded(blocks), added, removed)
