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
from presswatch_query.texts import Text, gettext, ngettext

__all__ = ["exact_note", "missing_note"]

OTHER_FIELDS = ("title", "body", "lead", "author", "url")
MOST_WORDS = 5_000
LEAST_COMPARED = 4
MOST_EDITS = 3
LEAST_BEGINNING = 3
LONGEST_SHOWN = 40
NO = gettext("no")
NOT_IN_ONE_FIELD = gettext("no; all its words are there, but not in one field")


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
            return _nearest(token, article.texts(field), most=MOST_EDITS) or NO
        case Literal(text, field):
            return next(_literal_notes(text, article.texts(field)), NO)
        case Or(children):
            return ngettext("no; not its %(count)s entry", "no; none of its %(count)s entries", len(children))
        case Exact(field):
            return exact_note(field, article)
    return NO


def exact_note(field: str, article: AnalysedArticle) -> Text:
    """What a field that is compared as a whole holds."""
    return gettext("%(field)s is %(value)s", field=field, value=article.exact[field] or gettext("empty"))


def _word_note(token: str, field: str, article: AnalysedArticle) -> str:
    elsewhere = _elsewhere((token,), field, article)
    most = 2 if len(token) >= 2 * LEAST_COMPARED else 1
    similar = _nearest(token, article.texts(field), most=most) if len(token) >= LEAST_COMPARED else ""
    return elsewhere or similar or NO


def _phrase_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    elsewhere = _elsewhere(tokens, field, article)
    if elsewhere:
        return elsewhere
    missing = _missing(tokens, article.texts(field))
    if missing:
        return missing
    near = [(slop, text.name) for text in article.texts(field) if (slop := least_slop(tokens, text)) is not None]
    if not near:
        return NOT_IN_ONE_FIELD
    slop, name = min(near)
    return gettext(
        "no; all its words are there, but not side by side: ~%(slop)s would do in %(field)s", slop=slop, field=name
    )


def _slop_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    slops = (least_slop(tokens, text) for text in article.texts(field))
    known = [slop for slop in slops if slop is not None]
    if known:
        return gettext("not found; nearest needs ~%(slop)s", slop=min(known))
    return _missing(tokens, article.texts(field)) or NOT_IN_ONE_FIELD


def _prefix_note(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    texts = article.texts(field)
    if len(tokens) > 1:
        return _missing(tokens[:-1], texts) or gettext(
            "no; never followed by a word that begins with %(beginning)s", beginning=tokens[-1]
        )
    best = max(((_common(tokens[0], word), -at, text.name, at) for word, text, at in _words(texts)), default=None)
    if best is None or best[0] < LEAST_BEGINNING:
        return NO
    _, _, name, at = best
    text = next(text for text in texts if text.name == name)
    return gettext("no; nearest “%(word)s” at %(place)s", word=_shown(text, at), place=f"{name} {text.places[at][0]}")


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _missing(tokens: Sequence[str], texts: Sequence[AnalysedText]) -> str:
    missing = [token for token in dict.fromkeys(tokens) if not any(token in text.positions for text in texts)]
    return gettext("no; not in the text: %(words)s", words=", ".join(missing)) if missing else ""


def _elsewhere(tokens: Sequence[str], field: str, article: AnalysedArticle) -> str:
    """The first place in a field that was not asked for."""
    asked = {text.name for text in article.texts(field)}
    for text in (text for name in OTHER_FIELDS for text in article.texts(name) if text.name not in asked):
        for start, _ in word_runs(tokens, text):
            return gettext("no; but at %(place)s", place=f"{text.name} {text.places[start][0]}")
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
    return ngettext(
        "no; nearest “%(word)s” at %(place)s, %(count)s letter off",
        "no; nearest “%(word)s” at %(place)s, %(count)s letters off",
        edits,
        word=_shown(text, at),
        place=f"{name} {text.places[at][0]}",
    )


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
            around = _around(form, at, at + len(literal))
            yield gettext("no; only as part of “%(word)s” in %(field)s", word=around, field=text.name)
    for form, text in forms:
        if other := re.search(re.escape(literal), form, re.IGNORECASE):
            around = _around(form, *other.span())
            yield gettext("no; in another case: “%(word)s” in %(field)s", word=around, field=text.name)
    tokens = literal_terms(literal).tokens
    for text in texts if tokens else ():
        for start, end in word_runs(tokens, text):
            first, last = text.places[start][0], text.places[end - 1][1]
            written = literal_form(text.raw[first : min(last, first + LONGEST_SHOWN)])
            yield gettext("no; with other signs: “%(words)s” at %(place)s", words=written, place=f"{text.name} {first}")


def _around(form: str, start: int, end: int) -> str:
    """The words that a place lies in."""
    first = form.rfind(" ", max(0, start - LONGEST_SHOWN), start) + 1 or max(0, start - LONGEST_SHOWN)
    last = form.find(" ", end, end + LONGEST_SHOWN)
    return form[first : last if last >= 0 else end + LONGEST_SHOWN]
