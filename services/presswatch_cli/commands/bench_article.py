"""The article of a benchmark: what no benchmark looks at is always the same."""

from __future__ import annotations

from presswatch_shared.events import ArticleEnriched

__all__ = ["bench_article", "numbered_article"]

OUTLETS = 50


def bench_article(article_id: str, *, url: str, source: str, title: str, body: str, at: int) -> ArticleEnriched:
    """A story of its own, seen first at `at` (µs)."""
    return ArticleEnriched(
        article_id=article_id,
        version=1,
        url=url,
        url_hash=article_id,
        visit=1,
        canonical_url=url,
        source_id="bench",
        source=source,
        title=title,
        body=body,
        lang="en",
        first_seen_at=at,
        fetched_at=at,
        story_id=article_id,
    )


def numbered_article(number: int, *, title: str, body: str, at: int) -> ArticleEnriched:
    """One of fifty outlets."""
    source = f"outlet{number % OUTLETS}.example"
    return bench_article(
        f"{number:032x}", url=f"https://{source}/{number}", source=source, title=title, body=body, at=at
    )
