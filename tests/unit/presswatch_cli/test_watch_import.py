from __future__ import annotations

import json

import pytest

from presswatch_cli.commands.watch import all_watches
from presswatch_cli.commands.watch_file import Imported, import_watches
from presswatch_cli.commands.watch_kinds import WatchFormat
from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import Store


def imported(store: Store, kind: WatchFormat, *lines: str) -> tuple[list[str], Imported]:
    result = import_watches(store, lines, kind=kind, now=1)
    return [watch.query for watch in all_watches(store)], result


def test_lucene_queries_become_watches_and_what_is_lost_is_said_with_its_line(store: Store) -> None:
    lines = ("# ours", "title:Rostec AND jets^2", "(broken", "NOT tea", "Rostec AND /x/")
    queries, result = imported(store, WatchFormat.LUCENE, *lines)
    assert sorted(queries) == ["Rostec", "title:Rostec AND jets"]
    assert [refused.number for refused in result.refused] == [3, 4]
    assert [(said.number, said.remark.what) for said in result.remarks] == [
        (2, "^2"), (3, "(broken"), (4, "NOT tea"), (5, "/x/"),
    ]  # fmt: skip
    assert [entry["line"] for entry in result.as_json()["remarks"]] == [2, 3, 4, 5]


def test_saved_objects_of_kibana_keep_their_titles(store: Store) -> None:
    source = {"query": {"query": "Rostec AND jets", "language": "lucene"}, "filter": [{"meta": {"key": "lang"}}]}
    lines = (
        {"type": "query", "attributes": {"title": "Arms", "query": {"query": "Rostec or jets", "language": "kuery"}}},
        {
            "type": "search",
            "attributes": {"title": "Both", "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source)}},
        },
        {"exportedCount": 2, "missingRefCount": 0},
        {"type": "dashboard", "attributes": {"title": "Charts"}},
    )
    _, result = imported(store, WatchFormat.KQL, *map(json.dumps, lines))
    assert {watch.name: watch.query for watch in all_watches(store)} == {
        "Arms": "Rostec OR jets",
        "Both": "Rostec AND jets",
    }
    assert [said.number for said in result.remarks] == [2, 4]
    assert [refused.number for refused in result.refused] == [4]


def test_keywords_are_not_read_as_queries(store: Store) -> None:
    queries, result = imported(store, WatchFormat.KEYWORDS, "\ufeffNicolas Maduro", "", "salt OR pepper", "ab*")
    assert sorted(queries) == ['"Nicolas Maduro"', '"salt OR pepper"']
    assert [refused.number for refused in result.refused] == [4]


@pytest.mark.parametrize("between", [",", "\t"])
def test_a_csv_names_its_columns(store: Store, between: str) -> None:
    header = between.join(("Name", "Query", "Term", "Colour", "max_age"))
    rows = ("Arms||Rostec;Su 30|red|1d", "Jets|jets AND Caracas|||", "None||||", "Bad|a b|||", "|||| ")
    queries, result = imported(store, WatchFormat.CSV, header, *(row.replace("|", between) for row in rows))
    assert sorted(queries) == ['Rostec OR "Su 30"', "jets AND Caracas"]
    assert {watch.name: watch.max_age_seconds for watch in all_watches(store)} == {"Arms": 86400, "Jets": 3 * 86400}
    assert (result.remarks[0].number, result.remarks[0].remark.what) == (1, "colour")
    assert sorted(refused.number for refused in result.refused) == [4, 5]


def test_a_cell_may_hold_commas_quotes_and_line_breaks(store: Store) -> None:
    queries, _ = imported(store, WatchFormat.CSV, "term\n", '"Maduro, Nicolas"\n', '"Rostec\n', 'jets"\n')
    assert sorted(queries) == ['"Maduro, Nicolas"', '"Rostec jets"']


@pytest.mark.parametrize(
    "lines", [pytest.param((), id="empty"), pytest.param(("colour,shape", "red,round"), id="other columns")]
)
def test_a_csv_without_queries_or_terms_is_refused(store: Store, lines: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="column"):
        imported(store, WatchFormat.CSV, *lines)


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    for kind, line in ((WatchFormat.LUCENE, "Rostec^2"), (WatchFormat.KEYWORDS, "Nicolas Maduro")):
        assert import_watches(store, [line], kind=kind, now=1).added == 1
        again = import_watches(store, [line], kind=kind, now=2)
        assert (again.added, again.unchanged) == (0, 1)
