"""A backup is of one moment, whole or not there; a restore fills an empty folder, checks it and sends nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from presswatch_cli.backup_manifest import MANIFEST, Manifest, read_manifest
from presswatch_cli.commands import deliveries as deliveries_command
from presswatch_cli.commands.backup import backup
from presswatch_cli.commands.restore import Restored, restore
from presswatch_cli.composition import Parts
from presswatch_cli.data_folder import RESTORING, hold
from presswatch_cli.load_settings import load_settings
from presswatch_shared.errors import BadInput
from presswatch_shared.settings import Settings
from presswatch_shared.store import counters, outbox
from presswatch_shared.store.database import Store, open_store
from presswatch_shared.stream.port import Out
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.full_stores import ARTICLES, embedded, fill
from tests.fixtures.waiting import until

NOW = FETCHED_AT + 1


async def backed_up(data: Path, target: Path, **environment: str) -> Manifest:
    loaded = load_settings({"PRESSWATCH_DATA": str(data), **environment})
    return await backup(loaded, target, progress=lambda done, total: None, now=NOW)


async def put_back(data: Path, source: Path) -> Restored:
    return await restore(Settings(data=data), source, progress=lambda done, total: None, now=NOW)


async def full(folder: Path) -> Path:
    """A data folder with something of everything, its stream too."""
    await fill(embedded(folder))
    parts = Parts(embedded(folder))
    try:
        outs = [Out(ARTICLES_ENRICHED, article_enriched(f"a{number}"), NOW, "") for number in range(ARTICLES)]
        await parts.publisher.publish(outs)
    finally:
        await parts.close()
    return folder


async def test_what_is_restored_is_what_was_backed_up_and_its_deliveries_are_held(tmp_path: Path) -> None:
    made = await backed_up(await full(tmp_path / "data"), tmp_path / "backup")
    restored = await put_back(tmp_path / "other", tmp_path / "backup")
    assert not restored.differing
    assert restored.counts["index/articles"] == restored.counts["stream.db/log"] == ARTICLES
    assert restored.counts == made.counts
    store = open_store("sqlite", tmp_path / "other")
    waiting = sum(one.count for one in store.read_now(outbox.pending).values())
    assert restored.held == waiting > 0
    assert deliveries_command.drop(store, before="2100-01-01", now=NOW) == waiting
    assert deliveries_command.release(store) == 0
    with pytest.raises(BadInput, match="no deliveries are held"):
        deliveries_command.release(store)
    store.close()
    everyone = stat.S_IRWXG | stat.S_IRWXO
    assert not any(path.stat().st_mode & everyone for path in [tmp_path / "backup", tmp_path / "backup" / "store.db"])


async def test_a_backup_under_load_is_of_one_moment_of_all_files(tmp_path: Path) -> None:
    """The store is always written first, as the product does: the log is behind it by one message at most."""
    data = tmp_path / "data"
    parts = Parts(embedded(data))
    parts.index(write=True)
    written = 0

    async def load() -> None:
        nonlocal written
        while True:
            await parts.store.run(counters.next_value, "load")
            await parts.publisher.publish([Out(ARTICLES_ENRICHED, article_enriched(f"a{written}"), NOW, "")])
            if written % 20 == 19:
                some = range(written - 19, written + 1)
                await parts.index(write=True).put([article_enriched(f"a{number}") for number in some])
            written += 1

    writing = asyncio.create_task(load())
    seen = []
    try:
        for turn in range(4):
            wanted = written + 25
            await until(lambda wanted=wanted: written >= wanted)  # type: ignore[misc]  # mypy does not infer the default
            target = tmp_path / f"backup-{turn}"
            # In a loop of its own, as the command has.
            made = await asyncio.to_thread(asyncio.run, backed_up(data, target))
            seen.append((_value(target / "store.db"), made.counts["stream.db/log"], made.counts["index/articles"]))
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await parts.close()
    assert all(in_store - in_log in (0, 1) for in_store, in_log, _ in seen), seen
    assert all(in_log - 40 < in_index <= in_log for _, in_log, in_index in seen), seen
    assert 0 < seen[0][0] < seen[-1][0] <= written + 1, seen


def _value(file: Path) -> int:
    with closing(sqlite3.connect(file)) as copied:
        (value,) = copied.execute("SELECT value FROM counters WHERE name = 'load'").fetchone()
        return int(value)


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def of_the_future(folder: Path) -> None:
    found = msgspec.structs.replace(read_manifest(folder), schema="9999")
    (folder / MANIFEST).write_bytes(msgspec.json.encode(found))


def from_elsewhere(folder: Path) -> None:
    found = read_manifest(folder)
    files = {"../evil": next(iter(found.files.values()))} | found.files
    (folder / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(found, files=files)))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        pytest.param(lambda folder: spoil(folder / "store.db"), "not as it was written", id="a changed byte"),
        pytest.param(lambda folder: (folder / MANIFEST).unlink(), "is no backup", id="cut off before its manifest"),
        pytest.param(lambda folder: (folder / "stream.db").unlink(), "stream.db", id="a file that is missing"),
        pytest.param(of_the_future, "newer one", id="a newer version"),
        pytest.param(from_elsewhere, "outside of itself", id="a path that leads out"),
        pytest.param(lambda folder: spoil(folder / MANIFEST), "cannot be read", id="a broken manifest"),
    ],
)
async def test_a_backup_that_is_not_sound_is_refused(tmp_path: Path, harm: Callable[[Path], None], says: str) -> None:
    await backed_up(await full(tmp_path / "data"), tmp_path / "backup")
    harm(tmp_path / "backup")
    with pytest.raises(BadInput, match=says):
        await put_back(tmp_path / "other", tmp_path / "backup")
    assert not (tmp_path / "other" / "store.db").exists()


async def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    await backed_up(await full(tmp_path / "data"), tmp_path / "backup")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "diary.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"not empty \(diary.txt\)"):
        await put_back(tmp_path / "other", tmp_path / "backup")
    with pytest.raises(BadInput, match="not empty"):
        await put_back(tmp_path / "data", tmp_path / "backup")
    with pytest.raises(BadInput, match="is there already"):
        await backed_up(tmp_path / "data", tmp_path / "backup")


async def test_a_restore_that_was_cut_off_keeps_the_product_from_starting_and_is_done_again(tmp_path: Path) -> None:
    await backed_up(await full(tmp_path / "data"), tmp_path / "backup")
    other = tmp_path / "other"
    await put_back(other, tmp_path / "backup")
    (other / "store.db").unlink()
    shutil.copytree(tmp_path / "backup" / "index", other / RESTORING / "index")
    with pytest.raises(BadInput, match="was cut off"), hold(other, "run"):
        pass
    assert not (await put_back(other, tmp_path / "backup")).differing
    with hold(other, "run"):
        assert not (other / RESTORING).exists()


@pytest.mark.parametrize("name", ["PRESSWATCH_STORE", "PRESSWATCH_STREAM", "PRESSWATCH_INDEX"])
async def test_what_is_kept_on_a_server_is_not_backed_up_here(tmp_path: Path, name: str) -> None:
    address = {
        "STORE": "postgresql://p@db.example/p",
        "STREAM": "kafka://k.example:9092",
        "INDEX": "http://e.example:9200",
    }
    with pytest.raises(BadInput, match=f"{name} name"):
        await backed_up(tmp_path, tmp_path / "backup", **{name: address[name.removeprefix("PRESSWATCH_")]})


async def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to back up"):
        await backed_up(tmp_path / "nowhere", tmp_path / "backup")


async def test_settings_come_along_without_their_secrets(tmp_path: Path) -> None:
    await backed_up(
        await full(tmp_path / "data"),
        tmp_path / "backup",
        PRESSWATCH_SMTP_PASSWORD="hunter2",
        PRESSWATCH_LOGIN="always",
    )
    text = (tmp_path / "backup" / "settings.toml").read_text()
    assert 'login = "always"' in text
    assert "smtp_password: a secret" in text
    assert "hunter2" not in text


def test_the_hold_is_seen_by_every_process_that_delivers(store: Store) -> None:
    from presswatch_shared.store.delivery_hold import hold_deliveries, release_deliveries, waits_since

    assert store.read_now(waits_since) is None
    store.run_now(hold_deliveries, now=5)
    store.run_now(hold_deliveries, now=9)
    assert store.read_now(waits_since) == 5
    assert store.run_now(release_deliveries)
    assert store.read_now(waits_since) is None
