"""The measurement of the whole product, on a few pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.product import Product
from tests.servers.addresses import KafkaAddress, PostgresqlAddress, SearchAddress


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_the_pipeline_is_measured_together_and_a_process_a_service(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    used = tmp_path / "used"
    told = await product.call("bench", "pipeline", "--articles", "4", "--export", str(used), "--json", within=200)
    result = json.loads(told)
    for way in ("one_process", "process_a_service"):
        assert result[way]["articles"] == 4
        assert result[way]["alerts"] > 0
        assert 0 < result[way]["one_at_a_time"]["fetch_to_webhook_seconds"]["p50"] < 10
    services = result["process_a_service"]["services"]
    assert abs(sum(service["cpu_share"] for service in services.values()) - 1) < 0.01
    assert services["enrichment"]["cpu_seconds_per_1000_pages"] > 0
    assert not (tmp_path / "data").exists()
    assert len((used / "watches.jsonl").read_text().splitlines()) == result["watches"]


@pytest.mark.servers
@pytest.mark.timeout(580)
async def test_the_pipeline_is_measured_on_servers_with_both_hosts_of_kafka(
    tmp_path: Path, kafka: KafkaAddress, postgresql: PostgresqlAddress, elasticsearch9: SearchAddress
) -> None:
    servers = {"stream": kafka.setting, "store": postgresql.url, "index": elasticsearch9.url}
    product = Product(tmp_path / "data", **servers)
    result = json.loads(await product.call("bench", "pipeline", "--articles", "4", "--json", within=560))
    assert set(result["on_servers"]) == {"aiokafka", "faust"}
    for figures in result["on_servers"].values():
        assert figures["articles"] == 4
        assert figures["alerts"] == result["process_a_service"]["alerts"]
        assert figures["rate_to_embedded"] > 0
        assert {"enrichment-2", "alerting-2"} < set(figures["services"])
