"""A mail as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from presswatch_delivery.mails.view import ArticleView, MailView

__all__ = ["article_lines", "mail_text"]

WIDTH = 72
RULE = "-" * WIDTH


def mail_text(view: MailView) -> str:
    """Lines of at most 72 characters, apart from addresses."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: MailView) -> Iterator[str]:
    yield from _wrapped(f"{view.watch_name}: {view.heading}")
    if view.note:
        yield from _wrapped(view.note)
    for article in view.articles:
        yield ""
        yield from article_lines(article)
    if view.more:
        yield ""
        yield f"… and {view.more:,} more: {view.inbox_url}"
    yield ""
    yield RULE
    yield from _wrapped(f"Watch: {view.query}")
    yield f"Edit the watch: {view.watch_url}"
    yield f"No more mails of this watch: {view.unsubscribe_url}"


def article_lines(article: ArticleView) -> Iterator[str]:
    """One article: title, where and when, snippet, what matched, links."""
    yield from _wrapped(f"* {article.title}")
    also = f" · also at {article.also:,} more" if article.also else ""
    lang = f" · {article.lang}" if article.lang else ""
    changed = " · changed" if article.updated else ""
    yield from _wrapped(f"{article.outlet} · {article.when}{lang}{also}{changed}", indent="  ")
    if article.snippet:
        yield from _wrapped(article.snippet, indent="  ")
    if article.clauses:
        yield from _wrapped(f"Matched: {' · '.join(article.clauses)}", indent="  ")
    if article.url:
        yield f"  Open: {article.url}"
    yield f"  Mute this story: {article.mute_url}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    hanging = "  " if text.startswith("* ") else indent
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=hanging, break_long_words=False) or [
        indent
    ]
