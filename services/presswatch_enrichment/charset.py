"""From bytes to text: byte order mark, HTTP header, meta in the first 2 kB, strict UTF-8, then a guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

__all__ = ["Decoded", "decode_text"]

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
META_WITHIN = 2048
GUESS_FROM = 64 * 1024
# These write everything in ASCII bytes with escapes, so they read as UTF-8 without an error.
SEVEN_BIT = ("iso2022", "hz")
# Browsers read these labels as the Windows code page that holds them (WHATWG Encoding).
READ_AS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"} | {
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "tis-620": "cp874",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, how its charset was found, and the share of characters that could not be read."""

    text: str
    charset: str
    found_by: str
    damaged: float


def decode_text(body: bytes, content_type: str) -> Decoded:
    """Text of `body`. Never fails: what cannot be read becomes U+FFFD, and `damaged` says how much that was."""
    for bom, charset in BOMS:
        if body.startswith(bom):
            return _lenient(body[len(bom) :], charset, "bom")
    declared = _declared(body, content_type)
    # A page that is UTF-8 throughout is that, whatever it says: no other charset reads like it by accident.
    strict = _strict(body, "utf-8")
    if strict is not None and not any(charset.startswith(SEVEN_BIT) for charset, _ in declared):
        return Decoded(strict, "utf-8", _found_by(declared, "utf-8"), 0.0)
    for charset, found_by in declared:
        text = _strict(body, charset)
        if text is not None:
            return Decoded(text, charset, found_by, 0.0)
    if any(charset == "utf-8" for charset, _ in declared):
        decoded = _lenient(body, "utf-8", "declared")
        if decoded.damaged < 0.01:
            return decoded
    return _guessed(body, declared)


def _found_by(declared: list[tuple[str, str]], charset: str) -> str:
    return next((found_by for name, found_by in declared if name == charset), "strict")


def _declared(body: bytes, content_type: str) -> list[tuple[str, str]]:
    found = []
    head = body[:META_WITHIN]
    if match := HEADER_CHARSET.search(content_type):
        found.append((match[1], "header"))
    if raw := META_CHARSET.search(head) or XML_ENCODING.search(head):
        found.append((raw[1].decode("ascii", "replace"), "meta"))
    known = [(_known(label), found_by) for label, found_by in found]
    return [(charset, found_by) for charset, found_by in known if charset]


def _known(label: str) -> str:
    label = READ_AS.get(label.lower().strip(), label.lower().strip())
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    # A meta tag that was read as ASCII cannot be in UTF-16 (WHATWG); and some codecs of Python are no charsets.
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name if _is_charset(name) else ""


def _is_charset(name: str) -> bool:
    try:
        return b"a".decode(name) == "a"
    except (LookupError, ValueError):
        return False


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _lenient(body: bytes, charset: str, found_by: str) -> Decoded:
    text = body.decode(charset, "replace")
    return Decoded(text, charset, found_by, text.count("\ufffd") / max(1, len(text)))


def _guessed(body: bytes, declared: list[tuple[str, str]]) -> Decoded:
    import cchardet

    guess = _known(str(cchardet.detect(body[:GUESS_FROM])["encoding"] or ""))
    tries = [(guess, "guess")] if guess else []
    tries += [*declared, ("utf-8", "guess"), ("cp1252", "guess")]
    return min((_lenient(body, charset, found_by) for charset, found_by in tries), key=lambda d: d.damaged)
