"""Is this HTML at all? By what the server says, and by what the bytes look like."""

from __future__ import annotations

import re

__all__ = ["not_html"]

MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"RIFF", "media"),
    (b"OggS", "media"),
    (b"ID3", "media"),
    (b"\x00\x00\x01\x00", "image"),
    (b"PK\x03\x04", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x7fELF", "binary"),
    (b"MZ\x90", "binary"),
)
MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|h1|main|section|table|span|a)\b", re.IGNORECASE
)
FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.IGNORECASE)
HTML_TYPES = (
    "",
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "text/plain",
    "application/octet-stream",
)
LOOK_AT = 64 * 1024
UTF16 = (b"\xff\xfe", b"\xfe\xff")
CONTROL = bytes((1, 2, 3, 4, 5, 6, *range(14, 21)))


def not_html(body: bytes, content_type: str) -> str:
    """What it is instead (`pdf`, `image`, `feed`, …), or nothing. Empty bodies are not judged."""
    head = body[:LOOK_AT]
    kind = next((kind for magic, kind in MAGIC if head.startswith(magic)), "")
    if kind or not head.strip() or head.startswith(UTF16):
        return kind
    marked = MARKUP.search(head)
    if _is_binary(head, marked is not None):
        return "binary"
    feed = FEED.search(head)
    if feed and (marked is None or feed.start() < marked.start()):
        return "feed"
    if marked:
        return ""
    declared = content_type.partition(";")[0].strip().lower()
    return "text" if declared in HTML_TYPES else "other"


def _is_binary(head: bytes, marked: bool) -> bool:
    """Many control characters. Between tags NULs alone are a sloppy server's."""
    control = len(head) - len(head.translate(None, CONTROL if marked else b"\0" + CONTROL))
    return control > len(head) * 0.02
