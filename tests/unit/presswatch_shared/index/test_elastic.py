from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest

from presswatch_query import parse
from presswatch_query.plan import make_plan
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput, Poison, ServerUnreachable
from presswatch_shared.index.elastic.connecting import connect
from presswatch_shared.index.elastic.documents import (
    alert_document,
    article_document,
    digest_of,
    month_of,
    read_article,
)
from presswatch_shared.index.elastic.mapping import ALERT, ARTICLE, SEARCH, templates_of
from presswatch_shared.index.elastic.queries import QueryCompiler
from presswatch_shared.index.elastic.settings import elastic_settings
from tests.fixtures.alerts import alert_fired
from tests.fixtures.enriched import NOON, enriched, place
from tests.fixtures.scripted_search import ScriptedSearch, scripted_search
from tests.property.random_news import random_article


@pytest.mark.parametrize(
    ("addresses", "urls", "user", "password"),
    [
        pytest.param("http://es:9200", ("http://es:9200",), "", "", id="plain"),
        pytest.param("http://es", ("http://es:9200",), "", "", id="usual port"),
        pytest.param("https://es/path/", ("https://es:443/path",), "", "", id="behind a proxy"),
        pytest.param("http://[::1]:9200", ("http://[::1]:9200",), "", "", id="IPv6"),
        pytest.param("https://u:p%40ss@es:9200", ("https://es:9200",), "u", "p@ss", id="user with an escaped password"),
        pytest.param(
            "http://u:geheim@a:1, http://b:2", ("http://a:1", "http://b:2"), "u", "geheim", id="two of one cluster"
        ),
    ],
)
def test_addresses_are_taken_apart(addresses: str, urls: tuple[str, ...], user: str, password: str) -> None:
    settings = elastic_settings(addresses)
    assert (settings.urls, settings.user, settings.password) == (urls, user, password)
    assert not password or password not in repr(settings)


@pytest.mark.parametrize(
    ("addresses", "key", "sentence"),
    [
        pytest.param("es:9200", "", "no address", id="no scheme"),
        pytest.param("ftp://es", "", "no address", id="another scheme"),
        pytest.param("http://es:port", "", "no good port", id="port"),
        pytest.param("http://u:p@a,http://v:q@b", "", "several users", id="two users"),
        pytest.param("http://u:p@a", "key", "use one of them", id="user and key"),
    ],
)
def test_an_address_that_is_none_is_refused(addresses: str, key: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        elastic_settings(addresses, api_key=key)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        pytest.param({"number": "7.17.29"}, "is Elasticsearch 7.17.29, which does not fit", id="too old"),
        pytest.param({"number": "10.0.0"}, "is Elasticsearch 10.0.0, which does not fit", id="too new"),
        pytest.param(
            {"number": "3.1.0", "distribution": "opensearch"},
            "is OpenSearch 3.1.0, which does not fit",
            id="OpenSearch",
        ),
        pytest.param({"number": "1.3.2", "distribution": "opensearch"}, "is OpenSearch 1.3.2", id="old OpenSearch"),
    ],
)
def test_a_version_that_does_not_fit_is_refused_with_what_does(version: Mapping[str, Any], sentence: str) -> None:
    with scripted_search(ScriptedSearch(version=version)) as server, pytest.raises(BadInput) as refused:
        connect(elastic_settings(server.url))
    assert sentence in str(refused.value)
    assert str(refused.value).endswith("works with Elasticsearch 8 and 9, and with OpenSearch 2")


@pytest.mark.parametrize(
    ("version", "module", "product"),
    [
        pytest.param({"number": "9.0.0"}, "elasticsearch9", "Elasticsearch 9.0.0", id="9"),
        pytest.param({"number": "8.0.0"}, "elasticsearch8", "Elasticsearch 8.0.0", id="8"),
        pytest.param(
            {"number": "2.11.0", "distribution": "opensearch"}, "elasticsearch8", "OpenSearch 2.11.0", id="OpenSearch"
        ),
    ],
)
def test_the_server_says_which_client_is_taken(version: Mapping[str, Any], module: str, product: str) -> None:
    with scripted_search(ScriptedSearch(version=version)) as server:
        found = connect(elastic_settings(server.url))
        found.client.close()
    assert type(found.client).__module__.startswith(module)
    assert found.product == product


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    with pytest.raises(ServerUnreachable) as away:
        connect(elastic_settings("http://user:secret@127.0.0.1:1"))
    assert str(away.value).startswith("the search server at http://127.0.0.1:1 does not answer: ")
    assert "secret" not in str(away.value)


