from __future__ import annotations

import pytest

from presswatch_enrichment.content.clock_times import is_clock
from presswatch_enrichment.extract import extract
from tests.fixtures.saved_pages import saved_page


def test_a_ticker_is_its_entries_with_their_times_in_the_order_of_the_page() -> None:
    found = extract(saved_page("ticker"))
    assert found.outcome == "article"
    assert [paragraph.partition(" ")[0] for paragraph in found.body.split("\n\n")] == [
        "16:40",
        "The",
        "14:05",
        "Buses",
        "09:15",
        "06:10",
    ]
    assert found.body.startswith("16:40 Ferries run again\n\nThe harbour office")
    assert found.authors == ("Ada Holm",)


@pytest.mark.parametrize("text", ["14:05", "9:30 am", "um 14.05 Uhr", "14h30", "18:00 GMT", "14時05分", "14:05:59"])
def test_a_time_of_day_by_itself_is_told(text: str) -> None:
    assert is_clock(text)


@pytest.mark.parametrize(
    "text", ["", "14:05 The ferry runs", "99:99", "2:1", "At 14:05 the ferry left the pier for good"]
)
def test_what_is_more_or_other_than_a_time_is_not(text: str) -> None:
    assert not is_clock(text)


def test_captions_are_the_text_of_a_page_that_has_no_other() -> None:
    found = extract(saved_page("gallery_only"))
    assert found.outcome == "article"
    assert found.provenance["body"] == "captions"
    assert [paragraph.split()[0] for paragraph in found.body.split("\n\n")] == ["Rowers", "The", "Children"]


def test_captions_beside_a_text_are_left_out() -> None:
    found = extract(saved_page("gallery_with_text"))
    assert len(found.body.split("\n\n")) == 2
    assert "waters the last" not in found.body and "brought from the quarry" not in found.body
