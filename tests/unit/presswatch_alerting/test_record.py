from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from presswatch_alerting.filters import Withheld
from presswatch_alerting.record import Examined, Finding, Recorded, record
from presswatch_shared.events import ArticleEnriched, MatchSpan
from presswatch_shared.store import alerts, articles
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import Watch
from tests.fixtures.articles import article_enriched
from tests.fixtures.watches import WATCH

NOW = 77


def examined(article: ArticleEnriched, *watches: Watch, found: Mapping[str, int] | None = None) -> Examined:
    """The article with these watches found in it."""
    findings = [
        Finding(
            watch=watch,
            matches=(MatchSpan("title", 0, 6),),
            found=found or {"0-6:rostec": 2},
            snippet="Rostec delivers",
            snippet_spans=((0, 6),),
        )
        for watch in watches or (WATCH,)
    ]
    return Examined(article=article, findings=findings)


def recorded(store: Store, *batch: Examined) -> Recorded:
    return store.run_now(record, batch, now=NOW)


def kinds(result: Recorded) -> list[str]:
    return [row.kind for row in result.made]


def test_a_match_makes_an_alert_that_says_where_and_how(store: Store) -> None:
    (row,) = recorded(store, examined(article_enriched())).made
    assert (row.watch_id, row.article_id, row.kind, row.fired_at, row.seq) == ("wat_1", "a1", "fired", NOW, 1)
    assert (row.snippet, row.snippet_spans, row.matches) == (
        "Rostec delivers",
        ((0, 6),),
        (MatchSpan("title", 0, 6),),
    )
    assert store.read_now(alerts.get_alert, row.alert_id) == row


def test_copies_of_a_story_make_one_alert_whether_in_one_batch_or_several(store: Store) -> None:
    copies = [examined(article_enriched(f"a{number}", story_id="s")) for number in range(40)]
    first = recorded(store, *copies[:20])
    second = recorded(store, *copies[20:])
    assert (kinds(first), kinds(second)) == (["fired"], [])
    assert first.withheld[Withheld.SAME_STORY] + second.withheld[Withheld.SAME_STORY] == 39
    assert store.read_now(alerts.count_alerts) == 1


def test_the_first_copy_that_matches_fires_though_earlier_ones_did_not(store: Store) -> None:
    silent = Examined(article=article_enriched("a1", story_id="s"), findings=())
    result = recorded(store, silent, examined(article_enriched("a2", story_id="s")))
    assert [row.article_id for row in result.made] == ["a2"]


def test_a_story_fires_once_for_each_watch(store: Store) -> None:
    result = recorded(store, examined(article_enriched(), WATCH, replace(WATCH, id="wat_2")))
    assert sorted(row.watch_id for row in result.made) == ["wat_1", "wat_2"]


def test_an_alert_counts_the_outlets_of_its_story(store: Store) -> None:
    for number in range(3):
        copy = ArticleRow(
            article_id=f"x{number}",
            version=1,
            url="",
            url_hash="",
            source=f"{number}.example",
            source_id="",
            title="",
            lang="",
            published_at=None,
            first_seen_at=0,
            story_id="s-a1",
            duplicate_of="",
        )
        store.run_now(articles.add_article, copy)
    (row,) = recorded(store, examined(article_enriched())).made
    assert row.outlets == 3


def test_a_replay_makes_nothing_new_and_tells_the_same_again(store: Store) -> None:
    batch = [examined(article_enriched(f"a{number}")) for number in range(5)]
    first = recorded(store, *batch)
    again = recorded(store, *batch)
    assert list(again.made) == []
    assert list(again.told) == list(first.told) == list(first.made)
    assert not again.withheld


def test_a_replay_of_both_versions_tells_both_alerts_again(store: Store) -> None:
    batch = [
        examined(article_enriched(version=1)),
        examined(article_enriched(version=2, title="Rostec delivers ships")),
    ]
    first = recorded(store, *batch)
    assert kinds(first) == ["fired", "updated"]
    assert list(recorded(store, *batch).told) == list(first.told)


def test_a_copy_is_not_told_for_the_one_that_fired(store: Store) -> None:
    recorded(store, examined(article_enriched("a1", story_id="s")))
    assert list(recorded(store, examined(article_enriched("a2", story_id="s"))).told) == []


def test_a_reprocessed_article_tells_what_was_recorded_and_nothing_new(store: Store) -> None:
    first = recorded(store, examined(article_enriched()))
    again = Examined(article=article_enriched(reprocessed=True), findings=())
    assert list(recorded(store, again).told) == list(first.made)


