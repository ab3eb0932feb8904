"""`admin export` and `admin import` between all stores: nothing is lost, nothing fires or is delivered again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from presswatch_cli.commands.export import export
from presswatch_cli.commands.import_archive import Imported, import_archive
from presswatch_cli.composition import Parts
from presswatch_shared.errors import BadInput
from presswatch_shared.settings import Settings
from presswatch_shared.store import counters, moving, outbox
from presswatch_shared.store.watches import NewWatch, add_watch
from tests.conftest import POSTGRESQL, SQLITE
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.full_stores import ARTICLES, alerts_of, embedded, fill


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Where an archive is imported into."""
    if request.param == "sqlite":
        yield Settings(data=tmp_path / "other")
    else:
        yield Settings(data=tmp_path / "other", store=request.getfixturevalue("empty_database"))


async def written(settings: Settings, path: Path) -> Path:
    await export(settings, path, progress=lambda done: None)
    return path


async def read_in(settings: Settings, path: Path, *, merge: bool = False) -> Imported:
    return await import_archive(settings, path, merge=merge, progress=lambda done, total: None)


async def content(settings: Settings) -> dict[str, list[Any]]:
    """All rows of all tables and all articles."""
    parts = Parts(settings)
    try:
        rows: dict[str, list[Any]] = {}
        for name, row in await parts.store.read(lambda tx: list(moving.all_rows(tx))):
            rows.setdefault(name, []).append(row)
        rows["index"] = [article async for article in parts.index(write=False).scan(None)]
        return rows
    finally:
        await parts.close()


async def test_there_and_back_again_everything_is_equal(tmp_path: Path, other: Settings) -> None:
    first, last = embedded(tmp_path / "first"), embedded(tmp_path / "last")
    await fill(first)
    there = await read_in(other, await written(first, tmp_path / "one.gz"))
    back = await read_in(last, await written(other, tmp_path / "two.gz"))
    assert not there.differing and not back.differing
    assert {count.name: count.there for count in back.counts}["articles-in-index"] == ARTICLES
    before, between, after = await content(first), await content(other), await content(last)
    assert before == after
    assert before == between


async def test_an_import_fires_and_delivers_nothing_again(tmp_path: Path, other: Settings) -> None:
    first = embedded(tmp_path / "first")
    await fill(first)
    waiting = [row for row in (await content(first))["outbox"] if row["state"] == outbox.PENDING]
    await read_in(other, await written(first, tmp_path / "one.gz"))
    parts = Parts(other)
    try:
        before = await parts.store.read(moving.count_all)
        await alerts_of(parts, [article_enriched(f"a{number}") for number in range(ARTICLES)])
        assert (await parts.store.read(moving.count_all))["alerts"] == before["alerts"]
        due = await parts.store.run(
            lambda tx: outbox.claim(
                tx, now=FETCHED_AT * 2, leased_until=FETCHED_AT * 3, limit=999, per_endpoint=999, trial_after=9
            )
        )
        assert sorted(one.alert_id for one in due) == sorted(row["alert_id"] for row in waiting)
    finally:
        await parts.close()


async def test_numbers_go_on_behind_those_that_came(tmp_path: Path, other: Settings) -> None:
    first = embedded(tmp_path / "first")
    await fill(first)
    await read_in(other, await written(first, tmp_path / "one.gz"))
    newest = max(row["seq"] for row in (await content(first))["watches"])
    parts = Parts(other)
    try:
        added = await parts.store.run(add_watch, NewWatch(query="Kraken"), now=FETCHED_AT)
        assert added.seq > newest
    finally:
        await parts.close()
    # New rows of numbered tables find free numbers.
    await fill(other, first=1000, articles=3)


async def test_a_target_with_something_in_it_is_refused_unless_told_to_merge(tmp_path: Path, other: Settings) -> None:
    first = embedded(tmp_path / "first")
    await fill(first)
    await fill(other, first=100)
    mine = await content(other)
    path = await written(first, tmp_path / "one.gz")
    with pytest.raises(BadInput, match="not empty"):
        await read_in(other, path)
    assert await content(other) == mine
    outcome = await read_in(other, path, merge=True)
    assert not outcome.differing
    merged, theirs = await content(other), await content(first)
    for name in ("sources", "watches", "alerts", "inbox", "outbox", "deliveries", "articles", "signatures", "index"):
        assert len(merged[name]) == len(mine[name]) + len(theirs[name]), name
    assert len({row["seq"] for row in merged["alerts"]}) == len(merged["alerts"])
    states = {row["id"]: row["state"] for row in merged["outbox"]}
    assert sorted(states[row["outbox_id"]] for row in merged["deliveries"]) == [
        "delivered",
        "delivered",
        "pending",
        "pending",
    ]


