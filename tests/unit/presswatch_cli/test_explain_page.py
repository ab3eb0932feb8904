from __future__ import annotations

import pytest

from presswatch_cli.commands.explain_page import page_story, story_lines
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import url_hash
from presswatch_shared.store import hosts, ledger, robots, sources
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.robots import RobotsCopy
from presswatch_shared.urls import origin_of

URL = "https://norddeich-kurier.example/a1"
NOW = 1_764_000_000_000_000


def note_history(tx: Tx) -> None:
    key = url_hash(URL)
    ledger.open_visit(tx, url_hash=key, visit=1, url=URL, source_id="src_1", found_in="feed", now=1)
    ledger.set_fetch(tx, key, 1, outcome="fetched", now=2)
    ledger.set_article(tx, key, 1, outcome="not_article", reason="soft_404", now=3)


def test_the_history_of_a_page_is_told_stage_by_stage(store: Store) -> None:
    store.run_now(note_history)
    story = page_story(store, URL, now=NOW)
    assert [(step["stage"], step["outcome"], step["reason"]) for step in story["visits"][0]["steps"]] == [
        ("crawler", "found", "feed"),
        ("crawler", "fetched", ""),
        ("enrichment", "not_article", "soft_404"),
    ]
    assert any("soft_404" in line for line in story_lines(story))


def test_a_source_tells_its_state_and_when_it_is_polled_next(store: Store) -> None:
    added = store.run_now(sources.add_source, url="https://norddeich-kurier.example/feed", now=NOW)
    story = page_story(store, added.url, now=NOW)
    assert story["source"]["id"] == added.id
    assert story["state"] == "a source, active"
    assert story["due_at"].startswith("2025-11-24")


def test_a_robots_file_that_could_not_be_had_is_the_reason(store: Store) -> None:
    store.run_now(note_history)
    copy = RobotsCopy(origin=origin_of(URL), fetched_at=NOW, expires_at=NOW + 1, text=None, reason="timeout")
    store.run_now(robots.save_robots, copy)
    assert "could not be had (timeout)" in page_story(store, URL, now=NOW)["robots"]


def test_a_host_that_asked_for_rest_is_the_reason(store: Store) -> None:
    store.run_now(note_history)
    store.run_now(hosts.ensure_hosts, ["norddeich-kurier.example"])
    store.run_now(hosts.back_off, "norddeich-kurier.example", until=NOW + 60_000_000, reason="429", now=NOW)
    assert "left alone until" in page_story(store, URL, now=NOW)["host"]


@pytest.mark.parametrize("url", ["https://norddeich-kurier.example/other", "not an address"])
def test_what_is_not_there_is_one_clear_sentence(store: Store, url: str) -> None:
    with pytest.raises(BadInput):
        page_story(store, url, now=NOW)
