"""What cannot be run is said in one sentence, and nothing is damaged."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fixtures.product import Product

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def used(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A data folder that a product has used and left in order."""
    product = Product(tmp_path_factory.mktemp("used") / "data")
    async with product.running():
        await product.call("watch", "add", "Kapelmer")
    yield product.data


def overwrite_head(path: Path) -> None:
    path.write_bytes(b"This is something else now. " * 40 + path.read_bytes()[1120:])


def overwrite_all_but_the_head(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xa5" * (len(content) - 100))


def keep_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def contents(folder: Path) -> Mapping[str, bytes]:
    """All that is kept; locks and what SQLite makes beside an open file come and go."""
    passing = ("lock", "-shm", "-wal")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("lock") and not path.name.endswith(passing)
    }


async def refused(product: Product, *words: str) -> None:
    """`run` ends with exit code 2 and one sentence that has these words."""
    said = await product.call("run", expect=2)
    assert said.startswith("presswatch: ") and said.count("\n") == 1, said
    assert all(word in said for word in words), said


@pytest.mark.parametrize("victim", ["store.db", "stream.db", "index/meta.json"])
async def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, used: Path, victim: str) -> None:
    harms: list[Callable[[Path], None]] = [overwrite_head, overwrite_all_but_the_head, keep_half]
    before = {}
    for harm in harms:
        folder = tmp_path / harm.__name__
        shutil.copytree(used, folder)
        harm(folder / victim)
        before[folder] = contents(folder)
    await asyncio.gather(*(refused(Product(folder), str(folder)) for folder in before))
    for folder, kept in before.items():
        changed = {name for name, content in contents(folder).items() if content != kept.get(name)}
        assert not changed, (folder.name, changed)


async def test_a_data_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    await refused(Product(tmp_path / "file" / "data"), "cannot be used", "PRESSWATCH_DATA")
