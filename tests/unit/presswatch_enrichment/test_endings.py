from __future__ import annotations

import pytest

from presswatch_enrichment.endings import without_ending

TEXT = (
    "The authority of the port has ordered two rescue ships, its director said on Wednesday in Tarnby.",
    "The yard at Sandholm begins in May and wants to deliver the first of them within two years.",
    "They replace cutters that have been at sea for four decades and may no longer go out in a storm.",
)


@pytest.mark.parametrize(
    "line",
    [
        "Reporting by Marta Holm; editing by Pia Lund",
        "Oda Brandt contributed to this report.",
        "Mit Material von dpa und afp",
        "Follow Marta Holm on Twitter @martaholm",
        "Write to Marta Holm at marta.holm@lantern.example",
        "Do you have a story to tell? Email us.",
        "Marta Holm is a maritime correspondent of the Lantern and lives in Tarnby.",
        "Marta Holm schreibt seit 2011 über Häfen und Fähren.",
        "Der Hafen-Newsletter informiert Sie jeden Morgen: jetzt kostenlos anmelden.",
        "Filed under: Ports",
        "Comments comments",
        "Tell us what YOU think!",
    ],
)
def test_what_stands_behind_an_article_goes(line: str) -> None:
    assert list(without_ending([*TEXT, line], ["Marta Holm"])) == list(TEXT)


def test_from_a_heading_on_that_introduces_other_articles_all_goes() -> None:
    tail = ["More from the coast", "Ferry to the islands runs again", "Lighthouse sold to a painter"]
    assert list(without_ending([*TEXT, *tail], [])) == list(TEXT)


def test_a_heading_in_the_middle_ends_nothing() -> None:
    text = [TEXT[0], "More on the yard", *TEXT[1:], *TEXT]
    assert list(without_ending(text, [])) == text


@pytest.mark.parametrize(
    "line",
    [
        "Marta Holm, who has been at sea for ten years, said that she would wait.",
        "The newsletter of the yard had announced the order a week ago.",
        "Subscribers of the ferry line pay less from June on, the director added.",
    ],
)
def test_a_last_sentence_of_the_text_stays(line: str) -> None:
    assert list(without_ending([*TEXT, line], ["Marta Holm"])) == [*TEXT, line]


def test_an_only_paragraph_stays() -> None:
    assert list(without_ending(["Subscribe to the daily newsletter."], [])) == ["Subscribe to the daily newsletter."]
