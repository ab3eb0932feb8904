"""What speaks for a name: features of words, of what stands around them, and of the tables.

A feature is a short text; `weights.py` says how much each counts for each kind of name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from presswatch_enrichment.entities.runs import Run, Word, find_runs, tokens_after
from presswatch_enrichment.entities.traits import coarse, coarse_of
from presswatch_enrichment.entities.words import noun_kind, words

__all__ = [
    "Document",
    "after_features",
    "before_features",
    "document",
    "earlier_features",
    "end_of",
    "further_features",
    "inside",
    "inside_features",
    "lead_of",
    "leads",
    "look_features",
    "opening_features",
    "spelling_features",
    "within_run",
]

LOWER = re.compile(r"[^\W\d_A-Z](?<![^\W_].)[^\W\d_]+(?:['’][^\W\d_]+)?")
PLACES_LOOKED_AT = 50
COUNTED = 4
RUN_WORDS_MAX = 3000
LEADS_ON = frozenset((",", "(", "is", "was", "are", "were", "has", "'s", "’s", "-"))
BEGINS = "^"
"""What leads to a run that begins its sentence."""
TELLING_PAIRS = frozenset((",", "(", "and", "the", "of", '"'))


class LowerWords:
    """The words of a text that stand in it in lower case. Few are asked for, so each is looked for then; but all are
    gathered where one stands inside many other words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._told: dict[str, bool] = {}
        self._all: frozenset[str] | None = None

    def __contains__(self, word: str) -> bool:
        told = self._told.get(word)
        if told is None:
            told = self._told[word] = word in self._text and self._stands_alone(word)
        return told

    def _stands_alone(self, word: str) -> bool:
        place = -1
        for _ in range(PLACES_LOOKED_AT):
            place = self._text.find(word, place + 1)
            if place < 0:
                return False
            found = LOWER.match(self._text, place)
            if found and found[0] == word:
                return True
        if self._all is None:
            self._all = frozenset(LOWER.findall(self._text))
        return word in self._all


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its runs, and what it tells of words elsewhere.

    `lower` are its words in lower case, `capital` those with a capital within a sentence; `listed` says which table a
    name stands in.
    """

    text: str
    runs: tuple[Run, ...]
    lower: LowerWords
    capital: frozenset[str]
    listed: Callable[[str], str]


def document(
    text: str, listed: Callable[[str], str], worth: Callable[[Sequence[Word], str], bool] = lambda words, before: True
) -> Document:
    """A text with those of its runs that are worth reading."""
    runs = tuple(_up_to(RUN_WORDS_MAX, find_runs(text, worth)))
    capital = frozenset(word.text for run in runs for place, word in enumerate(run.words) if place or run.before)
    return Document(text, runs, LowerWords(text), capital, listed)


def _up_to(count: int, runs: Iterator[Run]) -> Iterator[Run]:
    """Whole runs of so many words: a text of nothing but capitals shall not cost more than a long one."""
    for run in runs:
        count -= len(run.words)
        if count < 0:
            return
        yield run


def look_features(found: Sequence[str], role: str) -> Iterator[str]:
    """Of a word with such traits that is the `only`, `first`, `last` or a `mid` one of a segment."""
    yield from (f"{role}:{trait}" for trait in found)
    yield f"{role}:={coarse_of(tuple(found))}"


def spelling_features(word: str, role: str) -> Iterator[str]:
    """Of a word's letters in that role."""
    yield f"{role}:w={word}"
    if role in ("only", "last"):
        low = word.lower()
        yield f"{role}:s3={low[-3:]}"
        yield f"{role}:s2={low[-2:]}"


Inside = tuple[int, str, str, bool, bool, bool, str, str, bool]
"""What is asked of the words of a segment together: how many they are, the looks of the first and the last, whether
"of" or a joiner is among them, whether it is one word that stands elsewhere in lower case, the table that has them, the
kind of word in front, and whether there is more of the run beside them."""


