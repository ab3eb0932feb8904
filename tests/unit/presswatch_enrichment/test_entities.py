from __future__ import annotations

import time
from itertools import pairwise

import pytest

from presswatch_enrichment.entities.recognise import recognise
from presswatch_shared.events import Entity


def named(body: str, lang: str = "en", title: str = "") -> set[tuple[str, str]]:
    return {(entity.name, entity.type) for entity in recognise(title, body, lang)}


def texts(entity: Entity, title: str, body: str) -> list[str]:
    fields = {"title": title, "body": body}
    return [fields[m.field][m.start : m.end] for m in entity.mentions]


@pytest.mark.parametrize(
    ("body", "lang", "expected"),
    [
        pytest.param(
            "Officials of Rostec met in Caracas.", "en", [("Rostec", "organisation"), ("Caracas", "place")], id="known"
        ),
        pytest.param(
            "Глава Ростеха прибыл в Москву.",
            "ru",
            [("Rostec", "organisation"), ("Moscow", "place")],
            id="Russian cases",
        ),
        pytest.param(
            "Представители Рособоронэкспорта", "ru", [("Rosoboronexport", "organisation")], id="Russian genitive"
        ),
        pytest.param(
            "Habló Nicolás Maduro en Maracay.", "es", [("Nicolás Maduro", "person"), ("Maracay", "place")], id="Spanish"
        ),
        pytest.param("委内瑞拉和俄罗斯签署协议", "zh", [("Venezuela", "place"), ("Russia", "place")], id="Chinese"),
        pytest.param(
            "They saw Su-30MK2 jets and S-300 missiles.",
            "en",
            [("Su-30MK2", "weapon"), ("S-300", "weapon")],
            id="designations",
        ),
        pytest.param(
            "Танки Т-72Б3 и вертолёты Ми-17",
            "ru",
            [("Т-72Б3", "weapon"), ("Ми-17", "weapon")],
            id="Cyrillic designations",
        ),
        pytest.param(
            "An F-16 and a MiG-29 over the bay", "en", [("F-16", "weapon"), ("MiG-29", "weapon")], id="aircraft"
        ),
        pytest.param("A Boeing 737 MAX 8 landed.", "en", [("Boeing 737 MAX 8", "vehicle")], id="airliner"),
        pytest.param(
            "It cost $2.2 billion and 300 million euros.",
            "en",
            [("$2.2 billion", "money"), ("300 million euros", "money")],
            id="money",
        ),
        pytest.param(
            "Prices rose 3.5 percent, then 12%.", "en", [("3.5 percent", "percent"), ("12%", "percent")], id="percent"
        ),
        pytest.param("It began on 5 March 2024 in the hall.", "en", [("5 March 2024", "date")], id="date"),
        pytest.param("El 7 de junio de 2025 llovió.", "es", [("7 de junio de 2025", "date")], id="Spanish date"),
        pytest.param("President Oda Brandtberg spoke.", "en", [("Oda Brandtberg", "person")], id="honorific"),
        pytest.param("the mayor, Ingrid Sollberg, spoke", "en", [("Ingrid Sollberg", "person")], id="first name"),
        pytest.param(
            "The Ministry of Fisheries agreed.", "en", [("Ministry of Fisheries", "organisation")], id="ministry"
        ),
        pytest.param(
            "He joined Graulund Shipyard Ltd in May.",
            "en",
            [("Graulund Shipyard Ltd", "organisation")],
            id="company form",
        ),
        pytest.param(
            "She lives in Tarnby with two cats.", "en", [("Tarnby", "place")], id="place behind its preposition"
        ),
    ],
)
def test_entities_are_found(body: str, lang: str, expected: list[tuple[str, str]]) -> None:
    assert set(expected) <= named(body, lang)


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        pytest.param("The first ship is due in spring.", "en", id="plain sentence"),
        pytest.param("Der Hafen und die Schiffe im Winter", "de", id="German nouns"),
        pytest.param("Die Analysten sehen Zinsen und Monate, am Ende Leckereien.", "de", id="more German nouns"),
        pytest.param("They met on Saturday and in March.", "en", id="days and months"),
        pytest.param("Reading is fun. Nice weather. Mobile phones.", "en", id="towns that are words"),
        pytest.param("The CEO read the FAQ about DNA.", "en", id="acronyms of other things"),
        pytest.param("Plan B-1 and vitamin B-12", "en", id="letters with numbers"),
        pytest.param("", "en", id="nothing"),
    ],
)
def test_what_is_none_is_not_taken_for_one(body: str, lang: str) -> None:
    assert named(body, lang) == set()


