from __future__ import annotations

import pytest

from presswatch_enrichment.letters import key_of, letters_of


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        pytest.param("Gates closed: 3 barges_wait!", "Gatesclosed3bargeswait", id="ASCII"),
        pytest.param("„Schleuse“ – um 6 Uhr früh", "Schleuseum6Uhrfrüh", id="signs beyond ASCII"),
        pytest.param("Открыт шлюз № 2\u00a0сегодня", "Открытшлюз2сегодня", id="Cyrillic"),
        pytest.param("水門、開く。", "水門開く", id="no blanks"),
        pytest.param(" \t-_. ", "", id="signs alone"),
    ],
)
def test_letters_and_digits_alone_are_left(text: str, letters: str) -> None:
    assert letters_of(text) == letters


def test_every_character_of_ascii_is_told_apart_as_the_others_are() -> None:
    for code in range(128):
        assert letters_of(chr(code)) == letters_of(f"é{chr(code)}").removeprefix("é")


def test_a_key_minds_neither_case_nor_width() -> None:
    assert key_of("ＬＯＣＫ Straße 7") == key_of("lock STRASSE-7") == "lockstrasse7"
