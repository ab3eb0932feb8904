"""What every index promises: one suite, run on each adapter."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from presswatch_query import parse
from presswatch_query.snippet import Mark
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import (
    ArticleIndex,
    DayCount,
    FacetCount,
    Filters,
    PutOutcome,
    SearchRequest,
    Sort,
)
from tests.fixtures.enriched import NOON, enriched, place

INDEXED, UNCHANGED, SUPERSEDED = PutOutcome.INDEXED, PutOutcome.UNCHANGED, PutOutcome.SUPERSEDED


async def found(index: ArticleIndex, query: str = "", **request: object) -> list[str]:
    """The ids of the first page."""
    asked = SearchRequest(query=parse(query) if query else None, limit=100)
    result = await index.search(dataclasses.replace(asked, **request))  # type: ignore[arg-type]  # names are fields
    return [hit.article.article_id for hit in result.hits]


class IndexSuite:
    """Inherit, and give the fixture `index`: an empty one."""

    async def test_an_article_is_searchable_when_put_returns(self, index: ArticleIndex) -> None:
        assert await index.put([enriched()]) == (INDEXED,)
        assert await found(index, "harbour") == ["a1"]

    async def test_the_same_version_twice_leaves_one_document(self, index: ArticleIndex) -> None:
        await index.put([enriched()])
        assert await index.put([enriched()]) == (UNCHANGED,)
        assert await index.count() == 1

    async def test_a_newer_version_takes_the_place_of_the_older(self, index: ArticleIndex) -> None:
        await index.put([enriched(version=1, body="a ferry sank")])
        assert await index.put([enriched(version=2, body="a ferry was saved")]) == (INDEXED,)
        assert await found(index, "sank") == []
        assert await found(index, "saved") == ["a1"]
        assert await index.count() == 1

    async def test_an_older_version_is_not_written(self, index: ArticleIndex) -> None:
        await index.put([enriched(version=2, body="newer")])
        assert await index.put([enriched(version=1, body="older")]) == (SUPERSEDED,)
        assert await found(index, "newer") == ["a1"]
        assert await found(index, "older") == []

    async def test_an_equal_version_with_other_content_is_written(self, index: ArticleIndex) -> None:
        await index.put([enriched(body="cut short", extractor="1")])
        assert await index.put([enriched(body="whole text", extractor="2")]) == (INDEXED,)
        assert await found(index, "whole") == ["a1"]
        assert await found(index, "short") == []

    async def test_the_newest_of_a_batch_wins_whatever_its_place(self, index: ArticleIndex) -> None:
        batch = [
            enriched(version=2, body="second"),
            enriched(version=3, body="third"),
            enriched("b", body="other"),
            enriched(version=1, body="first"),
        ]
        assert await index.put(batch) == (SUPERSEDED, INDEXED, INDEXED, SUPERSEDED)
        assert await found(index, "third") == ["a1"]
        assert await found(index, "first OR second") == []
        assert await index.count() == 2

    async def test_a_batch_given_again_in_whole_or_in_part_changes_nothing(self, index: ArticleIndex) -> None:
        batch = [enriched(version=1), enriched(version=2, body="later"), enriched("b")]
        await index.put(batch)
        assert await index.put(batch) == (SUPERSEDED, UNCHANGED, UNCHANGED)
        assert await index.put(batch[:1]) == (SUPERSEDED,)
        assert await index.count() == 2

    async def test_nothing_put_is_nothing_done(self, index: ArticleIndex) -> None:
        assert await index.put([]) == ()

    async def test_get_gives_the_article_as_it_was_put(self, index: ArticleIndex) -> None:
        article = enriched(authors=("Jane Roe", "Ян Ровеньский"), entities=(place("Fjordby"),), tone=-0.5)
        await index.put([article])
        assert await index.get("a1") == article
        assert await index.get("nothing") is None

    async def test_versions_are_those_of_the_stored_articles(self, index: ArticleIndex) -> None:
        await index.put([enriched("a", version=3), enriched("b", version=1)])
        assert await index.versions(["a", "b", "nothing"]) == {"a": 3, "b": 1}
        assert await index.versions([]) == {}

    async def test_a_deleted_article_is_gone(self, index: ArticleIndex) -> None:
        await index.put([enriched("a"), enriched("b")])
        assert await index.delete(["a", "unknown", "a"]) == 1
        assert await found(index) == ["b"]
        assert await index.get("a") is None
        assert await index.put([enriched("a", version=0)]) == (INDEXED,)

    async def test_an_empty_index_answers(self, index: ArticleIndex) -> None:
        result = await index.search(SearchRequest(query=parse("harbour"), facets=("lang",), days=True))
        assert (result.hits, result.total, result.approximate, result.cursor) == ((), 0, False, "")
        assert result.facets == {"lang": ()}
        assert result.days == ()
        assert await index.count() == 0
        assert [article async for article in index.scan(None)] == []

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            pytest.param("harbour", ["h"], id="word"),
            pytest.param('"new harbour"', ["h"], id="phrase"),
            pytest.param('"harbour new"', [], id="phrase in another order"),
            pytest.param('"harbour new"~2', ["h"], id="slop"),
            pytest.param("Su-30", ["j"], id="designator"),
            pytest.param("Su-3*", ["j"], id="prefix at the end of a phrase"),
            pytest.param("harb*", ["h"], id="prefix"),
            pytest.param("harbuor~1", ["h"], id="fuzzy: swapped neighbours"),
            pytest.param("opened NEAR/2 harbour", ["h"], id="near"),
            pytest.param("opened ONEAR/2 harbour", [], id="ordered near"),
            pytest.param("plant AND NOT (opened NEAR/2 harbour)", ["j"], id="without a near"),
            pytest.param("plant AND NOT ATLEAST/2(jet)", ["h"], id="without many"),
            pytest.param("ATLEAST/2(jet)", ["j"], id="many"),
            pytest.param("=US", ["j"], id="literal"),
            pytest.param("=us", ["h"], id="literal in another case"),
            pytest.param("NOT =US AND plant", ["h"], id="without a literal"),
            pytest.param("title:harbour", [], id="title"),
            pytest.param("lead:harbour", ["h"], id="lead"),
            pytest.param('author:"Jane Roe"', ["h"], id="author"),
            pytest.param('author:"Roe Max"', [], id="a phrase does not cross two authors"),
            pytest.param("author:Roe AND author:Max", ["h"], id="two authors"),
            pytest.param("url:sport", ["j"], id="url"),
            pytest.param("source:herald.example", ["h", "j"], id="source with subdomains"),
            pytest.param("source:sport.herald.example", ["j"], id="subdomain"),
            pytest.param("lang:EN AND plant", ["h", "j"], id="language"),
            pytest.param("country:gb AND plant", ["h", "j"], id="country"),
            pytest.param('category:"World News"', ["h"], id="category"),
            pytest.param("category:world", [], id="part of a category"),
            pytest.param("战斗机", ["j"], id="Han inside a sentence"),
        ],
    )
    async def test_the_language_finds(self, index: ArticleIndex, query: str, ids: list[str]) -> None:
        await index.put(
            [
                enriched(
                    "h",
                    title="Plant news",
                    body="A new harbour has opened, told us the plant.",
                    authors=("Jane Roe", "Max Poe"),
                    category="World: news",
                    published_at=NOON - 1,
                    first_seen_at=NOON,
                ),
                enriched(
                    "j",
                    title="Plant sells Su-30MK2",
                    body="The US saw one jet. A jet like 苏30战斗机 is new.",
                    source="sport.herald.example",
                    url="https://sport.herald.example/sport/1",
                    published_at=NOON - 2,
                ),
            ]
        )
        assert await found(index, query) == ids

    async def test_newest_first_goes_by_publication_or_first_sight(self, index: ArticleIndex) -> None:
        await index.put(
            [
                enriched("old", published_at=NOON - DAY),
                enriched("undated", published_at=None, first_seen_at=NOON - 2 * DAY),
                enriched("new", published_at=NOON),
                enriched("future", published_at=NOON + 900 * DAY, first_seen_at=NOON - 3 * DAY),
                enriched("before 1970", published_at=-5 * DAY),
            ]
        )
        assert await found(index) == ["new", "old", "undated", "future", "before 1970"]

    async def test_since_is_inclusive_and_until_exclusive(self, index: ArticleIndex) -> None:
        await index.put([enriched(str(n), published_at=NOON - DAY + n, first_seen_at=NOON) for n in range(4)])
        within = Filters(since=NOON - DAY + 1, until=NOON - DAY + 3)
        assert sorted(await found(index, filters=within)) == ["1", "2"]

    @pytest.mark.parametrize(
        ("filters", "ids"),
        [
            pytest.param(Filters(sources=("herald.example",)), ["a", "b"], id="source with subdomains"),
            pytest.param(Filters(sources=("SPORT.herald.example",)), ["b"], id="source in another case"),
            pytest.param(Filters(langs=("en", "es")), ["a", "b"], id="either language"),
            pytest.param(Filters(countries=("gb",)), ["a"], id="country"),
            pytest.param(Filters(categories=("WORLD",)), ["a"], id="category"),
            pytest.param(Filters(entities=("place:fjordby",)), ["b", "c"], id="entity"),
            pytest.param(Filters(story="s1"), ["a", "c"], id="story"),
            pytest.param(Filters(langs=("ru",), story="s1"), ["c"], id="both"),
            pytest.param(Filters(langs=("xx",)), [], id="unknown value"),
            pytest.param(Filters(sources=("erald.example",)), [], id="part of a label"),
        ],
    )
    async def test_filters_narrow(self, index: ArticleIndex, filters: Filters, ids: list[str]) -> None:
        town = (place("Fjordby"),)
        sport = "sport.herald.example"
        await index.put(
            [
                enriched("a", lang="en", country="GB", category="World", story_id="s1"),
                enriched("b", lang="es", country="ES", source=sport, entities=town, story_id="s2"),
                enriched("c", lang="ru", country="", source="vest.example", entities=town, story_id="s1"),
            ]
        )
        assert sorted(await found(index, filters=filters)) == ids
        assert sorted(await found(index, "harbour", filters=filters)) == ids
        assert sorted(await found(index, "=harbour", filters=filters)) == ids

    @pytest.mark.parametrize("query", ["harbour", "=harbour", ""], ids=["exact", "verified", "no query"])
    async def test_facets_and_days_count_all_that_is_found(self, index: ArticleIndex, query: str) -> None:
        fjordby, nordvik = place("Fjordby"), place("Nordvik")
        await index.put(
            [
                enriched("a", lang="en", entities=(fjordby, nordvik), published_at=NOON - DAY),
                enriched("b", lang="en", entities=(fjordby, fjordby), country=""),
                enriched("c", lang="es", source="norte.example", country="ES"),
            ]
        )
        result = await index.search(
            SearchRequest(
                query=parse(query) if query else None,
                limit=1,
                facets=("source", "lang", "country", "category", "entity"),
                days=True,
            )
        )
        assert result.total == 3
        assert result.facets == {
            "source": (
                FacetCount("herald.example", "herald.example", 2),
                FacetCount("norte.example", "norte.example", 1),
            ),
            "lang": (FacetCount("en", "en", 2), FacetCount("es", "es", 1)),
            "country": (FacetCount("ES", "ES", 1), FacetCount("GB", "GB", 1)),
            "category": (),
            "entity": (FacetCount("place:fjordby", "Fjordby", 2), FacetCount("place:nordvik", "Nordvik", 1)),
        }
        assert result.days == (DayCount(date(2025, 12, 31), 1), DayCount(date(2026, 1, 1), 2))

    async def test_what_is_named_with_an_entity_is_counted_over_its_articles(self, index: ArticleIndex) -> None:
        """The page of an entity asks so: without a query, by day, language and names beside it."""
        port, town, ship = place("Fjordby"), place("Nordvik"), place('Zähringen "X" /1')
        await index.put(
            [
                enriched("a", entities=(port, town), published_at=NOON - DAY),
                enriched("b", entities=(port, town, ship), lang="es"),
                enriched("c", entities=(town,)),
            ]
        )
        asked = SearchRequest(
            filters=Filters(entities=("place:fjordby",)), facets=("entity", "lang"), facet_size=3, days=True
        )
        result = await index.search(asked)
        assert sorted(hit.article.article_id for hit in result.hits) == ["a", "b"]
        assert [(row.value, row.label, row.count) for row in result.facets["entity"]] == [
            ("place:fjordby", "Fjordby", 2),
            ("place:nordvik", "Nordvik", 2),
            (ship.id, ship.name, 1),
        ]
        assert [(row.value, row.count) for row in result.facets["lang"]] == [("en", 1), ("es", 1)]
        assert result.days == (DayCount(date(2025, 12, 31), 1), DayCount(date(2026, 1, 1), 1))
        assert await found(index, filters=Filters(entities=(ship.id,))) == ["b"]

    async def test_a_facet_names_its_most_frequent_values(self, index: ArticleIndex) -> None:
        await index.put([enriched(f"{n}-{m}", country=f"C{n}") for n in range(5) for m in range(n)])
        result = await index.search(SearchRequest(facets=("country",), facet_size=2))
        assert [(row.value, row.count) for row in result.facets["country"]] == [("C4", 4), ("C3", 3)]

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("query", ["harbour", "=harbour", ""], ids=["exact", "verified", "no query"])
    async def test_pages_give_each_article_once(self, index: ArticleIndex, query: str, sort: Sort) -> None:
        """Many articles have only a day as their date, so ties are the rule."""
        ids = {f"a{n}" for n in range(25)}
        await index.put([enriched(key, published_at=NOON - DAY * (n % 2)) for n, key in enumerate(sorted(ids))])
        request = SearchRequest(query=parse(query) if query else None, limit=10, sort=sort)
        seen: list[str] = []
        for _ in range(3):
            result = await index.search(request)
            assert result.total == 25
            seen += [hit.article.article_id for hit in result.hits]
            request = dataclasses.replace(request, cursor=result.cursor)
        assert request.cursor == ""
        assert len(seen) == 25
        assert set(seen) == ids

    async def test_a_page_begins_behind_the_page_before_though_articles_arrive(self, index: ArticleIndex) -> None:
        await index.put([enriched(f"a{n}", published_at=NOON - n * DAY) for n in range(4)])
        first = await index.search(SearchRequest(limit=2))
        await index.put([enriched("newer", published_at=NOON, first_seen_at=NOON, title="Just in")])
        assert await found(index, cursor=first.cursor) == ["a2", "a3"]

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("query", ["harbour", "=harbour", ""], ids=["exact", "verified", "no query"])
    async def test_a_folded_story_is_shown_once_by_its_newest_article(
        self, index: ArticleIndex, query: str, sort: Sort
    ) -> None:
        """Over pages of two, with a story that fills several of them."""
        stories = {"big": 9, "pair": 2, "single": 1, "": 3}
        await index.put(
            [
                enriched(f"{story or 'none'}{n}", story_id=story, published_at=NOON - DAY * n - len(story))
                for story, copies in stories.items()
                for n in range(copies)
            ]
        )
        await index.put([enriched("elsewhere", story_id="pair", title="Ferry", body="nothing", published_at=NOON)])
        seen: dict[str, int] = {}
        request = SearchRequest(query=parse(query) if query else None, limit=2, sort=sort, fold=True)
        for _ in range(4):
            result = await index.search(request)
            assert result.total == 15 + (not query)
            seen |= {hit.article.article_id: hit.folded for hit in result.hits}
            request = dataclasses.replace(request, cursor=result.cursor)
            if not result.cursor:
                break
        pair = {"elsewhere": 2} if not query else {"pair0": 1}
        assert seen == {"big0": 8, "single0": 0, "none0": 0, "none1": 0, "none2": 0, **pair}
        assert request.cursor == ""

    @pytest.mark.parametrize("query", ["ATLEAST/2(harbour)", "ferry OR ATLEAST/2(harbour)"], ids=["doubt", "some sure"])
    @pytest.mark.parametrize("fold", [False, True], ids=["unfolded", "folded"])
    async def test_a_quick_search_shows_the_same_and_counts_nearly_as_many(
        self, index: ArticleIndex, query: str, fold: bool
    ) -> None:
        """More candidates than a quick search verifies; every third of them matches, and those are of one country."""
        await index.put(
            [
                enriched(
                    f"a{n:03}",
                    title="ferry" if n % 30 == 1 else "",
                    body="The harbour, a harbour." if n % 3 == 0 else "The harbour.",
                    country="NO" if n % 3 == 0 else "GB",
                    published_at=NOON - n * DAY // 20,
                    story_id=f"s{n // 4}",
                )
                for n in range(600)
            ]
        )
        asked = SearchRequest(query=parse(query), facets=("country",), days=True, fold=fold)
        exact = await index.search(asked)
        quick = await index.search(dataclasses.replace(asked, quick=True))
        assert [hit.article.article_id for hit in quick.hits] == [hit.article.article_id for hit in exact.hits]
        assert exact.approximate is False
        assert quick.total == pytest.approx(exact.total, rel=0.25)
        assert sum(day.count for day in quick.days) == pytest.approx(exact.total, rel=0.3)
        assert quick.facets["country"][0].count == pytest.approx(200, rel=0.25)
        assert quick.facets["country"][0].value == "NO"

    async def test_many_copies_fold_like_few(self, index: ArticleIndex) -> None:
        await index.put([enriched(f"a{n:03}", story_id=f"s{n % 2}", published_at=NOON - n * DAY) for n in range(400)])
        result = await index.search(SearchRequest(query=parse("harbour"), fold=True, days=True, facets=("lang",)))
        assert [(hit.article.article_id, hit.folded) for hit in result.hits] == [("a000", 199), ("a001", 199)]
        assert (result.total, result.cursor, len(result.days)) == (400, "", 400)
        assert result.facets["lang"][0].count == 400

    async def test_a_copy_that_arrives_between_two_pages_takes_no_story_off_the_next(self, index: ArticleIndex) -> None:
        await index.put([enriched(f"a{n}", story_id=f"s{n}", published_at=NOON - n * DAY) for n in range(4)])
        first = await index.search(SearchRequest(limit=2, fold=True))
        await index.put([enriched("copy", story_id="s3", published_at=NOON + 1, first_seen_at=NOON + 1)])
        assert await found(index, cursor=first.cursor, fold=True) == ["a2", "a3"]
        assert await found(index, fold=True) == ["copy", "a0", "a1", "a2"]

    @pytest.mark.parametrize(
        "cursor", ["?", "AAAA", "e30", "eyJ0eXBlIjoicmVsZXZhbmNlIiwicmFuayI6LTF9", "x" * 9000, "é"]
    )
    @pytest.mark.parametrize("sort", list(Sort))
    async def test_a_strange_cursor_is_bad_input(self, index: ArticleIndex, cursor: str, sort: Sort) -> None:
        await index.put([enriched()])
        with pytest.raises(BadInput, match="cursor"):
            await index.search(SearchRequest(cursor=cursor, sort=sort))

    async def test_no_hits_wanted_is_a_count(self, index: ArticleIndex) -> None:
        await index.put([enriched("a"), enriched("b")])
        for sort in Sort:
            result = await index.search(SearchRequest(query=parse("harbour"), limit=0, sort=sort))
            assert (result.hits, result.total) == ((), 2)

    async def test_relevance_puts_what_fits_best_first(self, index: ArticleIndex) -> None:
        body = "The council met on Monday and spoke of many things, of roads and of schools, of a bridge and of taxes. "
        await index.put(
            [
                enriched("once", title="Council", body=body + "And of the harbour."),
                enriched("often", title="Harbour", body="Harbour works begin. The harbour, a harbour of harbours."),
            ]
        )
        result = await index.search(SearchRequest(query=parse("harbour"), sort=Sort.RELEVANCE))
        assert [hit.article.article_id for hit in result.hits] == ["often", "once"]
        assert all(hit.score is not None for hit in result.hits)

    async def test_a_hit_has_its_matches_marked(self, index: ArticleIndex) -> None:
        await index.put([enriched(title="Harbour opens", body="Crowds came. <b>The harbour</b> is open.")])
        hit = (await index.search(SearchRequest(query=parse("harbour")))).hits[0]
        assert hit.title_marks == (Mark(0, 7),)
        assert hit.snippet is not None
        marked = [hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.marks]
        assert (hit.snippet.field, marked) == ("body", ["harbour"])
        assert "<b>The harbour</b>" in hit.snippet.text

    async def test_scan_gives_all_that_match_oldest_first(self, index: ArticleIndex) -> None:
        await index.put([enriched(f"a{n:03}", published_at=NOON - n * DAY) for n in range(450)])
        await index.put([enriched("other", body="nothing", title="nothing")])
        for query in ("harbour", "=harbour"):
            ids = [article.article_id async for article in index.scan(parse(query))]
            assert ids == [f"a{n:03}" for n in reversed(range(450))]

    async def test_scan_keeps_to_its_time(self, index: ArticleIndex) -> None:
        await index.put([enriched(str(n), published_at=NOON - n * DAY) for n in range(5)])
        within = index.scan(None, since=NOON - 3 * DAY, until=NOON - DAY)
        assert [article.article_id async for article in within] == ["3", "2"]

    async def test_hostile_text_is_found_like_any_other(self, index: ArticleIndex) -> None:
        strange = "NUL \x00 bell \x07 \u202eabc\u2066 <script>x</script> \U0001f600 " + "x" * 70_000 + " ende"
        await index.put([enriched(title=strange, body=strange, authors=(strange,), category=strange)])
        for query in ("bell", "ende", "author:ende", "title:script", "x" * 3900):
            assert await found(index, query) == ([] if query.startswith("xx") else ["a1"]), query
