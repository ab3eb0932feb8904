"""A mail as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from presswatch_delivery.mails.view import ArticleView, MailView
from presswatch_shared.languages import Language
from presswatch_shared.texts import gettext

__all__ = ["article_lines", "mail_text"]

WIDTH = 72
RULE = "-" * WIDTH
WATCH = gettext("Watch")
EDIT = gettext("Edit the watch")
UNSUBSCRIBE = gettext("No more mails of this watch")
CHANGED = gettext("changed")
MATCHED = gettext("Matched")
OPEN = gettext("Open")
MUTE = gettext("Mute this story")


def mail_text(view: MailView) -> str:
    """Lines of at most 72 characters, apart from addresses."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: MailView) -> Iterator[str]:
    yield from _wrapped(f"{view.watch_name}: {view.heading}")
    if view.note:
        yield from _wrapped(view.note)
    for article in view.articles:
        yield ""
        yield from article_lines(article, view.language)
    if view.more:
        yield ""
        yield f"{view.more}: {view.inbox_url}"
    yield ""
    yield RULE
    said = view.language.said
    yield from _wrapped(f"{said(WATCH)}: {view.query}")
    yield f"{said(EDIT)}: {view.watch_url}"
    yield f"{said(UNSUBSCRIBE)}: {view.unsubscribe_url}"


def article_lines(article: ArticleView, language: Language) -> Iterator[str]:
    """One article: title, where and when, snippet, what matched, links."""
    yield from _wrapped(f"* {article.title}")
    also = f" · {article.also}" if article.also else ""
    lang = f" · {article.lang}" if article.lang else ""
    changed = f" · {language.said(CHANGED)}" if article.updated else ""
    yield from _wrapped(f"{article.outlet} · {article.when}{lang}{also}{changed}", indent="  ")
    if article.snippet:
        yield from _wrapped(article.snippet, indent="  ")
    if article.clauses:
        yield from _wrapped(f"{language.said(MATCHED)}: {' · '.join(article.clauses)}", indent="  ")
    if article.url:
        yield f"  {language.said(OPEN)}: {article.url}"
    yield f"  {language.said(MUTE)}: {article.mute_url}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    hanging = "  " if text.startswith("* ") else indent
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=hanging, break_long_words=False) or [
        indent
    ]
