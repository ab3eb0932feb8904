from __future__ import annotations

import asyncio
import gzip
import json
import lzma
import os
import sys
from pathlib import Path

import pytest

from presswatch_cli.commands.bench_crawl import child
from presswatch_cli.commands.bench_outlet import QUIET_PAGES, feed_of, host_of_page, page_url, site
from presswatch_cli.commands.bench_pipeline import render_text
from presswatch_cli.commands.bench_pipeline_input import WATCHES, page_rows, pages_for_bench, queries_for, write_lines
from presswatch_cli.commands.bench_receiver import receiver
from presswatch_cli.commands.process_usage import usage_of
from presswatch_query import parse
from presswatch_shared.errors import BadInput, PresswatchError

NOW = 1_790_000_000_000_000


def test_every_page_stands_on_an_outlet_and_in_its_feed() -> None:
    pages = pages_for_bench((), 40, seed=1, now=NOW)
    answers = site(page_rows(pages), NOW / 1e6)
    for number, page in enumerate(pages):
        host = host_of_page(number)
        head, _, body = answers[host, f"/news/{number}"].partition(b"\r\n\r\n")
        assert b"content-encoding: gzip" in head
        assert gzip.decompress(body) == page.body
        feed = gzip.decompress(answers[host, "/feed.xml"].partition(b"\r\n\r\n")[2]).decode()
        assert f"<link>{page_url(number)}</link>" in feed
    assert len({host_of_page(number) for number in range(QUIET_PAGES)}) == QUIET_PAGES


def test_all_watches_can_be_used_and_some_match_a_title() -> None:
    pages = pages_for_bench((), 40, seed=1, now=NOW)
    queries = queries_for(pages, seed=1)
    assert len(queries) == WATCHES
    for query in queries:
        parse(query)
    assert queries == queries_for(pages, seed=1)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.xz"])
def test_pages_of_files_are_taken_as_they_are(tmp_path: Path, suffix: str) -> None:
    line = json.dumps({"id": "1", "url": "https://outlet.example/1", "html": "<html>Straße</html>"}) + "\n"
    path = tmp_path / f"pages{suffix}"
    path.write_bytes(lzma.compress(line.encode() * 3) if suffix.endswith(".xz") else line.encode() * 3)
    assert [page.body.decode() for page in pages_for_bench([path], 2, seed=1, now=NOW)[QUIET_PAGES:]] == [
        "<html>Straße</html>"
    ] * 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{broken\n", id="no JSON"),
        pytest.param(b'{"id": 1, "url": "https://outlet.example/1"}\n', id="no page"),
        pytest.param(b"\xff\xfe\n", id="no UTF-8"),
    ],
)
def test_a_file_without_pages_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        pages_for_bench([path], None, seed=1, now=NOW)


async def test_the_outlet_answers_and_ends_when_its_input_closes(tmp_path: Path) -> None:
    write_lines(tmp_path / "pages.jsonl", page_rows(pages_for_bench((), 2, seed=1, now=NOW)))
    module = "presswatch_cli.commands.bench_outlet"
    async with child(module, str(tmp_path / "pages.jsonl"), log=tmp_path / "log") as process:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 30))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        statuses = []
        for path in ("/feed.xml", "/elsewhere"):
            writer.write(f"GET {path} HTTP/1.1\r\nHost: quiet0.example\r\n\r\n".encode())
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode()
            statuses.append(head.split(" ")[1])
            length = next(line for line in head.split("\r\n") if line.startswith("content-length"))
            await reader.readexactly(int(length.partition(":")[2]))
        writer.close()
        assert statuses == ["200", "404"]
        assert feed_of("quiet0.example") == "http://quiet0.example/feed.xml"
    assert process.returncode == 0


async def test_the_receiver_notes_when_it_was_first_told_of_an_alert() -> None:
    body = json.dumps({"data": {"alert_id": "a1"}}).encode()
    async with receiver() as hook:
        reader, writer = await asyncio.open_connection("127.0.0.1", hook.port)
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
        await writer.wait_closed()
        assert 0 < hook.first_told["a1"] < hook.last_told


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_usage_counts_this_process() -> None:
    first = usage_of(os.getpid())
    assert first.peak_bytes > 1_000_000
    assert usage_of(os.getpid()).cpu_seconds >= first.cpu_seconds > 0
    with pytest.raises(PresswatchError, match="has ended"):
        usage_of(2**22 + 1)


def test_a_screen_shows_each_service() -> None:
    latency = {"p50": 0.1, "p95": None}
    flow = {
        "articles_per_second": 9.5,
        "articles": 19,
        "seconds": 2.0,
        "alerts": 3,
        "cpu_seconds_per_1000_pages": 88.0,
        "articles_per_cpu_second": 11.2,
        "peak_memory_mb": {"main": 150, "workers": [190, 180], "sum": 520},
        **{
            key: {"fetch_to_searchable_seconds": latency, "fetch_to_webhook_seconds": latency}
            for key in ("all_at_once", "one_at_a_time")
        },
    }
    services = {"crawler": {"cpu_seconds_per_1000_pages": 9.0, "cpu_share": 1.0, "peak_memory_mb": 100}}
    shown = render_text(
        {
            "pages": 20,
            "page_bytes_mean": 62_000,
            "watches": 200,
            "cores": 2,
            "one_process": flow,
            "process_a_service": {"articles_per_second": 9.0, "services": services},
            "on_servers": {},
        }
    )
    assert "9.5 articles a second" in shown
    assert "crawler" in shown and "100.0%" in shown
