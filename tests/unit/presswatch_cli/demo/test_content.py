"""The sample articles are whole, fictional and as varied as the demo needs."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from presswatch_cli.demo.article import SampleArticle, load_articles, read_article
from presswatch_cli.demo.outlets import load_outlets

ARTICLES = load_articles()
READABLE = tuple(article for article in ARTICLES if article.kind == "article")
LANGUAGE = {outlet.key: outlet.lang for outlet in load_outlets()}
WELL_KNOWN = {
    "Anderson Cooper", "Bob Woodward", "Carl Bernstein", "Christiane Amanpour", "Ernest Hemingway", "Jorge Ramos",
    "Martha Gellhorn", "Oriana Fallaci", "Seymour Hersh", "Anna Politkovskaya", "Анна Политковская", "Владимир Познер",
    "Albert Londres", "Gabriel García Márquez", "Mario Vargas Llosa", "Hunter S. Thompson", "Maria Ressa",
}  # fmt: skip
by_file = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: f"{article.outlet}/{article.slug}")


@by_file
def test_an_article_has_every_field(article: SampleArticle) -> None:
    assert article.title and article.description and article.category and article.authors and article.paragraphs
    assert article.outlet in LANGUAGE
    assert re.fullmatch(r"[a-z0-9-]+", article.slug) and re.fullmatch(r"[a-z]+", article.category)


@by_file
def test_an_article_is_dated_within_the_last_fortnight_or_arrives_within_two_minutes(article: SampleArticle) -> None:
    if article.age_hours is not None:
        assert 0 < article.age_hours < 14 * 24
    else:
        assert article.arrives_after is not None and 0 < article.arrives_after <= 120


@by_file
def test_no_by_line_is_a_well_known_person(article: SampleArticle) -> None:
    assert not WELL_KNOWN & set(article.authors)


@pytest.mark.parametrize("article", READABLE, ids=lambda article: f"{article.outlet}/{article.slug}")
def test_a_text_has_several_paragraphs_and_a_newspaper_s_length(article: SampleArticle) -> None:
    assert len(article.paragraphs) >= 4
    assert 120 <= article.words <= 450


def test_there_are_at_least_sixty_articles_in_four_languages() -> None:
    counts = Counter(LANGUAGE[article.outlet] for article in READABLE if not article.replaces)
    assert counts.total() >= 64
    assert counts["en"] >= 28 and counts["es"] >= 16 and counts["ru"] >= 14 and counts["fr"] >= 8


def test_every_day_of_the_fortnight_has_news() -> None:
    days = {int(article.age_hours // 24) for article in READABLE if article.age_hours is not None}
    assert len(days) >= 12


def test_beats_vary() -> None:
    assert len({article.category for article in READABLE}) >= 15


def test_an_agency_text_stands_at_four_outlets_nearly_equal_under_different_headings() -> None:
    original = _find("meridian-wire", "simulator-accord-caracas")
    copies = [article for article in READABLE if _jaccard(article, original) > 0.65]
    assert len({article.outlet for article in copies}) >= 4
    assert len({article.title for article in copies}) == len(copies)


def test_each_syndicated_text_is_nearly_equal_to_one_of_its_agency() -> None:
    for copy in (article for article in READABLE if article.syndicated_from):
        agency = [article for article in READABLE if f"{article.outlet}.example" == copy.syndicated_from]
        closest = max(_jaccard(copy, article) for article in agency)
        assert 0.65 < closest < 1.0, copy.slug


def test_no_other_two_texts_are_alike() -> None:
    own = [article for article in READABLE if not article.syndicated_from and not article.replaces]
    alike = [(a.slug, b.slug) for i, a in enumerate(own) for b in own[i + 1 :] if _jaccard(a, b) > 0.05]
    assert alike == []


def test_an_edit_adds_a_watched_word_to_an_article_that_had_none() -> None:
    edit = next(article for article in ARTICLES if article.replaces)
    before = _find(edit.outlet, edit.replaces)
    assert "Rostec" not in _text(before)
    assert "Rostec" in _text(edit)
    assert _jaccard(before, edit) > 0.5


@pytest.mark.parametrize("kind", ["soft_404", "consent_wall", "index_page", "subscribers_only"])
def test_there_is_a_page_of_each_sort_that_is_no_article(kind: str) -> None:
    assert [article.kind for article in ARTICLES].count(kind) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("Text without front matter", "begin with front matter", id="no front matter"),
        pytest.param("+++\ntitle = \n+++\n\nText", "a/b.md", id="broken TOML"),
        pytest.param("+++\nheadline = 'x'\nage_hours = 1\n+++\n\nText", "headline", id="unknown field"),
        pytest.param(
            "+++\ntitle = 'x'\ndescription = 'x'\ncategory = 'x'\n+++\n\nText",
            "age_hours or arrives_after",
            id="undated",
        ),
    ],
)
def test_a_faulty_file_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_article("a", "b", text)


def _find(outlet: str, slug: str) -> SampleArticle:
    return next(article for article in ARTICLES if (article.outlet, article.slug) == (outlet, slug))


def _text(article: SampleArticle) -> str:
    return " ".join((article.title, *article.paragraphs))


def _jaccard(a: SampleArticle, b: SampleArticle) -> float:
    return len(_shingles(a) & _shingles(b)) / len(_shingles(a) | _shingles(b))


def _shingles(article: SampleArticle) -> set[tuple[str, ...]]:
    words = " ".join(article.paragraphs).casefold().split()
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
