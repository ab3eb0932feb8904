"""From the bytes of an XML or JSON document to text: BOM, HTTP charset, XML declaration, then a detector."""

from __future__ import annotations

import codecs
import re

__all__ = ["charset_of_content_type", "decode_document"]

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTENT_TYPE_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
# The web means these by the older names.
WEB_MEANING = {"iso8859-1": "cp1252", "ascii": "utf-8", "iso8859-9": "cp1254", "gb2312": "gb18030"}
DETECTED_BYTES = 256 * 1024


def decode_document(body: bytes, content_type: str = "") -> str:
    """The text. Bytes that do not fit are replaced; never raises."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for candidate in (charset_of_content_type(content_type), _declared(body), "utf-8"):
        text = _strict(body, candidate)
        if text is not None:
            return text
    return body.decode(_known(_detected(body)) or "utf-8", "replace")


def charset_of_content_type(content_type: str) -> str:
    found = CONTENT_TYPE_CHARSET.search(content_type)
    return found[1] if found else ""


def _declared(body: bytes) -> str:
    found = DECLARATION.match(body[:512])
    return found[1].decode("ascii") if found else ""


def _strict(body: bytes, charset: str) -> str | None:
    name = _known(charset)
    if not name:
        return None
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _known(charset: str) -> str:
    """Python's name of a text encoding, as the web means it; empty where there is none."""
    try:
        found = codecs.lookup(charset)
    except (LookupError, ValueError):
        return ""
    # Not every codec is about text: `hex` and `zip` are codecs, too.
    if not getattr(found, "_is_text_encoding", True) or found.name in (
        "idna",
        "punycode",
        "unicode_escape",
        "undefined",
    ):
        return ""
    return WEB_MEANING.get(found.name, found.name)


def _detected(body: bytes) -> str:
    import cchardet

    found = cchardet.detect(body[:DETECTED_BYTES])
    return str(found.get("encoding") or "")
