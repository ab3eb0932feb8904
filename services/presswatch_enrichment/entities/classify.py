"""What a run of capitalised words names: by the tables, by its words, by what stands before and behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from presswatch_enrichment.entities.gazetteer import Hit, slug
from presswatch_enrichment.entities.runs import Run, Word
from presswatch_enrichment.entities.words import DEMONYM, first_names
from presswatch_enrichment.entities.words import words as word_list
from presswatch_enrichment.stopwords import stopwords

__all__ = ["Named", "classify"]

ONLY_DEMONYM = re.compile(rf"^{DEMONYM}s?$")
ACRONYM = re.compile(r"^[A-Z][A-Z&]{2,5}$")
NAME_WORDS_MAX = 5
# Languages that write every noun with a capital: there a capital alone says nothing.
CAPITAL_NOUNS = frozenset(("de", "lb"))


@dataclass(frozen=True, slots=True)
class Named:
    """A span and what it names; where spans overlap the greater strength wins."""

    start: int
    end: int
    type: str
    name: str
    id: str
    strength: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a run that could be one name."""

    words: tuple[Word, ...]
    honoured: bool
    before: str
    after: str

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def classify(run: Run, hits: Sequence[Hit], text: str, lang: str) -> Iterator[Named]:
    """The names in a run, given the known names inside it."""
    known = frozenset(hit.start for hit in hits)
    for piece in _pieces(run, lang, known):
        inside = [hit for hit in hits if piece.start <= hit.start and hit.end <= piece.end]
        yield from _of_piece(piece, inside, text, lang)


def _pieces(run: Run, lang: str, known: frozenset[int]) -> Iterator[Piece]:
    """The run cut at honorifics, without articles and adjectives of nationality in front."""
    words: list[Word] = []
    honoured = _is_honorific(run.before)
    before = run.before
    for word in run.words:
        if word.text.rstrip(".") in word_list("honorifics") and not (
            words and words[-1].text in word_list("connectors")
        ):
            yield from _piece(words, honoured, before, "", lang, known)
            words, honoured, before = [], True, word.text
        else:
            words.append(word)
    yield from _piece(words, honoured, before, run.after, lang, known)


@cache
def _skipped(lang: str) -> frozenset[str]:
    """Words that begin no name; English ones stand in every language."""
    return stopwords(lang) | stopwords("en")


def _is_honorific(word: str) -> bool:
    """Also in lower case, as most languages write titles before a name."""
    word = word.rstrip(".")
    return word in word_list("honorifics") or word.capitalize() in word_list("honorifics")


def _piece(
    words: list[Word], honoured: bool, before: str, after: str, lang: str, known: frozenset[int]
) -> Iterator[Piece]:
    """Words without articles and nationality in front, unless a known name begins with them."""
    skip = _skipped(lang)
    while (
        words
        and words[0].start not in known
        and (words[0].text in word_list("connectors") or words[0].text.casefold() in skip)
    ):
        before = words[0].text.casefold()
        words = words[1:]
    if (
        len(words) > 1
        and words[0].start not in known
        and ONLY_DEMONYM.match(words[0].text)
        and words[0].text not in first_names()
    ):
        words = words[1:]
    while words and words[-1].text in word_list("connectors"):
        words = words[:-1]
    if words:
        yield Piece(tuple(words), honoured, before, after)


def _of_piece(piece: Piece, hits: Sequence[Hit], text: str, lang: str) -> Iterator[Named]:
    whole = next((hit for hit in hits if (hit.start, hit.end) == (piece.start, piece.end)), None)
    if whole is not None and (not whole.entry.ambiguous or piece.before.casefold() in word_list("locatives")):
        yield Named(piece.start, piece.end, whole.entry.type, whole.entry.name, whole.entry.id, 3)
        return
    apart = _apart(piece, lang)
    if len(apart) > 1:
        for part in apart:
            yield from _of_piece(part, [h for h in hits if part.start <= h.start and h.end <= part.end], text, lang)
        return
    kind = _kind(piece, lang)
    if kind:
        name = text[piece.start : piece.end]
        yield Named(piece.start, piece.end, kind, name, f"{kind}:{slug(name)}", 3)
        return
    for hit in hits:
        if not hit.entry.ambiguous and _may_stand_inside(hit, piece):
            yield Named(hit.start, hit.end, hit.entry.type, hit.entry.name, hit.entry.id, 2)


def _apart(piece: Piece, lang: str) -> Sequence[Piece]:
    """A piece that names no organisation is cut at "of": "Smith of the University of Oxford" are two names."""
    texts = [word.text for word in piece.words]
    if "of" not in texts or _is_organisation(texts, lang):
        return [piece]
    cut = texts.index("of")
    rest = piece.words[cut + 1 :]
    rest = rest[1:] if rest[0].text == "the" else rest
    first = Piece(piece.words[:cut], piece.honoured, piece.before, "")
    return [first, *_apart(Piece(rest, False, "of", piece.after), lang)]


def _kind(piece: Piece, lang: str) -> str:
    words = [word.text for word in piece.words]
    if _is_organisation(words, lang):
        return "organisation"
    if _is_person(piece, words):
        return "person"
    if len(words) == 1 and ACRONYM.match(words[0]) and words[0] not in word_list("not_organisations"):
        return "organisation"
    expected = piece.before in word_list("locatives") and lang not in CAPITAL_NOUNS and len(words) <= 2
    return "place" if expected and all(len(word) > 3 and not word.isupper() for word in words) else ""


def _is_organisation(words: Sequence[str], lang: str) -> bool:
    if len(words) < 2:
        return False
    return words[-1] in word_list("organisation_tails") or (
        words[0] in word_list("organisation_heads") and words[1] in word_list("connectors")
    )


def _is_person(piece: Piece, words: Sequence[str]) -> bool:
    capital = [word for word in words if word not in word_list("connectors")]
    if not 1 <= len(capital) <= NAME_WORDS_MAX or any(any(c.isdigit() for c in word) for word in words):
        return False
    if piece.honoured:
        return not ACRONYM.match(words[0])
    given = words[0].split("-")[0] in first_names()
    speaks = piece.after in word_list("speech") and len(capital) in (2, 3)
    return len(capital) > 1 and (given or speaks)


def _may_stand_inside(hit: Hit, piece: Piece) -> bool:
    """A place beside other capitalised words is mostly a part of another name ("Paris Hilton"), unless it closes it."""
    if hit.entry.type != "place":
        return True
    return hit.end == piece.end and any(
        word.text in word_list("connectors") and word.end <= hit.start for word in piece.words
    )
