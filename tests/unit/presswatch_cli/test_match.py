"""`presswatch match`, `watch check` and `watch analyse`: formats, exit codes, and input that cannot be used."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from presswatch_cli.commands.match import run_match
from presswatch_cli.commands.watch_analyse import analyse_lines, analyse_one
from presswatch_cli.commands.watch_check import check_lines, check_one
from presswatch_shared.errors import BadInput

ARTICLES = [
    '{"id": "x", "title": "Rostec in Caracas", "body": "A Su-30MK2.", "authors": ["Ann Lee"], "source": "bbc.co.uk"}',
    "",
    '{"id": 7, "title": null, "body": "nothing"}',
]


class Run:
    """Runs `match` on files written to a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.out, self.err = io.StringIO(), io.StringIO()

    def __call__(
        self,
        watches: Sequence[object],
        articles: Sequence[str] = ARTICLES,
        *,
        aliases: object = None,
        spans: bool = False,
        skip_invalid: bool = False,
    ) -> int:
        path = self._folder / "watches.jsonl"
        path.write_text("".join(json.dumps(watch) + "\n" for watch in watches), encoding="utf-8")
        alias_path = self._folder / "aliases.json" if aliases is not None else None
        if alias_path:
            alias_path.write_text(json.dumps(aliases), encoding="utf-8")
        return run_match(
            path, articles, aliases=alias_path, spans=spans, skip_invalid=skip_invalid, out=self.out, err=self.err
        )

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


def test_a_byte_order_mark_at_the_beginning_is_no_part_of_a_file(tmp_path: Path) -> None:
    watches, aliases, out = tmp_path / "w.jsonl", tmp_path / "a.json", io.StringIO()
    watches.write_text('{"id": "w", "query": "@arms"}\r\n', encoding="utf-8-sig")
    aliases.write_text('{"arms": ["Rostec"]}', encoding="utf-8-sig")
    lines = ['\ufeff{"id": "x", "title": "Rostec"}']
    assert run_match(watches, lines, aliases=aliases, spans=False, skip_invalid=False, out=out, err=out) == 0
    assert json.loads(out.getvalue()) == {"id": "x", "watches": ["w"]}


@pytest.fixture
def match(tmp_path: Path) -> Run:
    return Run(tmp_path)


def watch(watch_id: object, query: object) -> dict[str, object]:
    return {"id": watch_id, "query": query}


def test_an_article_a_line_with_its_watches_sorted(match: Run) -> None:
    code = match([watch("b", "Rostec"), watch("a", "Caracas AND NOT oil"), watch("c", "oil")])
    assert code == 0
    assert match.lines() == [{"id": "x", "watches": ["a", "b"]}, {"id": 7, "watches": []}]


def test_ids_stay_what_they_are(match: Run) -> None:
    assert match([watch(10, "Rostec"), watch(9, "Caracas"), watch("9", "Su-30*"), watch("", "lee OR rostec")]) == 0
    assert match.lines()[0]["watches"] == [9, 10, "", "9"]


def test_spans_name_every_place_once(match: Run) -> None:
    assert (
        match(
            [watch("a", "Rostec OR title:Rostec OR author:Lee"), watch("b", "@jets")],
            aliases={"jets": ["Su-30"]},
            spans=True,
        )
        == 0
    )
    assert match.lines()[0]["spans"] == {
        "a": [{"field": "title", "start": 0, "end": 6}, {"field": "author.0", "start": 4, "end": 7}],
        "b": [{"field": "body", "start": 2, "end": 7}],
    }
    assert match.lines()[1]["spans"] == {}


def test_an_invalid_watch_is_named_and_nothing_is_matched(match: Run) -> None:
    assert match([watch("good", "Rostec"), watch("bad", "a b")]) == 2
    assert match.lines() == []
    assert "watch bad: " in match.err.getvalue()
    assert "missing-operator 0-3" in match.err.getvalue()