def test_a_document_gives_its_article_back() -> None:
    chance = random.Random(5)
    articles = [random_article(chance, f"a{number}") for number in range(50)]
    articles += [
        enriched(published_at=None, entities=(place("Fjordby"),), tone=-0.5, rights={"ai": "no"}, authors=("Ян", "B")),
        enriched(published_at=-5 * DAY - 1),
        enriched(published_at=10**18),
    ]
    for article in articles:
        assert read_article(json.loads(article_document(article, digest_of(article)))) == article


def test_a_digest_changes_with_whatever_is_stored() -> None:
    assert digest_of(enriched()) == digest_of(enriched())
    assert len({digest_of(enriched()), digest_of(enriched(summary="other")), digest_of(enriched(version=2))}) == 3


def test_every_field_that_is_searched_is_in_the_mapping_and_every_field_of_kibana_too() -> None:
    document = json.loads(article_document(enriched(entities=(place("Fjordby"),)), "d"))
    assert document["search"].keys() == SEARCH.keys()
    assert set(ARTICLE) <= document.keys()
    assert set(ALERT) <= json.loads(alert_document(alert_fired())).keys()


def test_what_cannot_be_json_is_poison() -> None:
    with pytest.raises(Poison, match="a1 cannot be indexed"):
        article_document(enriched(title="half \ud800"), "d")
    with pytest.raises(Poison, match="is in no month"):
        month_of(10**18)


def test_the_month_is_that_of_utc() -> None:
    assert month_of(NOON) == "2026.01"
    assert month_of(NOON - DAY) == "2025.12"


@pytest.mark.parametrize(
    ("query", "compiled", "exact"),
    [
        pytest.param("title:harbour", {"term": {"search.title": {"value": "harbour"}}}, True, id="word"),
        pytest.param(
            'title:"new harbour"',
            {"match_phrase": {"search.title": {"query": "new harbour", "slop": 0}}},
            True,
            id="phrase",
        ),
        pytest.param(
            'title:"new harbour"~3',
            {"match_phrase": {"search.title": {"query": "new harbour", "slop": 3}}},
            True,
            id="slop",
        ),
        pytest.param(
            "title:harb*",
            {"prefix": {"search.title": {"value": "harb", "rewrite": "constant_score"}}},
            True,
            id="prefix",
        ),
        pytest.param("lang:en", {"term": {"search.lang": {"value": "en"}}}, True, id="exact field"),
        pytest.param("title:=US", {"term": {"search.title": {"value": "us"}}}, False, id="literal"),
    ],
)
def test_a_query_becomes_terms_and_phrases(query: str, compiled: dict[str, Any], exact: bool) -> None:
    compiler = QueryCompiler(loose=False)
    found = compiler.plan(make_plan(parse(query).tree))
    if "=" in query:
        found = found["bool"]["should"][0]
    assert (found, compiler.exact) == (compiled, exact)


def test_a_prefix_in_a_phrase_is_asked_for_as_an_interval_or_loosely_as_its_parts() -> None:
    plan = make_plan(parse("title:Su-30*").tree)
    strict, loose = QueryCompiler(loose=False), QueryCompiler(loose=True)
    assert "intervals" in strict.plan(plan)
    assert strict.exact
    assert loose.plan(plan)["bool"]["must"][1] == {
        "prefix": {"search.title": {"value": "30", "rewrite": "constant_score"}}
    }
    assert not loose.exact
    unlike = make_plan(parse("title:harbour AND NOT title:Su-30*").tree)
    assert QueryCompiler(loose=True).plan(unlike)["bool"]["must"][1] == {"bool": {"must_not": [{"match_none": {}}]}}


def test_many_alternatives_are_asked_for_as_one_set() -> None:
    words = " OR ".join(f"title:word{letter}{other}" for letter in "abcdefghij" for other in "abcdefghij")
    found = QueryCompiler(loose=False).plan(make_plan(parse(words).tree))
    assert list(found) == ["terms"]
    assert len(found["terms"]["search.title"]) == 100


def test_templates_leave_room_for_settings_of_the_operator_where_the_server_can() -> None:
    settings = elastic_settings("http://es:9200", prefix="news")
    elastic, opensearch = (
        templates_of(settings, with_custom=custom)["index"]["news-articles"] for custom in (True, False)
    )
    assert elastic["composed_of"][-1] == "news-articles@custom"
    assert elastic["ignore_missing_component_templates"] == ["news-articles@custom"]
    assert opensearch["composed_of"] == ["news-articles-settings", "news-articles-mappings"]
