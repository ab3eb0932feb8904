"""Natasha (slovnet): persons, organisations and places in Russian; its models ship with the package."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_enrichment.models.port import Found

__all__ = ["NatashaModel"]

TYPES = {"PER": "person", "ORG": "organisation", "LOC": "place"}


class NatashaModel:
    name = "natasha"
    languages = frozenset(("ru",))

    def __init__(self) -> None:
        from natasha import NewsEmbedding, NewsNERTagger

        self._tag = NewsNERTagger(NewsEmbedding())

    def find(self, text: str) -> Sequence[Found]:
        return [Found(span.start, span.stop, TYPES[span.type]) for span in self._tag(text).spans if span.type in TYPES]