def test_invalid_watches_can_be_skipped(match: Run) -> None:
    assert match([watch("good", "Rostec"), watch("bad", "a b")], skip_invalid=True) == 0
    assert match.lines()[0]["watches"] == ["good"]
    assert "watch bad: " in match.err.getvalue()


@pytest.mark.parametrize(
    ("watches", "articles", "aliases", "word"),
    [
        ([{"query": "a"}], [], None, 'line 1 has no "id"'),
        ([{"id": True, "query": "a"}], [], None, 'no "id"'),
        ([{"id": "a"}], [], None, '"query"'),
        ([watch("a", 5)], [], None, '"query"'),
        ([watch("a", "x"), watch("a", "y")], [], None, "already a watch a"),
        ([5], [], None, "line 1 is no JSON object"),
        ([], ["{"], None, "articles, line 1 is no JSON"),
        ([], ['{"id": 1, "body": 5}'], None, '"body"'),
        ([], ['{"id": 1, "authors": [5]}'], None, '"authors"'),
        ([], [], {"a": ["x*"]}, "@a"),
        ([], [], {"a": 5}, "@a"),
        ([], [], [1], "no JSON object"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_input_that_cannot_be_used_is_one_sentence(
    match: Run, watches: list[object], articles: list[str], aliases: object, word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        match(watches, articles, aliases=aliases)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(BadInput, match="cannot read"):
        run_match(tmp_path / "no", [], aliases=None, spans=False, skip_invalid=False, out=out, err=out)
    with pytest.raises(BadInput, match="cannot read"):
        check_one("a", aliases=tmp_path / "no", out=out)


def test_what_no_encoding_can_carry_is_escaped(match: Run) -> None:
    assert match([watch("a", "x")], ['{"id": "\\ud800", "body": "x"}']) == 0
    assert match.out.getvalue() == '{"id": "\\ud800", "watches": ["a"]}\n'


def test_check_says_what_is_wrong_and_what_would_do() -> None:
    out = io.StringIO()
    assert check_one("Nicolas Maduro", aliases=None, out=out) == 1
    (error,) = json.loads(out.getvalue())["errors"]
    assert (error["code"], error["start"], error["end"], error["suggestion"]) == (
        "missing-operator",
        0,
        14,
        '"Nicolas Maduro"',
    )


def test_check_accepts_with_warnings() -> None:
    out = io.StringIO()
    assert check_one("C++", aliases=None, out=out) == 0
    result = json.loads(out.getvalue())
    assert result["ok"] is True
    assert [warning["code"] for warning in result["warnings"]] == ["punctuation-ignored"]


def test_check_of_lines_keeps_ids_and_fails_if_one_is_invalid() -> None:
    out = io.StringIO()
    assert check_lines(['{"id": 1, "query": "a"}', '{"id": "two", "query": "a b"}'], aliases=None, out=out) == 1
    assert [(row["id"], row["ok"]) for row in map(json.loads, out.getvalue().splitlines())] == [
        (1, True),
        ("two", False),
    ]
    assert check_lines(['{"id": 1, "query": "a"}'], aliases=None, out=out) == 0
    with pytest.raises(BadInput, match="line 1"):
        check_lines(['{"id": 1}'], aliases=None, out=out)


def test_analyse_shows_tokens_with_their_places() -> None:
    out = io.StringIO()
    assert analyse_one("Su-30’s", out=out) == 0
    assert json.loads(out.getvalue()) == {
        "tokens": [
            {"text": "su", "position": 0, "start": 0, "end": 2},
            {"text": "30", "position": 1, "start": 3, "end": 5},
        ]
    }


def test_analyse_of_lines_keeps_ids() -> None:
    out = io.StringIO()
    assert analyse_lines(['{"id": "a", "text": "—"}'], out=out) == 0
    assert json.loads(out.getvalue()) == {"id": "a", "tokens": []}
    with pytest.raises(BadInput, match="line 1"):
        analyse_lines(['{"id": "a", "text": 5}'], out=out)
