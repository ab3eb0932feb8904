"""Tone, on sentences of our own: as many of praise as of trouble, negated ones among them."""

from __future__ import annotations

import pytest

from presswatch_enrichment.entities.recognise import recognise
from presswatch_enrichment.tone import tone_of, tone_of_sentence, with_tones

GOOD, BAD = 1, -1
SENTENCES = [
    ("en", GOOD, "The harbour celebrated a successful rescue, and the mayor praised the crew."),
    ("en", GOOD, "Sales grew strongly and the yard won a second award."),
    ("en", GOOD, "Doctors said the patient was recovering and in good spirits."),
    ("en", GOOD, "No one was hurt and nobody lost a boat."),
    ("en", GOOD, "The new bridge has made the crossing safer for children."),
    ("en", BAD, "Three sailors died when the ferry crashed into the pier."),
    ("en", BAD, "Prosecutors accused the firm of fraud and bribery."),
    ("en", BAD, "The talks failed and the workers went on strike."),
    ("en", BAD, "The plan was not a success."),
    ("en", BAD, "Residents fear that the factory pollutes the river."),
    ("es", GOOD, "El equipo celebró la victoria con alegría."),
    ("es", GOOD, "La economía crece y el empleo mejora."),
    ("es", BAD, "El ataque dejó tres muertos y varios heridos."),
    ("es", BAD, "La fiscalía acusó al alcalde de corrupción."),
    ("fr", GOOD, "Les habitants ont salué le succès du festival."),
    ("fr", GOOD, "La croissance s'améliore et la confiance revient."),
    ("fr", BAD, "L'explosion a fait deux victimes et de graves dégâts."),
    ("fr", BAD, "Le syndicat dénonce une crise et menace de faire grève."),
    ("de", GOOD, "Die Werft feiert einen großen Erfolg und freut sich über den Preis."),
    ("de", GOOD, "Die Retter waren erleichtert: alle Kinder sind in Sicherheit und gesund."),
    ("de", BAD, "Bei dem Unfall wurden zwei Menschen verletzt und einer getötet."),
    ("de", BAD, "Die Opposition kritisiert das Scheitern der Verhandlungen."),
    ("it", GOOD, "La squadra ha festeggiato la vittoria con grande gioia."),
    ("it", BAD, "La crisi ha causato gravi perdite e proteste."),
    ("pt", GOOD, "O porto celebrou o sucesso e os moradores estão felizes."),
    ("pt", BAD, "O acidente matou duas pessoas e deixou feridos."),
    ("ru", GOOD, "Команда одержала победу и получила награду."),
    ("ru", BAD, "При взрыве погибли три человека, двое ранены."),
]


def test_nine_in_ten_sentences_are_judged_as_a_reader_would() -> None:
    right = [(tone_of_sentence(text, lang) or 0.0) * sign > 0 for lang, sign, text in SENTENCES]
    assert sum(right) / len(right) >= 0.9, [row for row, ok in zip(SENTENCES, right, strict=True) if not ok]


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        pytest.param("The ferry leaves at nine.", "en", id="no word that tells"),
        pytest.param("Laivan lähtö on yhdeksältä, suuri voitto.", "fi", id="a language without lists"),
        pytest.param("", "en", id="nothing"),
    ],
)
def test_where_nothing_tells_there_is_no_tone(sentence: str, lang: str) -> None:
    assert tone_of_sentence(sentence, lang) is None


def test_a_negation_turns_the_words_behind_it_round() -> None:
    plain, negated = (tone_of_sentence(text, "en") for text in ("It was good.", "It was not good."))
    assert plain is not None and negated is not None
    assert plain == -negated > 0


def test_each_entity_has_the_tone_of_its_own_sentences() -> None:
    body = "Ingrid Sollberg won an award. Peter Halvorsen was arrested for fraud. It rained."
    entities = with_tones("", body, "en", recognise("", body, "en"))
    tones = {entity.name: entity.tone for entity in entities}
    assert (tones["Ingrid Sollberg"] or 0) > 0 > (tones["Peter Halvorsen"] or 0)
    assert tone_of(entities) == pytest.approx(sum(t for t in tones.values() if t is not None) / 2, abs=0.001)


def test_a_tone_lies_between_minus_one_and_one() -> None:
    assert tone_of_sentence("killed " * 100, "en") == pytest.approx(-1, abs=0.01)
    assert tone_of_sentence("success " * 100, "en") == pytest.approx(1, abs=0.01)


def test_words_that_begin_as_a_listed_one_without_a_star_are_not_meant() -> None:
    assert tone_of_sentence("He warned of nothing in the warehouse.", "en") is not None
    assert tone_of_sentence("The warehouse.", "en") is None
