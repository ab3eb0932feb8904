from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_query import check
from presswatch_query.importers import Unreadable, import_lucene


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("Rostec", "Rostec", id="word"),
        pytest.param('"Nicolas Maduro"', '"Nicolas Maduro"', id="phrase"),
        pytest.param('"Rostec jets"~5', '"Rostec jets"~5', id="slop"),
        pytest.param("Rostec AND (Caracas OR Maracay)", "Rostec AND (Caracas OR Maracay)", id="operators"),
        pytest.param("Rostec && !(Caracas || Maracay)", "Rostec AND NOT (Caracas OR Maracay)", id="signs"),
        pytest.param("+Rostec -Caracas", "Rostec AND NOT Caracas", id="plus and minus"),
        pytest.param("Rostec OR NOT Caracas", "Rostec AND NOT Caracas", id="OR NOT excludes in Lucene"),
        pytest.param("Rostec NOT Caracas", "Rostec AND NOT Caracas", id="bare NOT"),
        pytest.param("headline:(Rostec OR Ростех) AND body:jet", "title:(Rostec OR Ростех) AND body:jet", id="fields"),
        pytest.param("title:(Rostec OR content:jets)", "title:Rostec OR body:jets", id="field in a field"),
        pytest.param("title.keyword:Rostec", "title:Rostec", id="sub-field"),
        pytest.param('author:"James Carter"', 'author:"James Carter"', id="author"),
        pytest.param(
            "Rostec AND NOT source:*.tass.com", "Rostec AND NOT source:tass.com", id="hosts hold their sub-domains"
        ),
        pytest.param("Rosoboron* AND Su-30*", "Rosoboron* AND Su-30*", id="prefixes"),
        pytest.param("Rosoboronexport~1", "Rosoboronexport~1", id="fuzzy"),
        pytest.param("Rostec~0", "Rostec", id="fuzzy without an edit"),
        pytest.param(r"a\:b AND \(c\)", '"a:b" AND "(c)"', id="escapes"),
        pytest.param(r"2\*3", '"2 3"', id="escaped wildcard"),
        pytest.param("https://example.com/news", '"https://example.com/news"', id="address"),
        pytest.param("and AND near", '"and" AND "near"', id="words that are operators here"),
        pytest.param('"one * two"', '"one two"', id="no wildcard in quotes"),
        pytest.param('"“Rostec” jets"', '"Rostec jets"', id="curly quotes inside"),
    ],
)
def test_what_means_the_same_is_carried_over_without_a_remark(text: str, query: str) -> None:
    found = import_lucene(text)
    assert (found.query, found.remarks) == (query, ())


