"""GLiNER: names of any kind in many languages, asked for by label."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_enrichment.models.port import Found

__all__ = ["GlinerModel"]

TYPES = {
    "person": "person",
    "organization": "organisation",
    "location": "place",
    "weapon": "weapon",
    "vehicle": "vehicle",
}
SURE_FROM = 0.5
LOOKS_AT = 1_200
"""Characters the model sees at once: more than it reads would be cut off silently."""


class GlinerModel:
    name = "gliner"
    languages: frozenset[str] = frozenset()

    def __init__(self, weights: str) -> None:
        from gliner import GLiNER

        self._model = GLiNER.from_pretrained(weights, local_files_only=True)

    def find(self, text: str) -> Sequence[Found]:
        return [found for start in _pieces(text) for found in self._in_piece(text, start)]

    def _in_piece(self, text: str, start: int) -> Sequence[Found]:
        piece = text[start : start + LOOKS_AT].split("\n\n")[0]
        rows = self._model.predict_entities(piece, list(TYPES), threshold=SURE_FROM)
        return [Found(start + row["start"], start + row["end"], TYPES[row["label"]]) for row in rows]


def _pieces(text: str) -> Sequence[int]:
    """Where paragraphs begin, and the parts of those that are too long."""
    starts: list[int] = []
    position = 0
    for paragraph in text.split("\n\n"):
        starts += range(position, position + max(1, len(paragraph)), LOOKS_AT)
        position += len(paragraph) + 2
    return starts
