"""The commands around the search server that the settings name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.envelope import encode, wrap
from presswatch_shared.stream.port import RawOut
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.enriched import enriched
from tests.fixtures.product import Product
from tests.fixtures.search_servers import fresh_prefix
from tests.servers.addresses import SearchAddress

AWAY = "http://somebody:secret@127.0.0.1:1"


async def fill_stream(data: Path, count: int) -> None:
    data.mkdir()
    stream = open_sqlite_log(data / "stream.db", clock=SystemClock())
    articles = [enriched(f"a{number}") for number in range(count)]
    await stream.publish([RawOut(ARTICLES_ENRICHED.name, a.article_id, encode(wrap(a, at=0))) for a in articles])
    await stream.close()


@pytest.mark.parametrize("command", ["indexing", "run", "status", "reconcile"])
async def test_a_server_that_is_away_is_named_and_the_exit_code_is_3(tmp_path: Path, command: str) -> None:
    said = await Product(tmp_path / "data", index=AWAY).call(command, expect=3)
    last = said.strip().splitlines()[-1]
    assert last.startswith("presswatch: the search server at http://127.0.0.1:1 does not answer")
    assert "secret" not in said


async def test_the_embedded_index_sets_itself_up(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    assert "PRESSWATCH_INDEX is embedded" in await product.call("admin", "index", expect=2)
    printed = json.loads(await product.call("admin", "index", "--print"))
    assert "PUT /_index_template/presswatch-articles" in printed


async def test_the_embedded_index_is_compared_with_the_stream_and_repaired(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    await fill_stream(product.data, 3)
    assert "not whole" in await product.call("reconcile", expect=1)
    assert "3 repaired" in await product.call("reconcile", "--repair")
    assert json.loads(await product.call("reconcile", "--json"))["whole"]


@pytest.mark.servers
async def test_the_stream_fills_the_search_server_and_a_gap_is_found_and_mended(
    elasticsearch9: SearchAddress, tmp_path: Path
) -> None:
    prefix = fresh_prefix(tmp_path)
    product = Product(tmp_path / "data", index=elasticsearch9.url, index_prefix=prefix, index_refresh="0")
    await fill_stream(product.data, 3)
    assert f"index template {prefix}-articles" in await product.call("admin", "index")
    assert await product.call("admin", "index") == "nothing to change\n"
    assert await product.call("admin", "reindex", "--from-stream") == "3 messages read: 3 indexed; 0 skipped\n"
    assert await product.call("admin", "reindex") == "3 messages read: 3 unchanged; 0 skipped\n"
    assert (await product.call("search", "harbour", "--count")).strip() == "3"
    assert (await product.status())["indexed"] == 3
    assert "0 missing" in await product.call("reconcile")
    (tmp_path / "more").mkdir()
    more = Product(tmp_path / "more/data", index=elasticsearch9.url, index_prefix=prefix, index_refresh="0")
    await fill_stream(more.data, 5)
    assert "not whole" in await more.call("reconcile", expect=1)
    repaired = json.loads(await more.call("reconcile", "--repair", "--json"))
    assert (repaired["missing"], repaired["repaired"], repaired["whole"]) == (2, 2, True)
    doctor = json.loads(await more.call("doctor", "--json"))
    assert [check["ok"] for check in doctor if check["part"] == "index"] == [True]