@pytest.mark.parametrize(
    ("text", "query", "what"),
    [
        pytest.param("Nicolas Maduro", "Nicolas OR Maduro", "Nicolas Maduro", id="side by side"),
        pytest.param("Rostec^2 AND jets", "Rostec AND jets", "^2", id="boost"),
        pytest.param("Rosoboron~2", "Rosoboron~1", "Rosoboron~2", id="two edits"),
        pytest.param("Rosoboron~", "Rosoboron~1", "Rosoboron~", id="the default is two edits"),
        pytest.param("Su30~1", "Su30", "Su30~1", id="fuzzy designator"),
        pytest.param('"a b"~99', '"a b"~50', '"a b"~99', id="wide slop"),
        pytest.param("Rostec AND wo?an", "Rostec", "wo?an", id="wildcard within"),
        pytest.param("Rostec OR rosobor?n", "Rostec OR rosobor*", "rosobor?n", id="a prefix finds more"),
        pytest.param("Rostec AND NOT rosobor?n", "Rostec", "rosobor?n", id="a prefix would exclude more"),
        pytest.param("Rostec AND *export", "Rostec", "*export", id="leading wildcard"),
        pytest.param("Rostec AND ab*", "Rostec", "ab*", id="short prefix"),
        pytest.param("Rostec AND /jets?/", "Rostec", "/jets?/", id="regular expression"),
        pytest.param("Rostec AND date:[2024 TO *]", "Rostec", "date:[2024 TO *]", id="range"),
        pytest.param("Rostec AND words:>=10", "Rostec", "words:>=10", id="one-sided range"),
        pytest.param("Rostec AND tags:arms", "Rostec", "tags:arms", id="unknown field"),
        pytest.param("Rostec AND _exists_:title", "Rostec", "_exists_:title", id="exists"),
        pytest.param("Rostec AND *:*", "Rostec", "*:*", id="everything"),
        pytest.param("Rostec AND country:UK", "Rostec AND country:GB", "country:UK", id="mended value"),
        pytest.param("Rostec AND source:bbc", "Rostec", "source:bbc", id="no host"),
        pytest.param("Rostec OR Caracas AND jets", "Caracas AND jets", "Rostec", id="optional beside AND"),
        pytest.param("+Rostec jets", "Rostec", "jets", id="optional beside plus"),
        pytest.param("Rostec AND \\—", "Rostec", "\\—", id="only punctuation"),
        pytest.param("NOT Rostec", "", "NOT Rostec", id="only what must not be there"),
        pytest.param("date:[2024 TO 2025]", "", "date:[2024 TO 2025]", id="nothing left"),
    ],
)
def test_what_is_not_as_it_was_is_named(text: str, query: str, what: str) -> None:
    found = import_lucene(text)
    assert found.query == query
    assert what in [remark.what for remark in found.remarks]
    assert all(remark.why for remark in found.remarks)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        pytest.param("Rostec AND /jets?/", "more", id="required"),
        pytest.param("Rostec OR /jets?/", "less", id="alternative"),
        pytest.param("Rostec AND NOT /jets?/", "more", id="excluded"),
        pytest.param("Rostec AND NOT (tea AND /jets?/)", "less", id="required of what is excluded"),
        pytest.param("Rostec AND NOT (tea OR /jets?/)", "more", id="alternative of what is excluded"),
    ],
)
def test_what_is_left_out_makes_the_watch_find_more_or_less(text: str, effect: str) -> None:
    (remark,) = import_lucene(text).remarks
    assert f"finds {effect}:" in remark.why


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "(", ")", "()", "(a", "a)", '"a', "a AND", "AND a", "OR",
        "a OR OR b", "[1 TO 2", "a^b", "~", "a AND OR",
        "(" * 2000 + "a" + ")" * 2000, "a " * 20_000,
    ],
)  # fmt: skip
def test_what_lucene_would_not_take_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        found = import_lucene(text)
        raise AssertionError(found)


PIECES = st.sampled_from(
    ["Rostec", "Su-30", "ab*", "wom?n", "AND", "OR", "NOT", "&&", "||", "!", "+", "-", "(", ")", '"', "~", "~2", "^3",
     "title:", "source:", "bbc.co.uk", "[a TO b]", "/x/", "\\", ":", "*", " ", "苏", "—", "=", "@x", "{", "\ud800"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60))
def test_every_text_is_unreadable_or_gives_remarks_or_a_query_that_passes(text: str) -> None:
    try:
        found = import_lucene(text)
    except Unreadable as error:
        assert str(error)
        return
    assert found.query or found.remarks
    assert not found.query or check(found.query).ok


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a* " * 6_000, id="bad leaves"),
        pytest.param("x" * 19_000, id="one word"),
        pytest.param("(" * 50 + "a" + ")" * 50, id="deep"),
        pytest.param("(a OR " * 40 + "b" + ")" * 40, id="deep alternatives"),
        pytest.param('"' * 19_999, id="quotes"),
        pytest.param("[" * 19_999, id="brackets"),
        pytest.param("\\" * 19_999, id="backslashes"),
        pytest.param("country:uk " * 1_700, id="values to be mended"),
    ],
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    before = process_time()
    with suppress(Unreadable):
        import_lucene(text)
    assert process_time() - before < 5
