"""What Kibana would ask a real server for: each visualisation's aggregations, on documents that the product wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from presswatch_cli.kibana.catalogue import kibana_objects
from presswatch_cli.kibana.data_views import ALERTS, ARTICLES, OUTCOMES, runtime_fields
from presswatch_shared.clock import HOUR, SECOND
from presswatch_shared.index.elastic.alerts import open_elastic_alerts
from presswatch_shared.index.elastic.connecting import Server, connect
from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.index.elastic.outcomes import open_elastic_outcomes
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.outcomes import PageOutcome
from tests.fixtures.alerts import alert_fired
from tests.fixtures.enriched import NOON, enriched
from tests.fixtures.kibana_objects import aggregations_of, columns_of, view_of
from tests.fixtures.search_servers import drop_indices, fresh_prefix, settings_at
from tests.servers.addresses import SearchAddress

pytestmark = pytest.mark.servers

VISUALISATIONS = [saved for saved in kibana_objects("presswatch") if saved.type == "lens"]


@pytest.fixture(scope="module", params=["elasticsearch9", "elasticsearch8"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, ElasticSettings]]:
    """Two articles, of which one is a copy, an alert, and outcomes."""
    address: SearchAddress = request.getfixturevalue(request.param)
    settings = settings_at(address, fresh_prefix(tmp_path_factory.mktemp("kibana")))
    asyncio.run(_fill(settings))
    server = connect(settings)
    yield server, settings
    drop_indices(settings, server)
    server.client.close()


async def _fill(settings: ElasticSettings) -> None:
    articles, alerts = open_elastic(settings, write=True, now=NOON), open_elastic_alerts(settings, now=NOON)
    outcomes = open_elastic_outcomes(settings, now=NOON)
    times = {"published_at": NOON - 90 * SECOND, "fetched_at": NOON}
    await articles.put([enriched("one", **times), enriched("two", duplicate_of="one", story_id="one", **times)])
    await alerts.put([alert_fired()])
    await outcomes.put([_outcome("seen", "seen", 3), _outcome("waiting", "for enrichment", 2)], now=NOON)
    await outcomes.put([_outcome("waiting", "for enrichment", 0)], now=NOON + SECOND)
    for index in (articles, alerts, outcomes):
        await index.close()


def _outcome(step: str, outcome: str, pages: int) -> PageOutcome:
    return PageOutcome(
        source_id="src", source_name="Harbour Ledger", hour=NOON - NOON % HOUR, step=step, outcome=outcome, pages=pages
    )


@pytest.mark.parametrize("saved", [pytest.param(saved, id=saved.id) for saved in VISUALISATIONS])
def test_a_visualisation_is_answered(filled: tuple[Server, ElasticSettings], saved: Any) -> None:
    server, settings = filled
    answer = _ask(server, settings, view_of(saved), aggregations_of(saved))

    buckets = answer["aggregations"]
    for name, column in columns_of(saved).items():
        assert name in buckets
        if column["isBucketed"]:
            found = buckets[name]["buckets"]
            buckets = next(iter(found.values())) if isinstance(found, dict) else (found or [None])[0]
        if buckets is None:
            assert column["operationType"] == "terms", "a field that these documents lack"
            break


def test_durations_are_computed_when_somebody_looks(filled: tuple[Server, ElasticSettings]) -> None:
    server, settings = filled
    answer = _ask(server, settings, ARTICLES, {"longest": {"max": {"field": "seconds_to_fetch"}}})

    assert answer["aggregations"]["longest"]["value"] == 90


def test_an_alert_has_its_durations_too(filled: tuple[Server, ElasticSettings]) -> None:
    server, settings = filled
    alert = alert_fired()
    answer = _ask(server, settings, ALERTS, {"longest": {"max": {"field": "seconds_from_fetch"}}})

    assert answer["aggregations"]["longest"]["value"] == (alert.fired_at - alert.fetched_at) // SECOND


def test_a_count_that_has_become_none_takes_the_place_of_the_older_one(
    filled: tuple[Server, ElasticSettings],
) -> None:
    server, settings = filled
    by_step = {"step": {"terms": {"field": "step"}, "aggs": {"pages": {"sum": {"field": "pages"}}}}}
    buckets = _ask(server, settings, OUTCOMES, by_step)["aggregations"]["step"]["buckets"]

    assert {bucket["key"]: bucket["pages"]["value"] for bucket in buckets} == {"seen": 3, "waiting": 0}


def _ask(server: Server, settings: ElasticSettings, view: str, aggregations: dict[str, Any]) -> Any:
    return server.client.search(
        index=view.replace("presswatch", settings.prefix, 1),
        size=0,
        runtime_mappings=runtime_fields(view),
        aggregations=aggregations,
    )
