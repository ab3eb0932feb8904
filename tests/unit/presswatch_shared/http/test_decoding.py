from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
import zstandard

from presswatch_shared.http.decoding import decode_body

TEXT = "Die Kräne stehen im Hafen. ".encode() * 500
Pack = Callable[[bytes], bytes]


def bare_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


CODINGS: list[tuple[str, Pack]] = [
    ("gzip", partial(gzip.compress, compresslevel=3)),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("br", partial(brotli.compress, quality=4)),
    ("zstd", zstandard.ZstdCompressor().compress),
]
IDS = ["gzip", "deflate with its head", "bare deflate", "brotli", "zstd"]


@pytest.mark.parametrize(("coding", "pack"), CODINGS, ids=IDS)
def test_a_body_is_decoded_whole(coding: str, pack: Pack) -> None:
    assert decode_body(pack(TEXT), coding).body == TEXT
    assert decode_body(pack(TEXT), coding).complete


@pytest.mark.parametrize(("coding", "pack"), CODINGS, ids=IDS)
def test_a_body_cut_short_gives_what_there_is(coding: str, pack: Pack) -> None:
    noise = bytes(range(256)) * 4 + TEXT
    decoded = decode_body(pack(noise)[:-8], coding)
    assert not decoded.complete
    assert decoded.reason == "truncated"
    assert noise.startswith(decoded.body)


@pytest.mark.parametrize(("coding", "pack"), CODINGS, ids=IDS)
def test_what_is_not_in_the_coding_is_broken(coding: str, pack: Pack) -> None:
    decoded = decode_body(b"<html>not packed at all", coding)
    assert not decoded.complete
    assert decoded.reason in ("broken", "truncated")


@pytest.mark.parametrize(("coding", "pack"), CODINGS, ids=IDS)
def test_a_bomb_stops_at_the_limit_without_filling_memory(coding: str, pack: Pack) -> None:
    bomb = pack(b"\0" * 80_000_000)
    tracemalloc.start()
    whole, limited = decode_body(bomb, coding), decode_body(bomb, coding, limit=3_000_000, max_ratio=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (whole.complete, limited.complete) == (False, False)
    assert whole.reason in ("ratio", "too_large")
    assert (limited.reason, len(limited.body)) == ("too_large", 3_000_000)
    assert peak < 60_000_000


def test_a_bomb_in_a_bomb_stops_too() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 80_000_000, 1), 1)
    assert decode_body(bomb, "gzip, gzip").reason in ("too_large", "ratio")


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    assert decode_body(gzip.compress(brotli.compress(TEXT)), "br, gzip").body == TEXT


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_no_coding_leaves_the_body_alone(coding: str) -> None:
    assert decode_body(TEXT, coding).body == TEXT


def test_an_unknown_coding_is_said_so() -> None:
    assert decode_body(TEXT, "rot13").reason == "unknown_coding"
    assert decode_body(TEXT, "gzip, gzip, gzip").reason == "unknown_coding"


def test_several_gzip_members_are_one_body_and_padding_is_ignored() -> None:
    assert decode_body(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 10, "x-gzip").body == b"one two"


def test_an_empty_body_is_complete_in_every_coding() -> None:
    assert all(decode_body(b"", coding).complete for coding in ("", "gzip", "zstd"))