async def test_an_import_done_again_changes_nothing(tmp_path: Path, other: Settings) -> None:
    first = embedded(tmp_path / "first")
    await fill(first)
    path = await written(first, tmp_path / "one.gz")
    await read_in(other, path)
    before = await content(other)
    again = await read_in(other, path)
    assert again.again and not again.differing
    assert await content(other) == before


@pytest.mark.parametrize("merge", [False, True], ids=["into an empty store", "merging"])
async def test_an_import_that_was_cut_off_goes_on(tmp_path: Path, other: Settings, merge: bool) -> None:
    first = embedded(tmp_path / "first")
    await fill(first)
    if merge:
        await fill(other, first=100)
    path = await written(first, tmp_path / "one.gz")

    def cut_off(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_archive(other, path, merge=merge, progress=cut_off)
    await fill(embedded(tmp_path / "third"), first=200)
    with pytest.raises(BadInput, match="finish that one first"):
        await read_in(other, await written(embedded(tmp_path / "third"), tmp_path / "three.gz"), merge=True)
    outcome = await read_in(other, path)
    assert not outcome.differing
    alerts = (await content(other))["alerts"]
    assert len(alerts) == len((await content(first))["alerts"]) * (2 if merge else 1)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda raw: raw[: len(raw) // 2], "cut off", id="cut off"),
        pytest.param(lambda raw: b"nothing", "is no archive", id="no gzip"),
        pytest.param(lambda raw: gzip.compress(b'{"a": 1}\n{}\n'), "no archive", id="another file"),
        pytest.param(lambda raw: _changed(raw, b"Rostec", b"Rosnab"), "checksum", id="altered"),
        pytest.param(lambda raw: _changed(raw, b'_archive":1', b'_archive":9'), "version 9", id="newer"),
        pytest.param(lambda raw: _without_end(raw), "last line", id="without its end"),
    ],
)
async def test_an_unsound_archive_is_refused_before_anything_is_written(tmp_path: Path, spoil: Any, said: str) -> None:
    first, other = embedded(tmp_path / "first"), embedded(tmp_path / "other")
    await fill(first, articles=4)
    path = await written(first, tmp_path / "one.gz")
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(BadInput, match=said):
        await read_in(other, path)
    assert not (other.data / "store.db").exists()


def _changed(raw: bytes, old: bytes, new: bytes) -> bytes:
    return gzip.compress(gzip.decompress(raw).replace(old, new))


def _without_end(raw: bytes) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(raw).splitlines(keepends=True)[:-1]))


async def test_the_archive_is_for_its_owner_alone_and_says_what_is_in_it(tmp_path: Path) -> None:
    first = embedded(tmp_path / "first")
    await fill(first, articles=4)
    path = await written(first, tmp_path / "one.gz")
    assert path.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert lines[0]["presswatch_archive"] == 1
    assert sum(lines[-1]["counts"].values()) == len(lines) - 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["one.gz"]


async def test_counts_that_differ_are_named(tmp_path: Path) -> None:
    first, other = embedded(tmp_path / "first"), embedded(tmp_path / "other")
    await fill(first, articles=4)
    path = await written(first, tmp_path / "one.gz")
    await read_in(other, path)
    parts = Parts(other)
    await parts.index(write=True).delete(["a1"])
    await parts.close()
    assert [count.name for count in (await read_in(other, path)).differing] == ["articles-in-index"]


async def test_the_notes_of_an_import_are_not_exported(tmp_path: Path) -> None:
    first, other = embedded(tmp_path / "first"), embedded(tmp_path / "other")
    await fill(first, articles=4)
    await read_in(other, await written(first, tmp_path / "one.gz"))
    assert not [row for row in (await content(other))[counters.counters.name] if "import" in row["name"]]
