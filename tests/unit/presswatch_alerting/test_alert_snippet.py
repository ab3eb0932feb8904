from __future__ import annotations

import pytest

from presswatch_alerting.alert_snippet import one_line
from presswatch_query.snippet import Mark, Snippet


@pytest.mark.parametrize(
    ("text", "marks", "cut", "expected", "found"),
    [
        pytest.param("Rostec sells", [(0, 6)], (False, False), "Rostec sells", ["Rostec"], id="as it is"),
        pytest.param("a  b   Rostec  c", [(7, 13)], (False, False), "a b Rostec c", ["Rostec"], id="paragraphs"),
        pytest.param("a  Rostec", [(3, 9)], (True, True), "…a Rostec…", ["Rostec"], id="cut at both ends"),
        pytest.param(
            "a  Su-30   MK2 b", [(3, 14)], (False, True), "a Su-30 MK2 b…", ["Su-30 MK2"], id="inside a match"
        ),
        pytest.param("", [], (False, False), "", [], id="nothing"),
    ],
)
def test_a_snippet_is_one_line_and_its_marks_move_along(
    text: str, marks: list[tuple[int, int]], cut: tuple[bool, bool], expected: str, found: list[str]
) -> None:
    snippet = Snippet(
        field="body",
        text=text,
        marks=tuple(Mark(*mark) for mark in marks),
        cut_before=cut[0],
        cut_after=cut[1],
    )
    line, places = one_line(snippet)
    assert line == expected
    assert [line[start:end] for start, end in places] == found
