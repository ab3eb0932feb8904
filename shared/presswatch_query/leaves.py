"""Leaves of a query: lexemes to nodes, with the errors of meaning that a single leaf can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from sys import intern
from typing import NamedTuple

from presswatch_query.aliases import AliasCycle, Aliases, UnknownAlias
from presswatch_query.analyser import token_texts, token_texts_of_all
from presswatch_query.ast import EXACT_FIELDS, Exact, Fuzzy, Literal, Node, Or, Prefix, SlopPhrase, Words
from presswatch_query.characters import is_letter, is_mark, is_number
from presswatch_query.exact_values import exact_form, refusal
from presswatch_query.lexer import ALIAS, LITERAL, PHRASE, TERM, Lexeme, read_as_ascii
from presswatch_query.literals import literal_form
from presswatch_query.texts import gettext

__all__ = ["Fault", "LeafReader"]

LEAST_PREFIX = 3
LEAST_FUZZY = 5
MOST_SLOP = 50


class Fault(NamedTuple):
    """A code and one sentence."""

    code: str
    message: str


OF_WORDS = (TERM, PHRASE)
BAD_STAR = gettext("A * may only stand at the end of a word that is not in quotes.")
LONELY_STAR = gettext("A * must stand right after a letter or number.")
BAD_TILDE = gettext("Only ~1 is allowed after a word: one letter more, less, other or swapped.")


def _nothing(written: str) -> Fault:
    message = gettext("“%(text)s” has no letter or number, so there is nothing to look for.", text=written)
    return Fault("empty", message)


class LeafReader:
    """Makes nodes of leaves. A leaf with a fault becomes words without tokens; `faults` holds those of the last one."""

    def __init__(self, aliases: Aliases) -> None:
        self.faults: tuple[Fault, ...] = ()
        self._aliases = aliases
        self._known_tokens: dict[str, tuple[str, ...]] = {}
        self._known_faults: dict[tuple[str, str], Fault] = {}

    def read(self, lexeme: Lexeme, field: str) -> Node:
        """The node of a term, phrase, literal or alias in a field (empty: none)."""
        self.faults = ()
        if lexeme.kind is ALIAS:
            return self._alias(lexeme, field)
        if field in EXACT_FIELDS:
            return self._exact(lexeme, field)
        if lexeme.kind is TERM:
            return self._term(lexeme, field)
        return self._phrase(lexeme, field) if lexeme.kind is PHRASE else self._literal(lexeme, field)

    def expect(self, lexemes: Iterable[Lexeme]) -> None:
        """These are read next: what they say is cut into words at once, which is quicker than one by one."""
        texts = {lexeme.value for lexeme in lexemes if lexeme.kind in OF_WORDS}
        found = token_texts_of_all([text for text in texts if not text.isascii() and "\n" not in text])
        self._known_tokens |= {text: tuple(map(intern, tokens)) for text, tokens in found.items()}

    def _broken(self, lexeme: Lexeme, field: str, *faults: Fault) -> Node:
        self.faults = faults
        return Words((), field, lexeme.start, lexeme.end)

    def _term(self, lexeme: Lexeme, field: str) -> Node:
        run = lexeme.value
        if run.endswith("*") if lexeme.plain else "*" in run:
            return self._prefix(lexeme, field)
        if "~" in run and not lexeme.plain:
            return self._fuzzy(lexeme, field)
        if tokens := self._tokens(run):
            return Words(tokens, field, lexeme.start, lexeme.end)
        return self._broken(lexeme, field, _nothing(run))

    def _tokens(self, words: str) -> tuple[str, ...]:
        """Cut once however often they stand in the query."""
        known = self._known_tokens.get(words)
        if known is None:
            tokens = token_texts(words)
            known = (intern(tokens[0]),) if len(tokens) == 1 else tuple(map(intern, tokens))
            self._known_tokens[words] = known
        return known

    def _prefix(self, lexeme: Lexeme, field: str) -> Node:
        stem = lexeme.value.removesuffix("*")
        tokens = tuple(token_texts(stem))
        faults = list(_prefix_faults(stem, tokens, plain=lexeme.plain))
        if faults:
            return self._broken(lexeme, field, *faults)
        return Prefix(tokens, field, lexeme.start, lexeme.end)

    def _fuzzy(self, lexeme: Lexeme, field: str) -> Node:
        word = lexeme.value.removesuffix("~1")
        tokens = token_texts(word)
        faults = list(_fuzzy_faults(lexeme.value, word, tokens))
        if faults:
            return self._broken(lexeme, field, *faults)
        return Fuzzy(tokens[0], field, lexeme.start, lexeme.end)

    def _phrase(self, lexeme: Lexeme, field: str) -> Node:
        tail = lexeme.tail or ""
        faults = []
        if "*" in tail or "*" in read_as_ascii(lexeme.value):
            faults.append(Fault("bad-wildcard", BAD_STAR))
        elif tail:
            faults += _slop_faults(tail)
        tokens = self._tokens(lexeme.value)
        if not tokens:
            faults.append(_nothing(lexeme.value))
        if faults:
            return self._broken(lexeme, field, *faults)
        if tail:
            return SlopPhrase(tokens, int(tail[1:]), field, lexeme.start, lexeme.end)
        return Words(tokens, field, lexeme.start, lexeme.end)

    def _literal(self, lexeme: Lexeme, field: str) -> Node:
        form = literal_form(lexeme.value)
        faults = list(_literal_faults(lexeme))
        if not form.strip():
            faults.append(Fault("empty", gettext("After = stands what to look for, exactly as written.")))
        if faults:
            return self._broken(lexeme, field, *faults)
        return Literal(form, field, lexeme.start, lexeme.end)

    def _alias(self, lexeme: Lexeme, field: str) -> Node:
        name = lexeme.value
        if fault := self._known_faults.get((name, field)):
            return self._broken(lexeme, field, fault)
        try:
            if field in EXACT_FIELDS:
                return self._exact_alias(lexeme, field)
            leaves = self._aliases.leaves(name, field)
            return Or(leaves.nodes, lexeme.start, lexeme.end, alias=name.casefold(), alias_key=leaves.key)
        except UnknownAlias as unknown:
            fault = self._unknown(name, str(unknown))
        except AliasCycle as circle:
            message = gettext("The alias @%(name)s names itself: %(circle)s.", name=name, circle=str(circle))
            fault = Fault("alias-cycle", message)
        self._known_faults[name, field] = fault
        return self._broken(lexeme, field, fault)

    def _unknown(self, name: str, missing: str) -> Fault:
        if "*" in name or "~" in name:
            sign, code = ("*", "bad-wildcard") if "*" in name else ("~", "bad-fuzzy")
            return Fault(code, gettext("An alias takes no %(sign)s.", sign=sign))
        if missing == name.casefold():
            return Fault("unknown-alias", gettext("There is no alias @%(name)s.", name=name))
        message = gettext("The alias @%(name)s names @%(missing)s, which does not exist.", name=name, missing=missing)
        return Fault("unknown-alias", message)

    def _exact_alias(self, lexeme: Lexeme, field: str) -> Node:
        children: list[Node] = []
        for entry in self._aliases.resolve(lexeme.value):
            form = exact_form(field, entry.text)
            reason = refusal(field, form)
            if reason:
                message = gettext(
                    "“%(text)s”, an entry of @%(name)s, %(reason)s.", text=entry.text, name=lexeme.value, reason=reason
                )
                return self._broken(lexeme, field, Fault("bad-field-value", message))
            children.append(Exact(field, form, lexeme.start, lexeme.end))
        return Or(tuple(children), lexeme.start, lexeme.end, alias=lexeme.value.casefold())

    def _exact(self, lexeme: Lexeme, field: str) -> Node:
        value = lexeme.value
        signs = "" if lexeme.plain else read_as_ascii(value)
        faults = []
        form = exact_form(field, value)
        if lexeme.kind is LITERAL or lexeme.tail or "*" in signs or "~" in signs:
            message = gettext("%(field)s: is compared as a whole: it takes no =, *, ~, NEAR or ATLEAST.", field=field)
            faults.append(Fault("bad-field-value", message))
        elif reason := refusal(field, form):
            faults.append(Fault("bad-field-value", gettext("“%(value)s” %(reason)s.", value=value, reason=reason)))
        if not token_texts(value):
            faults.append(_nothing(value))
        if faults:
            return self._broken(lexeme, field, *faults)
        return Exact(field, form, lexeme.start, lexeme.end)


def _prefix_faults(stem: str, tokens: tuple[str, ...], *, plain: bool) -> Iterator[Fault]:
    last = stem[-1:]
    if "*" in stem and not plain:
        yield Fault("bad-wildcard", BAD_STAR)
    elif "~" in stem and not plain:
        yield Fault("bad-fuzzy", BAD_TILDE)
    elif not last or not (is_letter(last) or is_mark(last) or is_number(last)):
        yield Fault("bad-wildcard", LONELY_STAR)
    elif len(tokens) == 1 and sum(map(_counts, tokens[0])) < LEAST_PREFIX:
        yield Fault(
            "bad-wildcard",
            gettext("“%(stem)s*” would find too much: write at least 3 letters or digits before the *.", stem=stem),
        )
    if not tokens:
        yield _nothing(f"{stem}*")


def _counts(char: str) -> bool:
    return is_letter(char) or is_number(char)


def _fuzzy_faults(run: str, word: str, tokens: list[str]) -> Iterator[Fault]:
    if not run.endswith("~1") or "~" in word:
        yield Fault("bad-fuzzy", BAD_TILDE)
    elif len(tokens) != 1 or any(map(is_number, tokens[0])) or sum(map(is_letter, tokens[0])) < LEAST_FUZZY:
        yield Fault(
            "bad-fuzzy",
            gettext("~1 needs one word of at least 5 letters without digits; “%(word)s” is none.", word=word),
        )
    if not tokens:
        yield _nothing(run)


def _slop_faults(tail: str) -> Iterator[Fault]:
    number = small_number(tail[1:])
    if number is None:
        yield Fault("bad-slop", gettext("After a phrase ~ needs a number: how many words it may be out of place."))
    elif number > MOST_SLOP:
        yield Fault("bad-slop", gettext("The number after ~ may be at most %(most)s.", most=MOST_SLOP))


def _literal_faults(lexeme: Lexeme) -> Iterator[Fault]:
    signs = read_as_ascii(lexeme.value)
    tail = lexeme.tail or ""
    if "*" in tail or ("*" in signs and not lexeme.plain):
        yield Fault("bad-wildcard", gettext("A literal takes no *; in quotes it means itself."))
    elif tail:
        yield Fault("bad-slop", gettext("A literal takes no ~ and number."))
    elif signs.endswith("~1") and not lexeme.plain:
        yield Fault("bad-fuzzy", gettext("A literal takes no ~1; in quotes it means itself."))


def small_number(digits: str) -> int | None:
    """The number, as far as it is written in ASCII digits; a very long one is as good as a million."""
    if not digits.isascii() or not digits.isdigit():
        return None
    return int(digits) if len(digits) < 7 else 10**6