def test_a_town_in_a_persons_name_is_no_place() -> None:
    assert named("Paris Hilton opened the shop.", "en") == {("Paris Hilton", "person")}


def test_a_run_of_capitals_ends_with_its_sentence() -> None:
    assert named("She came to Rome. Ingrid Sollberg left.", "en") == {("Rome", "place"), ("Ingrid Sollberg", "person")}


def test_a_known_place_has_a_country_and_a_position() -> None:
    maracay, russia = recognise("", "Maracay lies far from Russia.", "en")
    assert maracay.country == "VE"
    assert maracay.latitude == pytest.approx(10.2, abs=0.1) and maracay.longitude == pytest.approx(-67.6, abs=0.1)
    assert russia.country == "RU" and russia.latitude == pytest.approx(55.75, abs=0.1)


def test_an_acronym_in_brackets_is_the_organisation_before_it() -> None:
    body = "The International Fisheries Agency (IFA) met. IFA inspectors left."
    agency = next(e for e in recognise("", body, "en") if e.type == "organisation")
    assert texts(agency, "", body) == ["International Fisheries Agency", "IFA", "IFA"]


def test_a_person_named_in_full_is_known_by_the_surname_afterwards() -> None:
    title, body = "Sollberg speaks", "Ingrid Sollberg runs the station. Later Sollberg said no."
    person = next(e for e in recognise(title, body, "en") if e.type == "person")
    assert person.name == "Ingrid Sollberg"
    assert texts(person, title, body) == ["Sollberg", "Ingrid Sollberg", "Sollberg"]


def test_a_surname_of_two_persons_tells_nothing() -> None:
    body = "Ingrid Sollberg met Peter Sollberg. Then Sollberg left."
    counts = {e.name: len(e.mentions) for e in recognise("", body, "en") if e.type == "person"}
    assert counts["Ingrid Sollberg"] == counts["Peter Sollberg"] == 1


def test_mentions_are_code_points_of_their_field_and_do_not_overlap() -> None:
    title, body = (
        "🚢 Rostec in Caracas",
        "🚢🚢 The Bank of England lent $5 million to Rostec on 3 May 2024, Vladimir Putin said.",
    )
    entities = recognise(title, body, "en")
    spans = sorted((m.field, m.start, m.end) for e in entities for m in e.mentions)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    assert [texts(e, title, body) for e in entities if e.name == "Rostec"] == [["Rostec", "Rostec"]]


def test_the_same_text_gives_the_same_entities() -> None:
    body = "Rostec met Ingrid Sollberg of the Ministry of Fisheries in Caracas about the Su-30MK2. " * 3
    assert all(recognise("", body, "en") == recognise("", body, "en") for _ in range(3))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("A " * 100_000, id="capitals"),
        pytest.param("of the " * 50_000, id="connectors"),
        pytest.param("1" * 200_000, id="digits"),
        pytest.param("1,000 " * 50_000, id="numbers"),
        pytest.param("By A-" * 50_000, id="hyphens"),
    ],
)
def test_strange_texts_cost_no_more_time(body: str) -> None:
    started = time.process_time()
    recognise("", body, "en")
    assert time.process_time() - started < 3
