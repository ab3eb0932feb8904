"""The disk of the data folder is full for a while: the product says so, goes on when there is room, loses nothing."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.fixtures.outlet import outlet
from tests.fixtures.press import FEED, WATCHED, Press
from tests.fixtures.product import Product, Running
from tests.fixtures.receiver import receiver
from tests.fixtures.waiting import until, until_so

WITHIN = 100.0
FULL_SECONDS = 4.0
TRIES = 50
Full = Callable[[Running, Path], AbstractContextManager[None]]


@contextmanager
def no_file_grows(running: Running, _: Path) -> Iterator[None]:
    """The kernel refuses to the running product what it would refuse on a full disk: to let files grow."""
    pid = running.process.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def disk_is_full(_: Running, data: Path) -> Iterator[None]:
    """A file takes all the room there is."""
    filler = data / "filler"
    with filler.open("wb") as handle:
        # The product writes meanwhile, so the room may be less than it was a moment ago.
        assert any(_takes_all(handle.fileno(), data) for _ in range(TRIES))
    try:
        yield
    finally:
        filler.unlink()


def _takes_all(handle: int, data: Path) -> bool:
    free = os.statvfs(data)
    try:
        os.posix_fallocate(handle, 0, free.f_bavail * free.f_frsize)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


async def indexed(running: Running) -> int:
    async with httpx.AsyncClient(timeout=30) as client:
        return int((await client.get(f"{running.address}/api/v1/status")).json()["indexed"])


async def survives(data: Path, full: Full) -> None:
    async with outlet() as place, receiver() as hook:
        press = Press(place)
        product = Product(data, allow_ports=f"{place.port},{hook.port}", log_level="WARNING")
        await product.call("watch", "add", f"title:{WATCHED}", "--webhook", hook.url())
        await product.call("source", "add", place.url(FEED))
        async with product.running() as running:

            async def whole() -> bool:
                return await indexed(running) == len(press.titles)

            press.publish(8)
            await until_so(whole, within=WITHIN, pause=0.2)
            with full(running, product.data):
                press.publish(16)
                await until(lambda: "disk" in product.log() or "I/O" in product.log(), within=WITHIN)
                await asyncio.sleep(FULL_SECONDS)
                assert running.process.returncode is None, product.log()[-3000:]
            await until_so(whole, within=WITHIN, pause=0.2)
            await until(lambda: len({request.body for request in hook.requests}) >= len(press.watched), within=WITHIN)
            report = json.loads(await product.call("report", "--days", "2", "--json"))
        said = [line for line in product.log().splitlines() if "disk" in line or "I/O" in line]
        print(f"{len(said)} lines, such as: {said[0]}")
        assert "Traceback" not in product.log(), product.log()[-6000:]
        assert report["balanced"]
        assert report["total"]["indexed"] == len(press.titles)
        assert report["total"]["dead_letters"] == {}
        assert len({request.headers["webhook-id"] for request in hook.requests}) == len(press.watched)


@pytest.mark.servers  # needs none, but minutes: `make test-servers` runs it
@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_product_waits_while_no_file_may_grow(tmp_path: Path) -> None:
    await survives(tmp_path / "data", no_file_grows)


@pytest.mark.servers  # needs none, but minutes: `make test-servers` runs it
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
async def test_the_product_waits_while_its_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as data:
        await survives(data, disk_is_full)