@pytest.mark.parametrize(
    ("newer", "found", "watch", "expected"),
    [
        pytest.param({"title": "Rostec delivers ships"}, {}, {}, "updated", id="other title"),
        pytest.param({"title": "ROSTEC delivers cranes!"}, {}, {}, Withheld.NOT_MATERIAL, id="title in other case"),
        pytest.param({"body": "Other words."}, {}, {}, Withheld.NOT_MATERIAL, id="text the watch does not look for"),
        pytest.param({}, {"0-6:rostec": 3}, {}, "updated", id="found once more"),
        pytest.param({}, {"0-6:rostec": 1}, {}, Withheld.NOT_MATERIAL, id="found less often"),
        pytest.param({}, {"0-6:rostec": 2, "10-17:caracas": 1}, {}, "updated", id="another clause"),
        pytest.param({}, {"0-6:rostech": 1}, {}, "updated", id="other words of a clause"),
        pytest.param(
            {"extractor": "2", "title": "Rostec delivers ships"}, {}, {}, Withheld.NOT_MATERIAL, id="other extractor"
        ),
        pytest.param({}, {"3-9:caracas": 1}, {"version": 2}, Withheld.NOT_MATERIAL, id="the watch was edited"),
        pytest.param({"title": "Rostec delivers ships"}, {}, {"version": 2}, "updated", id="edited watch, other title"),
        pytest.param(
            {"article_id": "a2", "story_id": "s-a1", "title": "Other"}, {}, {}, Withheld.SAME_STORY, id="other copy"
        ),
        pytest.param({"version": 0, "title": "Rostec"}, {}, {}, Withheld.OLD_VERSION, id="older version"),
    ],
)
def test_a_newer_version_updates_only_where_it_says_something_new(
    store: Store, newer: dict[str, Any], found: dict[str, int], watch: dict[str, Any], expected: str
) -> None:
    recorded(store, examined(article_enriched(version=1)))
    later = article_enriched(**({"version": 2} | newer))
    result = recorded(store, examined(later, replace(WATCH, **watch), found=found or None))
    assert [*kinds(result), *result.withheld] == [expected]


def test_there_is_one_update_at_most(store: Store) -> None:
    recorded(store, examined(article_enriched(version=1)))
    titles = ["Rostec delivers ships", "Rostec delivers trains"]
    results = [recorded(store, examined(article_enriched(version=2 + n, title=t))) for n, t in enumerate(titles)]
    assert [kinds(result) for result in results] == [["updated"], []]
    assert results[1].withheld[Withheld.UPDATED_BEFORE] == 1


def test_a_version_that_did_not_match_still_keeps_older_ones_from_firing(store: Store) -> None:
    recorded(store, Examined(article=article_enriched(version=5), findings=()))
    late = recorded(store, examined(article_enriched(version=4)))
    assert (kinds(late), late.withheld[Withheld.OLD_VERSION]) == ([], 1)


def test_a_late_old_version_that_fired_before_is_told_again(store: Store) -> None:
    first = recorded(store, examined(article_enriched(version=1)))
    recorded(store, Examined(article=article_enriched(version=2), findings=()))
    assert list(recorded(store, examined(article_enriched(version=1))).told) == list(first.made)


def test_an_article_that_matches_only_after_an_edit_fires_then(store: Store) -> None:
    recorded(store, Examined(article=article_enriched(version=1), findings=()))
    assert kinds(recorded(store, examined(article_enriched(version=2)))) == ["fired"]


def test_old_news_is_not_told_again_when_the_log_is_read_from_its_beginning(store: Store) -> None:
    first = recorded(store, examined(article_enriched()))
    month = 30 * 86_400_000_000
    assert store.run_now(record, [examined(article_enriched())], now=NOW + month).told == first.told
    assert store.run_now(record, [examined(article_enriched())], now=NOW + month + 1).told == []


def test_replicas_that_take_copies_of_one_story_at_once_make_one_alert(store: Store) -> None:
    made: list[str] = []
    told: list[str] = []

    def replica(number: int) -> None:
        for story in range(15):
            article = article_enriched(f"a{number}-{story}", story_id=f"s{story}")
            result = store.run_now(record, [examined(article)], now=NOW)
            made.extend(row.story_id for row in result.made)
            told.extend(row.story_id for row in result.told)

    threads = [threading.Thread(target=replica, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == sorted(told) == sorted(f"s{story}" for story in range(15))


def test_alerts_are_listed_newest_first_and_followed_oldest_first(store: Store) -> None:
    for number in range(5):
        recorded(store, examined(article_enriched(f"a{number}"), replace(WATCH, id=f"wat_{number % 2}")))
    first = store.read_now(alerts.list_alerts, limit=2)
    rest = store.read_now(alerts.list_alerts, before=first[-1].seq)
    assert [row.article_id for row in [*first, *rest]] == ["a4", "a3", "a2", "a1", "a0"]
    assert [row.article_id for row in store.read_now(alerts.list_alerts, watch_id="wat_1")] == ["a3", "a1"]
    assert [row.article_id for row in store.read_now(alerts.alerts_since, first[-1].seq)] == ["a4"]
    (found,) = store.read_now(alerts.alerts_of_pairs, [("wat_0", "s-a2")])
    assert found.article_id == "a2"