def inside(run: Run, i: int, j: int, about: Document) -> Inside:
    """Of the words `i` to `j` of a run together."""
    first, last = run.words[i], run.words[j - 1]
    table = about.listed(about.text[first.start : last.end])
    lead = "in" if i else leads(run.before)
    part = i > 0 or j < len(run.words)
    look = coarse(first.text)
    if j - i == 1:
        return 1, look, look, False, False, first.text.lower() in about.lower, table, lead, part
    has_of = has_joiner = False
    if j - i > 2:
        between = [word.text for word in run.words[i + 1 : j - 1]]
        has_of, has_joiner = "of" in between, not words("joiners").isdisjoint(between)
    return min(j - i, COUNTED), look, coarse(last.text), has_of, has_joiner, False, table, lead, part


def inside_features(
    count: int, first: str, last: str, has_of: bool, has_joiner: bool, is_lower: bool, table: str, lead: str, part: bool
) -> Iterator[str]:
    """Of what `inside` tells."""
    yield f"len={count}"
    if count > 1:
        yield f"pair={first}_{last}_{count}"
    told = (("has of", has_of), ("has and", has_joiner), ("lower", is_lower))
    yield from (feature for feature, applies in told if applies)
    if table:
        yield from (f"g={table}", f"g={table}_{min(count, 2)}_{first}", f"g={table}_{lead}")
        if part:
            yield f"g={table}_part"


def lead_of(run: Run, about: Document) -> tuple[str, str, str, str]:
    """What leads to a run: the two words in front, the look of its first one, and where else that one was seen."""
    first = run.words[0].text
    seen = ""
    if not run.before:
        seen = "lower" if first.lower() in about.lower else "capital" if first in about.capital else ""
    return run.earlier, run.before, coarse(first), seen


def before_features(before: str) -> Iterator[str]:
    """Of the word in front of a run."""
    yield f"b={before}"
    yield f"bc={leads(before)}"
    if kind := noun_kind(before):
        yield f"nb={kind}"


def earlier_features(earlier: str, before: str) -> Iterator[str]:
    """Of the word in front of that one."""
    if before in TELLING_PAIRS:
        yield f"bb={earlier}_{before}"
    if kind := noun_kind(earlier):
        yield f"ne={kind}"


def opening_features(lead: str, look: str, seen: str, many: bool) -> Iterator[str]:
    """Of the first word of a run, which is a name or with `many` begins one."""
    yield f"bc={lead}_{look}{many}"
    if lead == BEGINS:
        yield f"^{many}{look}"
    if seen:
        yield f"^{seen}{many}"


def within_run(one: str, other: str, kind: str, side: str) -> Iterator[str]:
    """Of a name that a cut between two words of a run begins (`side` "b") or ends ("a"), by the looks of both words
    and what the first says as a noun."""
    if side == "b":
        yield f"b=%{one}"
        yield f"in={one}|{other}"
        if kind:
            yield f"nb={kind}"
    else:
        yield f"a=%{other}"
        yield f"out={one}|{other}"


def end_of(run: Run, about: Document) -> tuple[str, str, str]:
    """What follows a run: the two words behind, and the kind that an apposition names."""
    leads_on = run.after in LEADS_ON and not noun_kind(run.after)
    return run.after, run.further, _apposition(tokens_after(about.text, run.end)[1:]) if leads_on else ""


def after_features(after: str) -> Iterator[str]:
    """Of the word behind a run."""
    yield f"a={after}"
    if after in words("speech"):
        yield "ac=speech"
    if kind := noun_kind(after):
        yield f"na={kind}"


def further_features(after: str, further: str, apposition: str) -> Iterator[str]:
    """Of the word behind that one, and of an apposition."""
    yield f"aa={after}_{further}"
    if apposition:
        yield f"nx={apposition}"


def _apposition(ahead: Sequence[str]) -> str:
    """The kind that the first noun of "…, the singer" or "… is a town" names."""
    for word in ahead:
        if kind := noun_kind(word):
            return kind
        if word in (".", ";", "and"):
            break
    return ""


@lru_cache(maxsize=4096)
def leads(word: str) -> str:
    """What kind of word leads to a name."""
    if not word:
        return BEGINS
    if word in words("locatives"):
        return "loc"
    if word.rstrip(".").capitalize() in words("honorifics"):
        return "hon"
    if word in words("speech"):
        return "speech"
    if word[0].isdigit():
        return "num"
    return "word" if word[0].isalpha() else "sign"
