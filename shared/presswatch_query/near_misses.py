"""How near a clause came that was not found: in one short sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from presswatch_query.article import AnalysedArticle, AnalysedText
from presswatch_query.ast import Exact, Fuzzy, Literal, Node, Or, Prefix, SlopPhrase, Words
from presswatch_query.edit_distance import edits_between
from presswatch_query.leaf_matches import least_slop, word_runs
from presswatch_query.literal_terms import literal_terms
from presswatch_query.literals import literal_form

__all__ = ["missing_note"]

OTHER_FIELDS = ("title", "body", "lead", "author", "url")
MOST_WORDS = 5_000
LEAST_COMPARED = 4
MOST_EDITS = 3
LEAST_BEGINNING = 3
LONGEST_SHOWN = 40


def missing_note(node: Node, article: AnalysedArticle) -> str:
    """Of a leaf or an alias that the article does not have."""
    match node:
        case Words((token,), field):
            return _word_note(token, field, article)
        case Words(tokens, field):
            return _phrase_note(tokens, field, article)
        case Prefix(tokens, field):
            return _prefix_note(tokens, field, article)
        case SlopPhrase(tokens, _, field):
            return _slop_note(tokens, field, article)
        case Fuzzy(token, field):
            return _nearest(token, article.texts(field), most=MOST_EDITS) or "no"
        case Literal(text, field):
            return next(_literal_notes(text, article.texts(field)), "no")
        case Or(children):
            return f"no; none of its {len(children)} entries"
        case Exact(field):
            return f"{field} is {article.exact[field] or 'empty'}"
    return "no"


def _word_note(token: str, field: str, article: AnalysedArticle) -> str:
    elsewhere = _elsewhere((token,), field, article)
    most = 2 if len(token) >= 2 * LEAST_COMPARED else 1
    similar = _nearest(token, article.texts(field), most=most) if len(token) >= LEAST_COMPARED else ""
    return elsewhere or similar or "no"


def _phrase_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    elsewhere = _elsewhere(tokens, field, article)
    if elsewhere:
        return elsewhere
    missing = _missing(tokens, article.texts(field))
    if missing:
        return missing
    near = [(slop, text.name) for text in article.texts(field) if (slop := least_slop(tokens, text)) is not None]
    if not near:
        return "no; all its words are there, but not in one field"
    slop, name = min(near)
    return f"no; all its words are there, but not side by side: ~{slop} would do in {name}"


def _slop_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    slops = (least_slop(tokens, text) for text in article.texts(field))
    known = [slop for slop in slops if slop is not None]
    if known:
        return f"not found; nearest needs ~{min(known)}"
    return _missing(tokens, article.texts(field)) or "no; all its words are there, but not in one field"


def _prefix_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    texts = article.texts(field)
    if len(tokens) > 1:
        return _missing(tokens[:-1], texts) or f"no; never followed by a word that begins with {tokens[-1]}"
    best = max(((_common(tokens[0], word), -at, text.name, at) for word, text, at in _words(texts)), default=None)
    if best is None or best[0] < LEAST_BEGINNING:
        return "no"
    _, _, name, at = best
    text = next(text for text in texts if text.name == name)
    return f"no; nearest “{_shown(text, at)}” at {name} {text.places[at][0]}"


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _missing(tokens: Sequence[str], texts: Sequence[AnalysedText]) -> str:
    missing = [token for token in dict.fromkeys(tokens) if not any(token in text.positions for text in texts)]
    return f"no; not in the text: {', '.join(missing)}" if missing else ""


def _elsewhere(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    """The first place in a field that was not asked for."""
    asked = {text.name for text in article.texts(field)}
    for text in (text for name in OTHER_FIELDS for text in article.texts(name) if text.name not in asked):
        for start, _ in word_runs(tokens, text):
            return f"no; but at {text.name} {text.places[start][0]}"
    return ""


def _nearest(token: str, texts: Sequence[AnalysedText], *, most: int) -> str:
    """The word with the fewest edits."""
    found = [
        (edits, text.name, at, text)
        for word, text, at in _words(texts)
        if (edits := edits_between(token, word, most)) is not None
    ]
    if not found:
        return ""
    edits, name, at, text = min(found, key=lambda one: one[:1])
    letters = "1 letter" if edits == 1 else f"{edits} letters"
    return f"no; nearest “{_shown(text, at)}” at {name} {text.places[at][0]}, {letters} off"


def _words(texts: Sequence[AnalysedText]) -> Iterator[tuple[str, AnalysedText, int]]:
    """Each word once a text, with its first position; of a very long text the first ones."""
    for text in texts:
        for word, positions in islice(text.positions.items(), MOST_WORDS):
            yield word, text, positions[0]


def _shown(text: AnalysedText, at: int) -> str:
    start, end = text.places[at]
    return text.raw[start : min(end, start + LONGEST_SHOWN)]


def _literal_notes(literal: str, texts: Sequence[AnalysedText]) -> Iterator[str]:
    """The likeliest first."""
    forms = [(literal_form(text.raw), text) for text in texts]
    for form, text in forms:
        at = form.find(literal)
        if at >= 0:
            yield f"no; only as part of “{_around(form, at, at + len(literal))}” in {text.name}"
    for form, text in forms:
        if other := re.search(re.escape(literal), form, re.IGNORECASE):
            yield f"no; in another case: “{_around(form, *other.span())}” in {text.name}"
    tokens = literal_terms(literal).tokens
    for text in texts if tokens else ():
        for start, end in word_runs(tokens, text):
            first, last = text.places[start][0], text.places[end - 1][1]
            written = literal_form(text.raw[first : min(last, first + LONGEST_SHOWN)])
            yield f"no; with other signs: “{written}” at {text.name} {first}"


def _around(form: str, start: int, end: int) -> str:
    """The words that a place lies in."""
    first = form.rfind(" ", max(0, start - LONGEST_SHOWN), start) + 1 or max(0, start - LONGEST_SHOWN)
    last = form.find(" ", end, end + LONGEST_SHOWN)
    return form[first : last if last >= 0 else end + LONGEST_SHOWN]
