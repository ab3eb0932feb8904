"""The whole product with its flow of events on a real Kafka."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.kafka_streams import fresh_prefix
from tests.fixtures.newsroom import news_page, newsroom
from tests.fixtures.product import Product
from tests.servers.addresses import KafkaAddress
from tests.servers.ports import free_ports

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.mark.parametrize("host", ["faust", "aiokafka"])
async def test_a_page_is_alerted_and_found(tmp_path: Path, kafka: KafkaAddress, host: str) -> None:
    chosen = {"stream": f"kafka://{kafka.bootstrap}", "stream_host": host, "stream_prefix": fresh_prefix()}
    async with newsroom(tmp_path, **chosen) as room:
        made = json.loads(await room.product.call("admin", "topics", "--json"))
        assert {change["what"] for change in made} == {"made"}
        assert "nothing to change" in await room.product.call("admin", "topics")
        async with room.product.running() as running:
            room.address = running.address
            feed = await room.add_feed()
            await room.watch("Quixmoor", "/kafka")
            url = feed.add("/kafka", news_page("Quixmoor is found"))
            await room.until(lambda: room.urls_told("/kafka") == [url], within=60)
            await room.until_found("Quixmoor")
            status = await room.product.status()
            assert (status["indexed"], status["alerts"], status["dead_letters"]) == (1, 1, 0)
            assert json.loads(await room.product.call("dlq", "list", "--json"))["total"] == 0
            assert "topics" in await room.product.call("doctor")
            assert await running.stop() == 0


@pytest.mark.parametrize("command", [["run"], ["enrichment"], ["status"], ["admin", "topics"]], ids=" ".join)
async def test_a_broker_that_is_away_is_said_in_a_sentence(tmp_path: Path, command: list[str]) -> None:
    (port,) = free_ports(1)
    product = Product(tmp_path / "data", stream=f"kafka://127.0.0.1:{port}")
    said = await product.call(*command, expect=3)
    assert said.splitlines()[-1].startswith(f"presswatch: Kafka at 127.0.0.1:{port} ")
    assert "Traceback" not in said
