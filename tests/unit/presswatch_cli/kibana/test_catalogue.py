"""What is imported into Kibana, looked at without one: references, fields, queries, panels."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from presswatch_cli.kibana.catalogue import kibana_objects
from presswatch_cli.kibana.dashboard import WIDTH
from presswatch_cli.kibana.data_views import ALERTS, ARTICLES, OUTCOMES
from presswatch_cli.kibana.saved_object import SavedObject, ndjson
from presswatch_query.importers.kql import import_kql
from tests.fixtures.kibana_objects import FIELDS, columns_of, fields_of, queries_of, view_of

OBJECTS = kibana_objects("presswatch")
SHIPPED = Path(__file__).parents[4] / "deploy" / "kibana" / "presswatch.ndjson"
NUMBERS = ("long", "integer", "float", "date")


def each(*types: str) -> pytest.MarkDecorator:
    chosen = [pytest.param(saved, id=saved.id) for saved in OBJECTS if saved.type in types]
    return pytest.mark.parametrize("saved", chosen)


def test_ids_are_unique() -> None:
    assert len({saved.id for saved in OBJECTS}) == len(OBJECTS) == 52


def test_titles_are_unique_where_kibana_lists_them() -> None:
    for kind in ("dashboard", "search", "index-pattern"):
        titles = [saved.title for saved in OBJECTS if saved.type == kind]
        assert len(set(titles)) == len(titles)


def test_what_an_object_refers_to_comes_before_it() -> None:
    seen: set[tuple[str, str]] = set()
    for saved in OBJECTS:
        assert {(reference.type, reference.id) for reference in saved.references} <= seen, saved.id
        seen.add((saved.type, saved.id))


def test_every_dashboard_and_view_of_the_design_is_there() -> None:
    titles = {saved.title for saved in OBJECTS if saved.type == "dashboard"}

    assert {saved.id for saved in OBJECTS if saved.type == "index-pattern"} == {ARTICLES, ALERTS, OUTCOMES}
    assert titles == {
        "Presswatch: coverage",
        "Presswatch: names in the news",
        "Presswatch: copies and stories",
        "Presswatch: freshness of articles",
        "Presswatch: alerts by watch",
        "Presswatch: pages and sources",
    }


def test_the_shipped_file_is_what_the_command_imports() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == ndjson(OBJECTS), "presswatch admin kibana --print > that file"


def test_every_line_is_an_object_with_the_versions_whose_shape_it_has() -> None:
    for line in ndjson(OBJECTS).splitlines():
        saved = json.loads(line)
        assert saved["coreMigrationVersion"] == "8.8.0"
        assert set(saved) == {"attributes", "coreMigrationVersion", "id", "references", "type", "typeMigrationVersion"}


def test_a_prefix_is_in_the_names_of_indices_and_in_no_id() -> None:
    other = kibana_objects("desk")

    assert [saved.id for saved in other] == [saved.id for saved in OBJECTS]
    assert {saved.attributes["title"] for saved in other if saved.type == "index-pattern"} == {
        "desk-articles",
        "desk-alerts",
        "desk-outcomes",
    }


@each("lens", "search", "index-pattern")
def test_every_field_is_in_the_template_of_its_index(saved: SavedObject) -> None:
    view = saved.id if saved.type == "index-pattern" else view_of(saved)

    assert set(fields_of(saved)) <= set(FIELDS[view])


@each("lens")
def test_every_field_can_do_what_its_column_asks(saved: SavedObject) -> None:
    fields = FIELDS[view_of(saved)]
    for column in columns_of(saved).values():
        kind = fields.get(column.get("sourceField", ""), {}).get("type")
        match column["operationType"]:
            case "terms" | "unique_count":
                assert kind == "keyword"
            case "date_histogram":
                assert kind == "date"
            case "percentile" | "sum" | "max":
                assert kind in NUMBERS


@each("lens", "search", "dashboard")
def test_every_query_is_kql(saved: SavedObject) -> None:
    for query in filter(None, queries_of(saved)):
        import_kql(query)


@each("lens")
def test_a_visualisation_shows_columns_that_it_has(saved: SavedObject) -> None:
    columns, state = columns_of(saved), saved.attributes["state"]
    shown = {name for name in columns if f'"{name}"' in json.dumps(state["visualization"])}

    assert shown == set(columns)
    for column in columns.values():
        assert column["params"].get("orderBy", {}).get("columnId", "count") in {*columns, "count"}


@each("dashboard")
def test_panels_fill_the_grid_and_do_not_overlap(saved: SavedObject) -> None:
    panels = json.loads(saved.attributes["panelsJSON"])
    places = [panel["gridData"] for panel in panels]
    names = {f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels}

    assert names == {reference.name for reference in saved.references}
    assert len(names) == len(panels)
    for place in places:
        assert place["x"] + place["w"] <= WIDTH
    for a, b in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        assert beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
    assert sum(place["w"] * place["h"] for place in places) == WIDTH * max(p["y"] + p["h"] for p in places)
