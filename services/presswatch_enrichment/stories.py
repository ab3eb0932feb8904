"""Which story an article belongs to, decided once: look-up and insert in one transaction, a language at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from presswatch_enrichment.similarity import Fingerprint, best_match
from presswatch_shared.ids import derived_id
from presswatch_shared.store import articles, signatures
from presswatch_shared.store.articles import ArticleRow, ArticleText
from presswatch_shared.store.database import Tx
from presswatch_shared.store.signatures import Signature

__all__ = ["Admitted", "Newcomer", "admit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A version of an article that asks for its place. The story fields of `row` are empty."""

    row: ArticleRow
    body: str
    fetched_at: int
    fingerprint: Fingerprint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The stored answer for an article; the same whenever it is asked again."""

    first_seen_at: int
    story_id: str
    duplicate_of: str
    superseded: bool
    """A newer version was taken before this one ever was: nothing is to be told of it."""
    is_new: bool
    """The article was not known before."""


def admit(tx: Tx, newcomers: Sequence[Newcomer], *, story_days: int) -> Sequence[Admitted]:
    """Give each newcomer its place, in order; copies within the batch find each other.

    `story_days` is how many days back a text is compared. Asking again changes nothing and gives the same answer.
    """
    signatures.serialise(tx, {newcomer.row.lang for newcomer in newcomers})
    ids = [newcomer.row.article_id for newcomer in newcomers]
    known = dict(articles.get_articles(tx, ids))
    taken = set(articles.accepted_versions(tx, ids))
    return [_admit_one(tx, newcomer, known, taken, story_days) for newcomer in newcomers]


def _admit_one(
    tx: Tx, newcomer: Newcomer, known: dict[str, ArticleRow], taken: set[tuple[str, int]], story_days: int
) -> Admitted:
    key = (newcomer.row.article_id, newcomer.row.version)
    stored = known.get(newcomer.row.article_id)
    if stored is None:
        row = _placed(tx, newcomer, story_days)
        articles.add_article(tx, row)
    elif key in taken:
        return _answer(stored, is_new=False, superseded=False)
    elif stored.version > newcomer.row.version:
        return _answer(stored, is_new=False, superseded=True)
    else:
        row = _newer(newcomer.row, stored)
        articles.advance(tx, row)
    _remember(tx, newcomer, row)
    known[row.article_id] = row
    taken.add(key)
    return _answer(row, is_new=stored is None, superseded=False)


def _placed(tx: Tx, newcomer: Newcomer, story_days: int) -> ArticleRow:
    """A new article with its story: that of the text it is most alike to, or its own."""
    match = _nearest(tx, newcomer, story_days)
    if match is None:
        return replace(newcomer.row, story_id=derived_id("story", newcomer.row.article_id), duplicate_of="")
    original = articles.first_copy(tx, match.story_id) or match.article_id
    return replace(newcomer.row, story_id=match.story_id, duplicate_of=original)


def _nearest(tx: Tx, newcomer: Newcomer, story_days: int) -> Signature | None:
    if newcomer.fingerprint is None:
        return None
    today = signatures.day_of(newcomer.fetched_at)
    # A day ahead too: enrichers do not handle pages in the order of their fetches.
    days = range(today - story_days + 1, today + 2)
    near = signatures.candidates(tx, newcomer.fingerprint.packed, newcomer.fingerprint.lang, days=days)
    index = best_match(newcomer.fingerprint, (other.packed for other in near))
    return None if index is None else near[index]


def _remember(tx: Tx, newcomer: Newcomer, row: ArticleRow) -> None:
    articles.add_text(
        tx,
        ArticleText(
            article_id=row.article_id,
            version=row.version,
            title=row.title,
            body=newcomer.body,
            published_at=row.published_at,
            fetched_at=newcomer.fetched_at,
        ),
    )
    if newcomer.fingerprint is not None:
        signature = Signature(row.article_id, row.story_id, newcomer.fingerprint.packed)
        day = signatures.day_of(newcomer.fetched_at)
        signatures.add_signature(tx, signature, newcomer.fingerprint.lang, day=day)


def _newer(row: ArticleRow, stored: ArticleRow) -> ArticleRow:
    """What never changes is taken from the stored article."""
    return replace(row, first_seen_at=stored.first_seen_at, story_id=stored.story_id, duplicate_of=stored.duplicate_of)


def _answer(row: ArticleRow, *, is_new: bool, superseded: bool) -> Admitted:
    return Admitted(
        first_seen_at=row.first_seen_at,
        story_id=row.story_id,
        duplicate_of=row.duplicate_of,
        superseded=superseded,
        is_new=is_new,
    )
