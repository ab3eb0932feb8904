"""Articles as the control state knows them: first sight, newest version, story, and the texts of all versions.

The searchable article lies in the index. What must survive a replay unchanged lies here: when an article was first
seen, and which story it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, Row, String, Table, Text, delete, func, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "KEPT_TEXTS",
    "ArticleRow",
    "ArticleText",
    "ArticleVersion",
    "accepted_versions",
    "add_article",
    "add_text",
    "advance",
    "find_by_url",
    "first_copy",
    "get_article",
    "get_articles",
    "get_text",
    "list_versions",
    "outlet_count",
    "outlet_counts",
    "story_members",
]

ID = String(32)
KEPT_TEXTS = 50
"""Versions an article: a live ticker has a new one every few minutes."""

articles = Table(
    "articles",
    metadata,
    Column("article_id", ID, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("url_hash", ID, nullable=False, index=True),
    Column("source", String(255), nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("lang", String(16), nullable=False),
    micros("published_at", nullable=True),
    micros("first_seen_at"),
    Column("story_id", ID, nullable=False),
    Column("duplicate_of", ID, nullable=False),
    Index("ix_articles_story_id_source", "story_id", "source"),
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("article_id", ID, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    micros("published_at", nullable=True),
    micros("fetched_at", index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article: its newest version, and what never changes (first sight, story, first copy)."""

    article_id: str
    version: int
    url: str
    url_hash: str
    source: str
    source_id: str
    title: str
    lang: str
    published_at: Micros | None
    first_seen_at: Micros
    story_id: str
    duplicate_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """The text of one version of an article."""

    article_id: str
    version: int
    title: str
    body: str
    published_at: Micros | None
    fetched_at: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One version of an article, without its text."""

    version: int
    title: str
    published_at: Micros | None
    fetched_at: Micros


def add_article(tx: Tx, article: ArticleRow) -> bool:
    """Insert an article seen for the first time; False where it is there already (then nothing changes)."""
    return insert_if_absent(tx, articles, [_values(article)]) > 0


def advance(tx: Tx, article: ArticleRow) -> bool:
    """Take over what a newer version changed; False where the stored version is as new. Story and first sight stay."""
    kept = {"article_id", "first_seen_at", "story_id", "duplicate_of"}
    values = {name: value for name, value in _values(article).items() if name not in kept}
    newer = (articles.c.article_id == article.article_id) & (articles.c.version < article.version)
    return tx.execute(update(articles).where(newer).values(**values)).rowcount > 0


def add_text(tx: Tx, text: ArticleText) -> None:
    """Keep the text of a version, and let the oldest beyond `KEPT_TEXTS` go; adding it again changes nothing."""
    insert_if_absent(tx, article_versions, [{name: getattr(text, name) for name in ArticleText.__slots__}])
    of_article = article_versions.c.article_id == text.article_id
    newest = select(article_versions.c.version).where(of_article).order_by(article_versions.c.version.desc())
    oldest_kept = newest.offset(KEPT_TEXTS - 1).limit(1).scalar_subquery()
    tx.execute(delete(article_versions).where(of_article, article_versions.c.version < oldest_kept))


def get_article(tx: Tx, article_id: str) -> ArticleRow | None:
    return get_articles(tx, [article_id]).get(article_id)


def get_articles(tx: Tx, article_ids: Iterable[str]) -> Mapping[str, ArticleRow]:
    """Those of the articles that are known, by id."""
    rows = tx.execute(select(articles).where(articles.c.article_id.in_(sorted(set(article_ids)))))
    return {row.article_id: _article(row) for row in rows}


def find_by_url(tx: Tx, url_hash: str) -> ArticleRow | None:
    """The article that was last made from a URL."""
    statement = select(articles).where(articles.c.url_hash == url_hash).order_by(articles.c.version.desc()).limit(1)
    row = tx.execute(statement).first()
    return None if row is None else _article(row)


def list_versions(tx: Tx, article_id: str) -> Sequence[ArticleVersion]:
    """All kept versions without their texts, newest first."""
    columns = [article_versions.c[name] for name in ArticleVersion.__slots__]
    statement = select(*columns).where(article_versions.c.article_id == article_id)
    rows = tx.execute(statement.order_by(article_versions.c.version.desc()))
    return [ArticleVersion(**row._mapping) for row in rows]


def get_text(tx: Tx, article_id: str, version: int) -> ArticleText | None:
    """One kept version."""
    this = (article_versions.c.article_id == article_id) & (article_versions.c.version == version)
    row = tx.execute(select(article_versions).where(this)).one_or_none()
    return None if row is None else _text(row)


def accepted_versions(tx: Tx, article_ids: Iterable[str]) -> frozenset[tuple[str, int]]:
    """(article, version) of all texts that were taken, for telling a replay from a late old version."""
    columns = (article_versions.c.article_id, article_versions.c.version)
    statement = select(*columns).where(article_versions.c.article_id.in_(sorted(set(article_ids))))
    return frozenset((article_id, version) for article_id, version in tx.execute(statement))


def story_members(tx: Tx, story_id: str, *, limit: int = 100) -> Sequence[ArticleRow]:
    """Articles of a story, the one seen first in front."""
    statement = select(articles).where(articles.c.story_id == story_id)
    rows = tx.execute(statement.order_by(articles.c.first_seen_at, articles.c.article_id).limit(limit))
    return [_article(row) for row in rows]


def first_copy(tx: Tx, story_id: str) -> str:
    """The article that began the story; empty where there is no such story."""
    began = (articles.c.story_id == story_id) & (articles.c.duplicate_of == "")
    return tx.execute(select(articles.c.article_id).where(began).limit(1)).scalar() or ""


def outlet_count(tx: Tx, story_id: str) -> int:
    """How many different hosts carry the story."""
    return outlet_counts(tx, [story_id]).get(story_id, 0)


def outlet_counts(tx: Tx, story_ids: Iterable[str]) -> Mapping[str, int]:
    """`outlet_count` of several stories; unknown ones are left out."""
    statement = (
        select(articles.c.story_id, func.count(articles.c.source.distinct()))
        .where(articles.c.story_id.in_(sorted(set(story_ids))))
        .group_by(articles.c.story_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def _values(article: ArticleRow) -> dict[str, object]:
    return {name: getattr(article, name) for name in ArticleRow.__slots__}


def _article(row: Row[tuple[object, ...]]) -> ArticleRow:
    return ArticleRow(**row._mapping)


def _text(row: Row[tuple[object, ...]]) -> ArticleText:
    return ArticleText(**row._mapping)
