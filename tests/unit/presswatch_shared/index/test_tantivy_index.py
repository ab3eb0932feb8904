"""The embedded index as a folder: several processes, restarts, damage."""

from __future__ import annotations

import asyncio
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from presswatch_query import parse
from presswatch_shared.errors import BadInput, Poison, Retry
from presswatch_shared.index.port import PutOutcome, SearchRequest
from presswatch_shared.index.tantivy_folder import SIDECAR, Versions, remove
from presswatch_shared.index.tantivy_index import TantivyIndex, open_tantivy
from tests.fixtures.enriched import enriched

HARBOUR = SearchRequest(query=parse("harbour"))
PUT_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from presswatch_shared.index.tantivy_index import open_tantivy
from tests.fixtures.enriched import enriched
index = open_tantivy(Path(sys.argv[1]), write=True)
asyncio.run(index.put([enriched(f"a{n}") for n in range(20)]))
print("put", flush=True)
sys.stdin.read()
"""


async def ids(index: TantivyIndex) -> list[str]:
    return sorted([hit.article.article_id for hit in (await index.search(HARBOUR)).hits])


@contextmanager
def other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has put 20 articles and holds the index open."""
    command = [sys.executable, "-c", PUT_AND_WAIT, str(folder)]
    pipe = subprocess.PIPE
    paths = ":".join(path for path in sys.path if path)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={"PYTHONPATH": paths}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "put\n"
        try:
            yield process
        finally:
            process.kill()


async def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    first = open_tantivy(tmp_path, write=True)
    await first.put([enriched("a"), enriched("b")])
    await first.close()
    again = open_tantivy(tmp_path, write=True)
    assert await ids(again) == ["a", "b"]
    assert await again.put([enriched("a")]) == (PutOutcome.UNCHANGED,)
    await again.close()


async def test_what_put_reported_survives_kill_9_and_may_be_put_again(tmp_path: Path) -> None:
    with other_process(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    index = open_tantivy(tmp_path, write=True)
    assert await index.count() == 20
    batch = [enriched(f"a{n}") for n in range(20)]
    assert set(await index.put(batch)) == {PutOutcome.UNCHANGED}
    assert await index.count() == 20
    await index.close()


async def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    with other_process(tmp_path):
        with pytest.raises(BadInput, match="another process writes"):
            open_tantivy(tmp_path, write=True)
        reader = open_tantivy(tmp_path, write=False)
        assert await reader.count() == 20
        await reader.close()


async def test_a_reader_sees_each_commit_of_the_writer(tmp_path: Path) -> None:
    reader = open_tantivy(tmp_path, write=False)
    assert await ids(reader) == []
    assert [article async for article in reader.scan(None)] == []
    writer = open_tantivy(tmp_path, write=True)
    for n in range(12):
        await writer.put([enriched(f"a{n}"), enriched("again", version=n + 1)])
        assert await reader.count() == n + 2
    await writer.close()
    with pytest.raises(BadInput, match="reading only"):
        await reader.put([enriched("other")])
    await reader.close()


async def test_a_scan_keeps_to_the_moment_it_began(tmp_path: Path) -> None:
    index = open_tantivy(tmp_path, write=True)
    await index.put([enriched(f"a{n}") for n in range(300)])
    scan = index.scan(parse("harbour"))
    seen = [await anext(scan)]
    await index.delete([f"a{n}" for n in range(300)])
    seen += [article async for article in scan]
    assert len({article.article_id for article in seen}) == 300
    assert await index.count() == 0
    await index.close()


@pytest.mark.parametrize("write", [True, False], ids=["writer", "reader"])
async def test_an_index_of_another_version_is_refused_with_what_to_do(tmp_path: Path, write: bool) -> None:
    await open_tantivy(tmp_path, write=True).close()
    (tmp_path / SIDECAR).write_bytes(msgspec.json.encode(Versions(schema=0, analyser=1)))
    with pytest.raises(BadInput, match=r"another version \(schema 0, analyser 1; .*`presswatch admin reindex`"):
        open_tantivy(tmp_path, write=write)


@pytest.mark.parametrize("write", [True, False], ids=["writer", "reader"])
@pytest.mark.parametrize("damage", ["meta.json", SIDECAR, "*.term", "*.store", "*.fast"])
@pytest.mark.parametrize("how", ["cut", "garbled", "gone"])
async def test_a_damaged_index_is_refused_with_what_to_do(tmp_path: Path, damage: str, how: str, write: bool) -> None:
    index = open_tantivy(tmp_path, write=True)
    await index.put([enriched()])
    await index.close()
    for path in tmp_path.glob(damage):
        content = path.read_bytes()
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(content[: len(content) // 2] if how == "cut" else b"\xff" * len(content))
    with pytest.raises(BadInput, match="`presswatch admin reindex`"):
        open_tantivy(tmp_path, write=write)
    remove(tmp_path)
    fresh = open_tantivy(tmp_path, write=True)
    assert await fresh.count() == 0
    await fresh.close()


async def test_a_crash_while_the_index_is_made_leaves_a_folder_that_opens(tmp_path: Path) -> None:
    (tmp_path / SIDECAR).write_bytes(b"")
    index = open_tantivy(tmp_path, write=True)
    assert await index.put([enriched()]) == (PutOutcome.INDEXED,)
    await index.close()
    assert await open_tantivy(tmp_path, write=False).count() == 1


async def test_a_full_disk_is_tried_again_and_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of a file stands for the disk."""
    index = open_tantivy(tmp_path, write=True)
    await index.put([enriched("before")])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    batch = [enriched(f"a{n}", body=" ".join(f"harbour{m}" for m in range(n, n + 2000))) for n in range(20)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(Retry, match="search index"):
            await index.put(batch)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, kept)
    assert await index.count() == 1
    assert set(await index.put(batch)) == {PutOutcome.INDEXED}
    assert await index.count() == 21
    await index.close()


async def test_questions_at_once_are_answered_each_for_itself(tmp_path: Path) -> None:
    index = open_tantivy(tmp_path, write=True)
    await index.put([enriched(f"a{n}", body="harbour " * n) for n in range(60)])
    requests = [SearchRequest(query=parse(f"ATLEAST/{n}(harbour)"), limit=100) for n in range(2, 40)] * 2
    results = await asyncio.gather(*(index.search(request) for request in requests))
    assert [result.total for result in results] == [61 - n for n in range(2, 40)] * 2
    await index.close()


async def test_an_article_that_cannot_be_stored_is_poison_and_the_index_goes_on(tmp_path: Path) -> None:
    index = open_tantivy(tmp_path, write=True)
    with pytest.raises(Poison, match="article bad cannot be indexed"):
        await index.put([enriched("good"), enriched("bad", title="\ud800")])
    assert await index.put([enriched("good")]) == (PutOutcome.INDEXED,)
    await index.close()
