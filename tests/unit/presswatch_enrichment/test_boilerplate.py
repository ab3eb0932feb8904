from __future__ import annotations

import pytest

from presswatch_enrichment.boilerplate import without_boilerplate

TITLE = "Port orders two rescue ships"
TEXT = "The authority of the port has ordered two rescue ships, its director said on Wednesday."


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Port orders two rescue ships", id="title"),
        pytest.param("PORT ORDERS TWO RESCUE SHIPS.", id="title in capitals"),
        pytest.param("By Marta Holm", id="byline"),
        pytest.param("Marta Holm", id="author"),
        pytest.param("Von Marta Holm und Pia Lund", id="German byline"),
        pytest.param("Published 4 March 2026, 08:15", id="time stamp"),
        pytest.param("04.03.2026 08:15", id="bare time stamp"),
        pytest.param("5 min read", id="reading time"),
    ],
)
def test_what_only_repeats_the_top_of_the_page_goes(line: str) -> None:
    assert without_boilerplate(f"{line}\n\n{TEXT}", TITLE, ["Marta Holm"]) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Ferry line closes",
        "Lesen Sie auch: Fähre fährt nicht mehr",
        "Lea también: El ferry ya no sale",
        "Читайте также: Паром больше не ходит",
        "À lire aussi : le ferry s'arrête",
        "Sign up for our daily newsletter",
        "Follow us on every network",
        "Advertisement",
        "Anzeige",
        "Story continues below",
        "© 2026 The Harbour Lantern",
        "All rights reserved.",
        "The north pier at dusk (Image: Getty)",
    ],
)
def test_lines_that_ask_or_point_elsewhere_go_wherever_they_stand(line: str) -> None:
    assert without_boilerplate(f"{TEXT}\n\n{line}\n\n{TEXT}", TITLE) == f"{TEXT}\n\n{TEXT}"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "Read more than the first page and you find that the ship was ordered nine years too late for the coast.",
            id="a sentence that begins like one",
        ),
        pytest.param("The newsletter of the fishing fleet reported it first.", id="a sentence about a newsletter"),
        pytest.param("What the ships cost", id="a heading"),
        pytest.param("- Speed: 24 knots", id="a list item"),
        pytest.param("By spring the first ship is due, and the crew of eleven has been hired.", id="By in a sentence"),
    ],
)
def test_text_stays(line: str) -> None:
    body = "\n\n".join([TEXT] * 6 + [line])
    assert without_boilerplate(body, TITLE) == body
