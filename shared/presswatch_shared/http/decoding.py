"""Undoes content codings without trusting them: bounded in bytes and in ratio, step by step."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["DECODED_BYTES", "MAX_RATIO", "Decoded", "decode_body"]

DECODED_BYTES = 20 * 1024 * 1024
MAX_RATIO = 100
# Small bodies may compress well (a page of blanks): the ratio is looked at above this.
RATIO_FLOOR = 1024 * 1024
STEP = 64 * 1024
MAX_CODINGS = 2
# zstd may ask for a window of up to 2 GiB; RFC 9659 allows 8 MiB on the web.
ZSTD_WINDOW = 8 * 1024 * 1024
ZSTD_PIECE = 256


@dataclass(frozen=True, slots=True)
class Decoded:
    """The body as far as it could be decoded. `reason` where it is not complete: too_large, ratio, truncated, broken,
    unknown_coding."""

    body: bytes
    complete: bool = True
    reason: str = ""


def decode_body(
    body: bytes, content_encoding: str, *, limit: int = DECODED_BYTES, max_ratio: int = MAX_RATIO
) -> Decoded:
    """Undo the codings that a Content-Encoding header names. Never raises for what is in the body, and never holds
    much more than `limit` bytes."""
    codings = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in codings if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS or any(name not in DECODERS for name in codings):
        return Decoded(body[:limit], complete=False, reason="unknown_coding")
    decoded = Decoded(body)
    for name in reversed(codings):
        decoded = _collect(DECODERS[name](decoded.body), limit, max(RATIO_FLOOR, max_ratio * len(body)))
        if not decoded.complete:
            return decoded
    if len(decoded.body) > limit:
        return Decoded(decoded.body[:limit], complete=False, reason="too_large")
    return decoded


class _Broken(Exception):
    """The bytes are not what the coding says; the argument is the reason."""


def _collect(parts: Iterator[bytes], limit: int, ratio_limit: int) -> Decoded:
    got: list[bytes] = []
    size = 0
    try:
        for part in parts:
            got.append(part[: limit - size])
            size += len(part)
            if size > min(limit, ratio_limit):
                reason = "too_large" if size > limit else "ratio"
                return Decoded(b"".join(got), complete=False, reason=reason)
    except _Broken as broken:
        return Decoded(b"".join(got), complete=False, reason=str(broken))
    return Decoded(b"".join(got))


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members; what follows the last one is ignored, as browsers do."""
    rest = body
    while rest[:2] == b"\x1f\x8b":
        machine = zlib.decompressobj(wbits=31)
        yield from _inflate(machine, rest)
        rest = machine.unused_data
    if rest is body and body:
        raise _Broken("broken")


def _deflate(body: bytes) -> Iterator[bytes]:
    """zlib by the standard, bare deflate as some servers send it."""
    has_zlib_head = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflate(zlib.decompressobj(wbits=15 if has_zlib_head else -15), body)


def _inflate(machine: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    pending = body
    try:
        while not machine.eof:
            part = machine.decompress(pending, STEP)
            pending = machine.unconsumed_tail
            if part:
                yield part
            elif not machine.eof and not pending:
                raise _Broken("truncated")
    except zlib.error as error:
        raise _Broken("broken") from error


def _brotli(body: bytes) -> Iterator[bytes]:
    import brotli

    machine = brotli.Decompressor()
    pending = body
    try:
        while not machine.is_finished():
            part = machine.process(pending, output_buffer_limit=STEP)
            pending = b""
            if part:
                yield part
            elif not machine.is_finished() and machine.can_accept_more_data():
                raise _Broken("truncated")
    except brotli.error as error:
        raise _Broken("broken") from error


def _zstd(body: bytes) -> Iterator[bytes]:
    import zstandard

    machine = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    complete = not body
    try:
        # A block of 128 KiB can stand in four bytes: small pieces in keep the pieces out small.
        for start in range(0, len(body), ZSTD_PIECE):
            if part := machine.decompress(body[start : start + ZSTD_PIECE]):
                yield part
            if machine.eof:
                complete = True
                break
    except zstandard.ZstdError as error:
        raise _Broken("broken") from error
    if not complete:
        raise _Broken("truncated")


DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
