"""spaCy: any installed pipeline with an entity recogniser, such as `en_core_web_sm`."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_enrichment.models.port import Found

__all__ = ["SpacyModel"]

# Labels of OntoNotes and of the smaller schemes of spaCy's other languages.
TYPES = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "MONEY": "money",
    "PERCENT": "percent",
    "DATE": "date",
}
UNUSED = ("parser", "lemmatizer", "attribute_ruler")


class SpacyModel:
    name = "spacy"

    def __init__(self, pipeline: str) -> None:
        import spacy

        self._nlp = spacy.load(pipeline, exclude=UNUSED)
        self.languages = frozenset((self._nlp.lang,)) - {"xx"}

    def find(self, text: str) -> Sequence[Found]:
        found = self._nlp(text).ents
        return [Found(e.start_char, e.end_char, TYPES[e.label_]) for e in found if e.label_ in TYPES]
