"""Named sets of entries."""

from __future__ import annotations

import pytest

from presswatch_query import Aliases, Article, BadAlias, Matcher, analyse_article, check, parse


def test_an_alias_is_all_its_entries_and_those_of_the_aliases_it_names() -> None:
    aliases = Aliases({"jets": ["Su-30", "Fighter jet"], "arms": ["@JETS", "Rostec", "@jets"]})
    assert [entry.tokens for entry in aliases.resolve("Arms")] == [("su", "30"), ("fighter", "jet"), ("rostec",)]


def test_an_alias_that_is_reached_twice_is_no_cycle() -> None:
    aliases = Aliases({"a": ["@b", "@c"], "b": ["@d"], "c": ["@d"], "d": ["x"]})
    assert [entry.text for entry in aliases.resolve("a")] == ["x"]


@pytest.mark.parametrize(
    ("entries", "code", "word"),
    [
        ({"a": ["@a"]}, "alias-cycle", "@a → @a"),
        ({"a": ["@b"], "b": ["@c"], "c": ["@b"]}, "alias-cycle", "@b → @c → @b"),
        ({"a": ["@zzz"]}, "unknown-alias", "@zzz"),
    ],
)
def test_a_circle_or_a_missing_name_is_an_error_of_the_query(
    entries: dict[str, list[str]], code: str, word: str
) -> None:
    (error,) = check("@a", entries).errors
    assert error.code == code
    assert word in error.message


def test_a_chain_of_thousands_is_followed() -> None:
    entries = {f"a{n}": [f"@a{n + 1}"] for n in range(5_000)}
    assert [entry.text for entry in Aliases({**entries, "a5000": ["end"]}).resolve("a0")] == ["end"]


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("a b", ["x"]),
        ("", ["x"]),
        ("a", ["Rost*"]),
        ("a", ["Maduro~1"]),
        ("a", ["=US"]),
        ("a", ["＝US"]),
        ("a", ["—"]),
        ("a", [""]),
        ("a", ["@"]),
        ("a", ["@b c"]),
        ("a", "text"),
        ("a", ["x"] * 10_001),
    ],
    ids=lambda value: str(value)[:20],
)
def test_is_refused_when_it_is_saved(name: str, entries: list[str]) -> None:
    with pytest.raises(BadAlias):
        Aliases({name: entries})


def test_names_that_differ_in_case_alone_are_refused() -> None:
    with pytest.raises(BadAlias, match="two aliases @JETS"):
        Aliases({"jets": ["Su-30"], "JETS": ["MiG-29"]})


def test_ten_thousand_entries_stand_once_however_many_watches_name_them() -> None:
    aliases = Aliases({"big": [f"entry{n} word{n}" for n in range(10_000)]})
    matcher = Matcher()
    for number in range(200):
        matcher.add(f"w{number:03}", parse(f"@big AND extra{number}", aliases))
    matcher.add("not", parse("extra1 AND NOT @big", aliases))
    matcher.add("near", parse("@big NEAR/2 close", aliases))
    article = analyse_article(Article(body="entry 77 entry 78 word 78 extra 1 far close entry 9 word 9"))
    assert sorted(matcher.match(article)) == ["near", "w001"]
    for number in range(200):
        matcher.remove(f"w{number:03}")
    assert matcher.match(article) == ["near"]


def test_watches_of_two_alias_sets_with_the_same_entries_are_one_query() -> None:
    first, second = Aliases({"a": ["x y", "z"]}), Aliases({"b": ["z", "x-y"]})
    assert parse("@a AND q", first).canonical == parse("q AND @b", second).canonical
    assert parse("@a", first).canonical != parse("title:@a", first).canonical
