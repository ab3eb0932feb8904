"""What an API key needs that is limited to our indices, and that it can do nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ApiError

from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.index.elastic.alerts import open_elastic_alerts
from presswatch_shared.index.elastic.connecting import connect
from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.index.elastic.setting_up import set_up_at
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.port import SearchRequest, Sort
from tests.fixtures.alerts import alert_fired
from tests.fixtures.enriched import NOON, enriched
from tests.fixtures.search_servers import drop_indices, fresh_prefix, settings_at
from tests.servers.addresses import SearchAddress

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]
DOCUMENTED = ROOT / "docs" / "elasticsearch.md"
KEYS = ROOT / "deploy" / "elasticsearch" / "keys.sh"


def documented_role(prefix: str) -> Mapping[str, Mapping[str, Any]]:
    """The role of the documentation, for indices of this prefix."""
    found = re.search(r"```json\n(\{.*?\n\})\n```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the documentation shows no role"
    role: dict[str, dict[str, Any]] = json.loads(found[1].replace("presswatch-", f"{prefix}-"))["role_descriptors"]
    return role


def key_in(file: Path, kind: str, admin: ElasticSettings) -> str:
    """What the script of the deployment writes for services or Kibana."""
    environment = {
        "PATH": os.environ["PATH"],
        "ELASTICSEARCH": admin.urls[0],
        "ELASTIC_USER": admin.user,
        "ELASTIC_PASSWORD": admin.password,
        "ELASTIC_CA": admin.authority,
    }
    done = subprocess.run(["sh", KEYS, kind, file], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert admin.password not in done.stdout + done.stderr
    return file.read_text()


@pytest.fixture(params=["elasticsearch9_secured", "elasticsearch8_secured"])
def admin(request: pytest.FixtureRequest, tmp_path: Path) -> ElasticSettings:
    address: SearchAddress = request.getfixturevalue(request.param)
    return settings_at(address, fresh_prefix(tmp_path))


@pytest.fixture
def indexer(admin: ElasticSettings) -> ElasticSettings:
    """Settings with a key of the documented role."""
    server = connect(admin)
    made = server.client.security.create_api_key(name="indexer", role_descriptors=documented_role(admin.prefix))
    server.client.close()
    return replace(admin, user="", password="", api_key=made["encoded"])


async def test_a_key_limited_to_our_indices_does_all_that_the_indexer_does(
    admin: ElasticSettings, indexer: ElasticSettings
) -> None:
    set_up_at(admin, now=NOON)
    index, alerts = open_elastic(indexer, write=True, now=NOON), open_elastic_alerts(indexer, now=NOON)
    await index.put([enriched("a"), enriched("b", first_seen_at=NOON - 40 * DAY)])
    await index.put([enriched("a", version=2)])
    await alerts.put([alert_fired()])
    for query in ("harbour", "=harbour"):
        for sort in Sort:
            assert (await index.search(SearchRequest(query=parse(query), sort=sort))).total == 2
    assert [article.article_id async for article in index.scan(None)] == ["b", "a"]
    assert await index.versions(["a"]) == {"a": 2}
    assert await index.count() == 2
    assert await index.delete(["b"]) == 1
    await alerts.close()
    await index.close()


async def test_it_is_refused_elsewhere(admin: ElasticSettings, indexer: ElasticSettings) -> None:
    set_up_at(admin, now=NOON)
    client = connect(indexer).client
    asked: tuple[Callable[[], object], ...] = (
        lambda: client.index(index="elsewhere", document={"a": 1}),
        lambda: client.search(index="elsewhere", query={"match_all": {}}),
        lambda: client.indices.create(index=f"not-{admin.prefix}-articles-2026.01"),
        lambda: client.indices.delete(index=f"{admin.articles}-2026.01"),
        lambda: client.cluster.put_component_template(name="other", template={}),
        lambda: client.security.get_user(),
    )
    for ask in asked:
        with pytest.raises(ApiError) as refused:
            ask()
        assert refused.value.meta.status == 403
    client.close()


async def test_the_key_of_the_deployment_serves_the_services_and_nothing_else(
    admin: ElasticSettings, tmp_path: Path
) -> None:
    admin = replace(admin, prefix="presswatch")
    key = key_in(tmp_path / "key", "services", admin)
    assert key_in(tmp_path / "key", "services", admin) == key
    (tmp_path / "key").chmod(0o644)
    (tmp_path / "key").write_text("d3Jvbmc6d3Jvbmc=")
    again = key_in(tmp_path / "key", "services", admin)
    assert again not in (key, "d3Jvbmc6d3Jvbmc=")
    services = replace(admin, user="", password="", api_key=again)
    set_up_at(admin, now=NOON)
    index = open_elastic(services, write=True, now=NOON)
    await index.put([enriched("a")])
    assert await index.count() == 1
    await index.close()
    drop_indices(admin)
    client = connect(services).client
    with pytest.raises(ApiError) as refused:
        client.indices.create(index="elsewhere")
    assert refused.value.meta.status == 403
    client.close()


def test_the_key_of_the_deployment_is_the_documented_one() -> None:
    deployed = json.loads((KEYS.parent / "services-key.json").read_text(encoding="utf-8"))
    assert deployed["role_descriptors"] == documented_role("presswatch")


def test_the_token_of_the_deployment_is_kibanas_service_account(admin: ElasticSettings, tmp_path: Path) -> None:
    token = key_in(tmp_path / "token", "kibana", admin)
    assert key_in(tmp_path / "token", "kibana", admin) == token
    server = connect(admin)
    said = server.client.options(bearer_auth=token).security.authenticate()
    assert said["username"] == "elastic/kibana"
    server.client.close()


def test_without_templates_a_limited_key_says_who_has_to_set_up(indexer: ElasticSettings) -> None:
    with pytest.raises(BadInput, match="run `presswatch admin index` as a user with the cluster privilege"):
        open_elastic(indexer, write=True, now=NOON)


def test_a_wrong_key_and_an_unknown_authority_are_told_apart(admin: ElasticSettings) -> None:
    wrong = replace(admin, user="", password="", api_key="d3Jvbmc6d3Jvbmc=")
    with pytest.raises(BadInput, match=r"does not let us in \(401") as refused:
        connect(wrong)
    assert "d3Jvbmc6" not in str(refused.value)
    with pytest.raises(ServerUnreachable, match=r"TLS: .*certificate"):
        connect(replace(admin, authority=""))


def test_the_authority_may_be_given_as_text(admin: ElasticSettings) -> None:
    server = connect(replace(admin, authority=Path(admin.authority).read_text(encoding="utf-8")))
    assert server.product.startswith("Elasticsearch ")
    server.client.close()
