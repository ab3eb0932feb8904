from __future__ import annotations

from dataclasses import replace

from presswatch_shared.store import articles
from presswatch_shared.store.articles import ArticleRow, ArticleText
from presswatch_shared.store.database import Store

FIRST = ArticleRow(
    article_id="a1",
    version=10,
    url="https://www.norddeich-kurier.example/politik/1",
    url_hash="u1",
    source="norddeich-kurier.example",
    source_id="src_1",
    title="Hafen gesperrt",
    lang="de",
    published_at=5,
    first_seen_at=9,
    story_id="s1",
    duplicate_of="",
)


def text(version: int, body: str = "Der Hafen ist zu.") -> ArticleText:
    return ArticleText(
        article_id="a1", version=version, title="Hafen", body=body, published_at=None, fetched_at=version
    )


def test_an_article_is_inserted_once_and_keeps_its_first_sight(store: Store) -> None:
    assert store.run_now(articles.add_article, FIRST)
    assert not store.run_now(articles.add_article, replace(FIRST, first_seen_at=99, title="Anders"))
    assert store.read_now(articles.get_article, "a1") == FIRST


def test_a_newer_version_takes_over_but_story_and_first_sight_stay(store: Store) -> None:
    store.run_now(articles.add_article, FIRST)
    newer = replace(FIRST, version=11, title="Hafen wieder offen", story_id="s2", first_seen_at=99)
    assert store.run_now(articles.advance, newer)
    assert store.read_now(articles.get_article, "a1") == replace(newer, story_id="s1", first_seen_at=9)


def test_an_older_or_equal_version_changes_nothing(store: Store) -> None:
    store.run_now(articles.add_article, FIRST)
    assert not store.run_now(articles.advance, replace(FIRST, version=10, title="x"))
    assert not store.run_now(articles.advance, replace(FIRST, version=9, title="x"))
    assert store.read_now(articles.get_article, "a1") == FIRST


def test_an_article_is_found_by_the_url_it_was_made_from(store: Store) -> None:
    store.run_now(articles.add_article, FIRST)
    assert store.read_now(articles.find_by_url, "u1") == FIRST
    assert store.read_now(articles.find_by_url, "u2") is None


def test_outlets_are_counted_by_host_and_members_come_in_order_of_first_sight(store: Store) -> None:
    for article_id, source, seen in (("a3", "x.example", 3), ("a1", "y.example", 1), ("a2", "x.example", 2)):
        copy = replace(FIRST, article_id=article_id, source=source, first_seen_at=seen)
        store.run_now(articles.add_article, copy)
    assert store.read_now(articles.outlet_count, "s1") == 2
    assert store.read_now(articles.outlet_count, "unknown") == 0
    assert [m.article_id for m in store.read_now(articles.story_members, "s1")] == ["a1", "a2", "a3"]


def test_texts_of_all_versions_are_kept_newest_first_and_only_once(store: Store) -> None:
    for version in (10, 12, 12):
        store.run_now(articles.add_text, text(version))
    assert [t.version for t in store.read_now(articles.list_versions, "a1")] == [12, 10]
    assert store.read_now(articles.accepted_versions, ["a1"]) == {("a1", 10), ("a1", 12)}


def test_the_last_versions_are_kept_and_told_without_their_texts(store: Store) -> None:
    for version in range(1, articles.KEPT_TEXTS + 4):
        store.run_now(articles.add_text, text(version, f"Text {version}"))
    store.run_now(articles.add_text, text(9, "again"))
    listed = store.read_now(articles.list_versions, "a1")
    assert [each.version for each in listed] == list(range(articles.KEPT_TEXTS + 3, 3, -1))
    kept = store.read_now(articles.get_text, "a1", 9)
    assert kept is not None and kept.body == "Text 9"
    assert store.read_now(articles.get_text, "a1", 2) is None
