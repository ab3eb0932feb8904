"""Structured data (JSON-LD): the block that describes the article, as one flat record."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

__all__ = ["Described", "describe"]

ARTICLE_TYPES = frozenset(
    (
        "newsarticle",
        "article",
        "reportagenewsarticle",
        "opinionnewsarticle",
        "analysisnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "satiricalarticle",
        "liveblogposting",
        "blogposting",
        "socialmediaposting",
        "techarticle",
        "scholarlyarticle",
        "advertisercontentarticle",
        "report",
        "review",
        "webpage",
        "newsmediawebpage",
        "medicalwebpage",
        "videoobject",
        "interview",
    )
)
# Describe the page or a part of it rather than the article: taken only where nothing better is there.
WEAK_TYPES = frozenset(("webpage", "medicalwebpage", "newsmediawebpage", "videoobject", "review"))
LIST_TYPES = frozenset(("itemlist", "collectionpage", "searchresultspage"))
TRAILING_COMMA = re.compile(r",\s*([}\]])")
COMMENTS = re.compile(r"^\s*(?:/\*.*?\*/|//<!\[CDATA\[|<!--|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$", re.DOTALL)
# Nearly all blocks are bare: what is around the others is looked for only in them.
BEGINNINGS = ("{", "[")
ENDS = ("}", "]")
ABOUT_OTHERS = frozenset(("isPartOf", "hasPart", "mentions", "about", "comment"))
NODES_MAX = 2000
DEPTH_MAX = 12


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What the article's block says; empty where it says nothing."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    body: str = ""
    description: str = ""
    image: str = ""
    section: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    publisher: str = ""
    free: bool | None = None
    weak: bool = False
    """Only the page or a video was described, not an article."""


def describe(blocks: Iterable[str]) -> Described:
    """The article in the page's JSON-LD blocks."""
    nodes: list[Mapping[str, Any]] = []
    for block in blocks:
        _collect(_parsed(block), nodes, 0)
    best = max((n for n in nodes if _types(n) & ARTICLE_TYPES), key=_worth, default=None)
    if best is None:
        return Described()
    by_id = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str) and len(node) > 1}
    return _record(best, by_id)


def _parsed(block: str) -> Any:
    text = block.strip()
    if not (text.startswith(BEGINNINGS) and text.endswith(ENDS)):
        text = COMMENTS.sub("", COMMENTS.sub("", block)).strip().rstrip(";")
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return _leniently_parsed(text)


def _leniently_parsed(text: str) -> Any:
    """With line breaks in strings, numbers that are none, lone surrogates; at last with commas too many."""
    for candidate in (text, TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _collect(value: Any, nodes: list[Mapping[str, Any]], depth: int) -> None:
    """All objects, outermost first; lists of other articles are left out."""
    if depth > DEPTH_MAX or len(nodes) >= NODES_MAX:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, nodes, depth + 1)
    elif isinstance(value, dict):
        nodes.append(value)
        if not _types(value) & LIST_TYPES:
            for name, child in value.items():
                if isinstance(child, (dict, list)) and name not in ABOUT_OTHERS:
                    _collect(child, nodes, depth + 1)


def _types(node: Mapping[str, Any]) -> frozenset[str]:
    named = node.get("@type")
    names = named if isinstance(named, list) else [named]
    return frozenset(str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in names if name)


def _worth(node: Mapping[str, Any]) -> tuple[int, int, int]:
    strong = bool(_types(node) - WEAK_TYPES & ARTICLE_TYPES) and not _types(node) <= WEAK_TYPES
    told = sum(bool(node.get(name)) for name in ("headline", "datePublished", "author", "articleBody"))
    return int(strong), told, int(bool(node.get("headline")))


def _record(node: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> Described:
    weak = _types(node) <= WEAK_TYPES
    headline = _text(node.get("headline")) or ("" if weak else _text(node.get("name")))
    authors = _people(node.get("author") or node.get("creator"), by_id)
    return Described(
        headline=headline,
        published=_text(node.get("datePublished") or node.get("dateCreated") or node.get("uploadDate")),
        modified=_text(node.get("dateModified")),
        authors=tuple(dict.fromkeys(authors)),
        body=_text(node.get("articleBody"), keep_lines=True),
        description=_text(node.get("description")),
        image=_image(node.get("image") or node.get("thumbnailUrl"), by_id),
        section=_first(_texts(node.get("articleSection"))),
        keywords=tuple(_keywords(node.get("keywords"))),
        language=_text(node.get("inLanguage")),
        publisher=_first(_people(node.get("publisher"), by_id)),
        free=_free(node.get("isAccessibleForFree")),
        weak=weak,
    )


def _text(value: Any, *, keep_lines: bool = False) -> str:
    if isinstance(value, list):
        value = next((item for item in value if item), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    # Twice: many sites escape what was escaped already.
    text = html.unescape(html.unescape(str(value)))
    return text.strip() if keep_lines else " ".join(text.split())


def _texts(value: Any) -> Sequence[str]:
    items = value if isinstance(value, list) else [value]
    return [text for item in items if (text := _text(item))]


def _keywords(value: Any) -> Iterator[str]:
    for text in _texts(value):
        for word in text.split(","):
            if word.strip():
                yield word.strip()


def _people(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        node = by_id.get(str(item.get("@id")), item) if isinstance(item, dict) and not item.get("name") else item
        name = node.get("name") if isinstance(node, Mapping) else node
        found += _texts(name)
    return found


def _image(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> str:
    item = value[0] if isinstance(value, list) and value else value
    if isinstance(item, dict):
        node = by_id.get(str(item.get("@id")), item)
        item = node.get("url") or node.get("contentUrl") or ""
        item = item[0] if isinstance(item, list) and item else item
    return item.strip() if isinstance(item, str) else ""


def _free(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "yes": True, "no": False}.get(_text(value).lower().rsplit("/", 1)[-1])


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
