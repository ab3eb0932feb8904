"""What other tools call the fields of an article."""

from __future__ import annotations

__all__ = ["counterpart"]

NAMES = {
    "": ("_all", "*", "text", "fulltext", "full_text"),
    "title": ("title", "headline"),
    "body": ("body", "content", "article", "message"),
    "lead": ("lead", "description", "summary", "abstract", "teaser"),
    "author": ("author", "authors", "byline"),
    "url": ("url", "link", "uri"),
    "source": ("source", "domain", "host", "site"),
    "lang": ("lang", "language"),
    "country": ("country",),
    "category": ("category", "section"),
}
FIELDS = {name: field for field, names in NAMES.items() for name in names}
SUFFIXES = (".keyword", ".raw", ".text")


def counterpart(name: str) -> str | None:
    """The field of the watch language (empty: title and body); None where there is none."""
    known = name.casefold()
    for suffix in SUFFIXES:
        known = known.removesuffix(suffix)
    return FIELDS.get(known, None if known else "")
