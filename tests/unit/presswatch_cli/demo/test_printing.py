"""An alert on a terminal and off it; foreign text cannot steer the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC

import pytest
from rich.console import Console

from presswatch_cli.demo.printing import marked, print_alert, visible
from presswatch_shared.store.alerts import AlertRow

SNIPPET = "The stand belongs to Rostec, whose container was late."
ALERT = AlertRow(
    alert_id="al_1",
    kind="fired",
    watch_id="wat_1",
    watch_version=1,
    watch_name="Rostec",
    query="Rostec",
    story_id="s1",
    article_id="a1",
    article_version=1,
    extractor="1",
    url="http://northquay-post.example/news/air-fair-queue.html",
    title="Air fair's empty stand",
    source="northquay-post.example",
    lang="en",
    published_at=None,
    snippet=SNIPPET,
    snippet_spans=((21, 27),),
    matches=(),
    found={},
    outlets=3,
    fired_at=1_772_366_400_000_000,
    fetched_at=1_772_366_399_000_000,
)


def printed(alert: AlertRow, *, terminal: bool, width: int = 60) -> str:
    output = io.StringIO()
    console = Console(
        file=output,
        force_terminal=terminal,
        width=width,
        color_system="standard" if terminal else None,
        legacy_windows=False,
    )
    print_alert(console, alert, UTC)
    return output.getvalue()


def test_off_a_terminal_an_alert_is_three_plain_lines() -> None:
    assert printed(ALERT, terminal=False, width=20).splitlines() == [
        "12:00:00 Rostec  Air fair's empty stand",
        "         Northquay Post · en · also at 2 more",
        "         The stand belongs to Rostec, whose container was late.",
    ]


def test_on_a_terminal_the_match_is_bold() -> None:
    assert "\x1b[1;33mRostec\x1b[0m" in printed(ALERT, terminal=True)


def test_on_a_narrow_terminal_the_snippet_keeps_its_margin() -> None:
    narrow = printed(replace(ALERT, snippet_spans=()), terminal=True, width=40).splitlines()
    assert [line.startswith("         ") for line in narrow[-2:]] == [True, True]


def test_an_unknown_outlet_is_shown_by_its_host_and_an_update_is_named() -> None:
    text = printed(replace(ALERT, source="elsewhere.example", outlets=1, kind="updated"), terminal=False)
    assert "elsewhere.example · en\n" in text
    assert "Rostec (updated)  Air" in text


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        pytest.param("\x1b[2Jgone", "\\x1b[2Jgone", id="escape sequence"),
        pytest.param("a\x9b31mred", "a\\x9b31mred", id="eight-bit control"),
        pytest.param("\u202etxt.exe", "\\u202etxt.exe", id="reading direction"),
        pytest.param("one\r\ntwo", "one  two", id="line ends"),
        pytest.param("[bold]Rostec[/bold]", "[bold]Rostec[/bold]", id="markup is text"),
        pytest.param("half \ud83d", "half \\ud83d", id="lone surrogate"),
        pytest.param("Каракас · 加拉加斯 · ¡huracán!", "Каракас · 加拉加斯 · ¡huracán!", id="other scripts are left"),
    ],
)
def test_foreign_text_cannot_steer_the_terminal(foreign: str, shown: str) -> None:
    assert visible(foreign) == shown
    assert shown in printed(replace(ALERT, title=foreign), terminal=False)


def test_marks_may_touch_overlap_or_lie_outside() -> None:
    text = marked("abcdef", [(2, 4), (0, 2), (3, 5), (6, 9), (4, 4)])
    assert text.plain == "abcdef"
    assert [(span.start, span.end) for span in text.spans] == [(0, 2), (2, 4), (4, 5)]
