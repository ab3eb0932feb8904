"""The tone in which a text speaks of something: words of praise and of trouble in the sentences around it.

A word counts +1 or −1 by the lists of `data/tone.tsv`; a negation among the three words before turns it round. A
sentence's tone is (praise − trouble) / (praise + trouble + 1), so between −1 and 1. There is no irony in it and no
context: it tells of many articles together, little of one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from presswatch_enrichment.sentences import folded, sentence_starts
from presswatch_shared.events import Entity

__all__ = ["LANGUAGES", "tone_of", "tone_of_sentence", "with_tones"]

TABLE = Path(__file__).parent / "data" / "tone.tsv"
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
NEGATION_REACH = 3
NEGATES = 2
REMEMBERED = 8192
TEXT_MAX = 30_000
NAMES = frozenset(("person", "organisation", "place", "weapon", "vehicle"))
LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "ru")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Whole words, and beginnings of words by their length, with what they count; and the words of negation."""

    words: Mapping[str, int]
    stems: Mapping[str, int]
    lengths: tuple[int, ...]
    negations: frozenset[str]

    def mark(self, word: str) -> int:
        """+1, −1, 0, or NEGATES. The longest beginning decides."""
        if word in self.negations:
            return NEGATES
        found = self.words.get(word)
        if found is None:
            beginnings = (word[:length] for length in self.lengths if length <= len(word))
            found = next((self.stems[stem] for stem in beginnings if stem in self.stems), 0)
        return found


@cache
def _lexicons() -> Mapping[str, Lexicon]:
    lists: dict[tuple[str, str], list[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            lang, polarity, listed = line.split("\t")
            lists[lang, polarity] = listed.split()
    return {lang: _lexicon(lists[lang, "+"], lists[lang, "-"], lists[lang, "not"]) for lang in LANGUAGES}


def _lexicon(praise: Sequence[str], trouble: Sequence[str], negations: Sequence[str]) -> Lexicon:
    counts = dict.fromkeys(praise, 1) | dict.fromkeys(trouble, -1)
    stems = {word[:-1]: count for word, count in counts.items() if word.endswith("*")}
    whole = {word: count for word, count in counts.items() if not word.endswith("*")}
    lengths = tuple(sorted({len(stem) for stem in stems}, reverse=True))
    return Lexicon(whole, stems, lengths, frozenset(negations))


@cache
def _marker(lang: str) -> Callable[[str], int]:
    """`Lexicon.mark` of a language, which remembers: most words of a text come back in the next."""
    return lru_cache(maxsize=REMEMBERED)(_lexicons()[lang].mark)


def tone_of_sentence(sentence: str, lang: str) -> float | None:
    """Between −1 and 1; nothing where no word tells, or for a language without lists."""
    if lang not in LANGUAGES:
        return None
    marks = list(map(_marker(lang), WORD.findall(folded(sentence).replace("’", "'"))))
    praise = trouble = 0
    negated_up_to = -1
    for place, mark in enumerate(marks):
        if mark == NEGATES:
            negated_up_to = place + NEGATION_REACH
        elif mark:
            is_praise = (mark > 0) == (place > negated_up_to)
            praise += is_praise
            trouble += not is_praise
    return (praise - trouble) / (praise + trouble + 1) if praise or trouble else None


def tone_of(entities: Iterable[Entity]) -> float | None:
    """Of an article: the mean over the names it speaks of, by how often it does."""
    weighed = [(entity.tone, len(entity.mentions)) for entity in entities if entity.tone is not None]
    mentions = sum(count for _, count in weighed)
    return round(sum(tone * count for tone, count in weighed) / mentions, 3) if mentions else None


def with_tones(title: str, body: str, lang: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities with the mean tone of the sentences that name them."""
    if lang not in LANGUAGES:
        return tuple(entities)
    fields = {"title": _Sentences(title, lang), "body": _Sentences(body[:TEXT_MAX], lang)}
    return tuple(_with_tone(entity, fields) if entity.type in NAMES else entity for entity in entities)


class _Sentences:
    """The sentences of a text, each judged once."""

    def __init__(self, text: str, lang: str) -> None:
        self._text = text
        self._lang = lang
        self._starts = list(sentence_starts(text))
        self._tones: dict[int, float | None] = {}

    def tone_at(self, position: int) -> tuple[int, float | None]:
        """Number and tone of the sentence at a position."""
        number = bisect_right(self._starts, position) - 1
        if number not in self._tones:
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
            self._tones[number] = tone_of_sentence(self._text[self._starts[number] : end], self._lang)
        return number, self._tones[number]


def _with_tone(entity: Entity, fields: Mapping[str, _Sentences]) -> Entity:
    tones = list(_tones(entity, fields))
    return msgspec.structs.replace(entity, tone=round(sum(tones) / len(tones), 3)) if tones else entity


def _tones(entity: Entity, fields: Mapping[str, _Sentences]) -> Iterator[float]:
    seen = {(m.field, *fields[m.field].tone_at(m.start)) for m in entity.mentions if m.field in fields}
    return (tone for _, _, tone in sorted(seen, key=lambda one: (one[0], one[1])) if tone is not None)
