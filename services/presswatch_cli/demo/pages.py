"""Renders an outlet: its home page, article pages, feeds and robots.txt. Pure: the same edition gives the same text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from presswatch_cli.demo.edition import Printed, printed_at
from presswatch_cli.demo.outlets import Outlet, load_phrases

__all__ = ["CONTENT_TYPES", "render"]

HTML = "text/html; charset=utf-8"
CONTENT_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "sitemap": "application/xml"}
RELATED = 4


def render(outlet: Outlet, entries: Sequence[Printed], path: str) -> tuple[int, str, str]:
    """Status, content type and text of what the outlet answers under a path."""
    if path == outlet.feed_path:
        return 200, CONTENT_TYPES[outlet.announces], _template(f"{outlet.announces}.xml", outlet, entries=entries)
    if path == "/":
        return 200, HTML, _template("home.html", outlet, entries=entries, heading="")
    if path == "/robots.txt":
        return 200, "text/plain; charset=utf-8", _robots(outlet)
    entry = printed_at(entries, path)
    if entry is None:
        return 404, HTML, _notice(outlet, "not_found")
    return 200, HTML, PAGES[entry.article.kind](outlet, entries, entry)


def _article(outlet: Outlet, entries: Sequence[Printed], entry: Printed) -> str:
    others = [other for other in entries if other is not entry and other.article.kind == "article"]
    position = sum(other.published_at >= entry.published_at for other in others)
    older = others[position:] + others[:position]
    return _template(
        f"{outlet.template}.html",
        outlet,
        entry=entry,
        article=entry.article,
        related=older[:RELATED],
        most_read=older[RELATED : 2 * RELATED],
        json_ld=_json_ld(outlet, entry),
    )


def _index_page(outlet: Outlet, entries: Sequence[Printed], entry: Printed) -> str:
    return _template("home.html", outlet, entries=entries, heading=entry.article.title)


def _notice(outlet: Outlet, kind: str) -> str:
    words = load_phrases()[outlet.lang]
    return _template("notice.html", outlet, heading=words[f"{kind}_title"], text=words[kind], **{"class": kind})


PAGES: dict[str, Callable[[Outlet, Sequence[Printed], Printed], str]] = {
    "article": _article,
    "subscribers_only": _article,
    "index_page": _index_page,
    "soft_404": lambda outlet, _entries, _entry: _notice(outlet, "not_found"),
    "consent_wall": lambda outlet, _entries, _entry: _notice(outlet, "consent"),
}


def _robots(outlet: Outlet) -> str:
    lines = ["User-agent: *", "Disallow: /subscribers/", "Disallow: /account"]
    if outlet.announces == "sitemap":
        lines += ["", f"Sitemap: http://{outlet.host}{outlet.feed_path}"]
    return "\n".join([*lines, ""])


def _json_ld(outlet: Outlet, entry: Printed) -> Markup:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": entry.url,
        "headline": entry.article.title,
        "description": entry.article.description,
        "articleSection": entry.article.category,
        "inLanguage": outlet.lang,
        "datePublished": entry.published_at.isoformat(),
        "dateModified": entry.modified_at.isoformat(),
        "author": [{"@type": "Person", "name": author} for author in entry.article.authors],
        "publisher": {"@type": "Organization", "name": outlet.name, "url": outlet.home},
    }
    # "<" is escaped so that no text can close the script element; the rest of JSON needs no HTML escape there.
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


def _template(name: str, outlet: Outlet, **values: Any) -> str:
    words = load_phrases()[outlet.lang]
    year = max((entry.published_at.year for entry in values.get("entries", ())), default=0)
    year = year or (values["entry"].published_at.year if "entry" in values else "")
    return _environment().get_template(name).render(outlet=outlet, words=words, year=year, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("presswatch_cli.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rfc822"] = _rfc822
    return environment


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment)
