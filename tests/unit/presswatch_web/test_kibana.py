from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.index.port import Filters
from presswatch_web.kibana import ALERTS, discover, kql_of, one_document

ROOT = "https://kibana.example/s/news"


@pytest.mark.parametrize(
    ("query", "kql"),
    [
        pytest.param("title:Rostec", 'search.title: "rostec"', id="word"),
        pytest.param("Rostec", '(search.title: "rostec" or search.body: "rostec")', id="in title and body"),
        pytest.param('title:"Nicolás Maduro"', 'search.title: "nicolas maduro"', id="phrase"),
        pytest.param("title:Su-30MK2", 'search.title: "su 30 mk 2"', id="designator"),
        pytest.param("title:Rosoboron*", "search.title: rosoboron*", id="beginning"),
        pytest.param(
            "title:oil AND NOT title:gas", '(search.title: "oil" and (not search.title: "gas"))', id="and not"
        ),
        pytest.param("lang:EN OR country:ve", '(search.lang: "en" or search.country: "ve")', id="exact fields"),
    ],
)
def test_what_kql_can_say_is_said(query: str, kql: str) -> None:
    assert kql_of(parse(query)) == (kql, True)


@pytest.mark.parametrize(
    ("query", "kql"),
    [
        pytest.param("title:Maduro~1", "", id="fuzzy"),
        pytest.param("title:Su-3*", "", id="a phrase that ends in a beginning"),
        pytest.param('title:"alpha beta"~2', "", id="slop"),
        pytest.param("title:oil AND title:Maduro~1", 'search.title: "oil"', id="the part that must hold is kept"),
        pytest.param("title:oil OR title:Maduro~1", "", id="an alternative is not"),
    ],
)
def test_what_kql_cannot_say_is_left_out_and_told(query: str, kql: str) -> None:
    assert kql_of(parse(query)) == (kql, False)


@pytest.mark.parametrize("query", ["=US", "ATLEAST/2(oil)", "alpha NEAR/3 beta"])
def test_what_needs_verifying_is_never_called_the_same(query: str) -> None:
    assert not kql_of(parse(query))[1]


def test_a_query_too_long_for_an_address_is_left_out() -> None:
    assert kql_of(parse(" OR ".join(f"word{number}" for number in range(200)))) == ("", False)


def test_an_address_names_view_filters_and_time() -> None:
    filters = Filters(since=DAY, until=3 * DAY, langs=("EN", "es"), story="it's !\"\\")
    link = discover(ROOT, None, filters)
    told = unquote(urlsplit(link.address).fragment)
    assert link.exact
    assert link.address.startswith(f"{ROOT}/app/discover#/?_g=")
    assert "time:(from:'1970-01-02T00:00:00.000Z',to:'1970-01-03T23:59:59.999Z')" in told
    assert "dataViewId:'presswatch-articles'" in told
    kql = r"""(search.lang: "en" or search.lang: "es") and search.story: "it!'s !!\"\\" """.rstrip()
    assert f"query:'{kql}'" in told
    assert " " not in link.address


def test_a_search_without_a_beginning_begins_where_its_articles_do() -> None:
    assert "from:'1970-01-01T00:00:00.000Z',to:'now'" in unquote(discover(ROOT, None, Filters()).address)
    assert "from:'1970-01-02T00:00:00.000Z'" in unquote(discover(ROOT, None, Filters(), first=DAY).address)


def test_one_alert_is_shown_among_the_alerts() -> None:
    told = unquote(one_document(ROOT, ALERTS, "watch_id", "wat_1"))
    assert "dataViewId:'presswatch-alerts'" in told
    assert """query:'watch_id: "wat_1"'""" in told
