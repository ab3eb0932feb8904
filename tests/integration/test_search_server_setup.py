from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from presswatch_query import parse
from presswatch_shared.clock import DAY, SECOND
from presswatch_shared.errors import BadInput, Poison
from presswatch_shared.index.elastic.alerts import open_elastic_alerts
from presswatch_shared.index.elastic.connecting import connect
from presswatch_shared.index.elastic.examining import examine
from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.index.elastic.setting_up import set_up, set_up_at
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.port import Filters, SearchRequest
from tests.fixtures.alerts import alert_fired
from tests.fixtures.enriched import NOON, enriched
from tests.fixtures.search_servers import fresh_prefix, settings_at
from tests.servers.addresses import SearchAddress

pytestmark = pytest.mark.servers


@pytest.fixture
def settings(elasticsearch9: SearchAddress, tmp_path: Path) -> ElasticSettings:
    return settings_at(elasticsearch9, fresh_prefix(tmp_path))


def test_setting_up_says_what_it_made_and_a_second_time_nothing(settings: ElasticSettings) -> None:
    articles, alerts, outcomes = settings.aliases
    assert list(set_up_at(settings, now=NOON)) == [
        f"component template {articles}-settings",
        f"component template {articles}-mappings",
        f"component template {alerts}-settings",
        f"component template {alerts}-mappings",
        f"component template {outcomes}-settings",
        f"component template {outcomes}-mappings",
        f"index template {articles}",
        f"index template {alerts}",
        f"index template {outcomes}",
        f"index {articles}-2026.01, alias {articles}",
        f"index {alerts}-2026.01, alias {alerts}",
        f"index {outcomes}-2026.01, alias {outcomes}",
    ]
    assert list(set_up_at(settings, now=NOON)) == []


def test_another_refresh_interval_reaches_templates_and_indices(settings: ElasticSettings) -> None:
    set_up_at(settings, now=NOON)
    slower = dataclasses.replace(settings, refresh_seconds=30.0)
    assert list(set_up_at(slower, now=NOON)) == [
        f"component template {settings.articles}-settings",
        f"component template {settings.alerts}-settings",
        f"component template {settings.outcomes}-settings",
        f"refresh interval of {settings.articles}-2026.01: 30000ms",
        f"refresh interval of {settings.alerts}-2026.01: 30000ms",
        f"refresh interval of {settings.outcomes}-2026.01: 30000ms",
    ]


def test_an_index_of_an_older_version_gets_the_fields_of_this_one(settings: ElasticSettings) -> None:
    set_up_at(settings, now=NOON)
    server = connect(settings)
    index = f"{settings.articles}-2026.01"
    server.client.indices.put_mapping(index=index, meta={"presswatch": {"schema": 0}})
    assert list(set_up(server, settings, now=NOON)) == [f"fields of {index}"]
    server.client.close()


def test_what_is_missing_is_found_by_looking(settings: ElasticSettings) -> None:
    with pytest.raises(BadInput, match=f"Elasticsearch 9.* lacks our templates: {settings.articles}-settings, "):
        examine(settings)
    set_up_at(settings, now=NOON)
    assert examine(settings).endswith("green, 0 articles")


async def test_articles_lie_in_the_index_of_the_month_they_were_first_seen_in(settings: ElasticSettings) -> None:
    index = open_elastic(settings, write=True, now=NOON)
    await index.put([enriched("new"), enriched("old", first_seen_at=NOON - 40 * DAY)])
    await index.put([enriched("old", version=2, first_seen_at=NOON - 40 * DAY)])
    client = index.server.client
    assert client.get(index=f"{settings.articles}-2025.11", id="old")["_version"] == 2
    assert client.get(index=f"{settings.articles}-2026.01", id="new")["_version"] == 1
    assert await index.count() == 2
    assert set(client.indices.get_alias(name=settings.articles)) == {
        f"{settings.articles}-2025.11",
        f"{settings.articles}-2026.01",
    }
    await index.close()


async def test_fields_that_the_templates_do_not_know_are_kept_and_not_indexed(settings: ElasticSettings) -> None:
    index = open_elastic(settings, write=True, now=NOON)
    await index.put([enriched(rights={"anything": "at all"})])
    mapping = index.server.client.indices.get_mapping(index=f"{settings.articles}-2026.01")
    properties = mapping[f"{settings.articles}-2026.01"]["mappings"]["properties"]
    assert "anything" not in str(properties)
    assert "image" not in properties
    stored = await index.get("a1")
    assert stored is not None
    assert stored.rights == {"anything": "at all"}
    await index.close()


async def test_a_document_that_the_server_refuses_is_poison_and_the_others_are_written(
    settings: ElasticSettings,
) -> None:
    index = open_elastic(settings, write=True, now=NOON)
    with pytest.raises(Poison, match=r"article bad is refused by the search server: .*word_count"):
        await index.put([enriched("a"), enriched("bad", word_count=2**40), enriched("b")])
    assert await index.versions(["a", "bad", "b"]) == {"a": 1, "b": 1}
    await index.close()


async def test_what_is_put_is_found_after_the_refresh_interval(settings: ElasticSettings) -> None:
    lazy = dataclasses.replace(settings, refresh_seconds=3600.0)
    index = open_elastic(lazy, write=True, now=NOON)
    await index.put([enriched()])
    assert await index.count() == 0
    index.server.client.indices.refresh(index=settings.articles)
    assert await index.count() == 1
    await index.close()


async def test_an_alert_is_one_document_that_kibana_can_read(settings: ElasticSettings) -> None:
    index = open_elastic_alerts(settings, now=NOON)
    alert = alert_fired()
    await index.put([alert, alert])
    await index.put([alert])
    await index.close()
    client = connect(settings).client
    found = client.search(index=settings.alerts, query={"term": {"watch_id": alert.watch_id}})["hits"]["hits"]
    assert [hit["_id"] for hit in found] == [alert.alert_id]
    assert found[0]["_source"]["title"] == alert.article.title
    client.close()


async def test_a_prefix_with_more_continuations_than_the_server_takes_is_still_exact(
    settings: ElasticSettings,
) -> None:
    index = open_elastic(settings, write=True, now=NOON)
    body = " ".join(f"model x{number}" for number in range(20_000))
    await index.put([enriched("many", body=f"{body} su x30mk"), enriched("one", body="su x30mk"), enriched("no")])
    for query, ids in (("su-x3*", {"many", "one"}), ("harbour AND NOT su-x3*", {"no"})):
        result = await index.search(SearchRequest(query=parse(query)))
        assert {hit.article.article_id for hit in result.hits} == ids, query
    found = [article.article_id async for article in index.scan(parse("su-x3*"))]
    assert sorted(found) == ["many", "one"]
    await index.close()


async def test_more_candidates_than_are_verified_make_counts_approximate(settings: ElasticSettings) -> None:
    index = open_elastic(settings, write=True, now=NOON, exact_limit=3)
    await index.put([enriched(f"a{n}", published_at=NOON - n * SECOND) for n in range(5)])
    few = await index.search(SearchRequest(query=parse("=harbour"), filters=Filters(since=NOON - 2 * SECOND)))
    assert (few.total, few.approximate) == (3, False)
    many = await index.search(SearchRequest(query=parse("=harbour")))
    assert (many.total, many.approximate) == (5, True)
    assert [hit.article.article_id for hit in many.hits] == ["a0", "a1", "a2", "a3", "a4"]
    await index.close()
