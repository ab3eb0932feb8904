"""Query text to a query, or to the reasons why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from sys import intern

from presswatch_query.aliases import Aliases
from presswatch_query.analyser import token_texts
from presswatch_query.ast import And, Node, Not, Or, Words
from presswatch_query.canonical import canonical_form
from presswatch_query.lexer import OPERATORS
from presswatch_query.lint import MOST_COMMON, common_warning, lint
from presswatch_query.normal_forms import normal_form
from presswatch_query.parser import MOST_CHARACTERS, Parser, SyntaxFault
from presswatch_query.problems import Check, Problem, QueryRejected
from presswatch_query.repair import with_suggestions
from presswatch_query.texts import gettext

__all__ = ["AliasSource", "Query", "check", "find_errors", "parse"]

AliasSource = Aliases | Mapping[str, Sequence[str]] | None
NO_ALIASES = Aliases()
MOST_WRITTEN_OUT = 2 * MOST_CHARACTERS
"""Of characters that stand for several, such as ligatures of whole words."""
PLAIN_WORDS = re.compile(r'"([A-Za-z0-9 ]+)"|[A-Za-z0-9]+')
ONLY_NEGATIVE = gettext(
    "The query would also find articles in which none of its words stands: add something that must be there."
)


@dataclass(frozen=True)
class Query:
    """A valid query: its text as given, and its tree."""

    text: str
    tree: Node

    @cached_property
    def canonical(self) -> str:
        """The same for all queries that always find the same by the same clauses."""
        return canonical_form(self.tree)


def parse(text: str, aliases: AliasSource = None) -> Query:
    """The query of a text.

    Raises:
        QueryRejected: with all its errors.
        BadAlias: one of the aliases cannot be.
    """
    tree, _ = _read(text, aliases)
    if tree is None:
        raise QueryRejected(check(text, aliases).errors)
    return Query(text, tree)


def find_errors(text: str, aliases: AliasSource = None) -> tuple[Problem, ...]:
    """The errors of a text, without suggestions; none for a query."""
    return _read(text, aliases)[1]


def check(text: str, aliases: AliasSource = None, *, recent_share: Callable[[Query], float] | None = None) -> Check:
    """All that is wrong or doubtful about a text.

    `recent_share` gives the share of recent articles that a query matches, for the warning `common`.
    """
    known = _known(aliases)
    tree, errors = _read(text, known)
    if tree is None:
        return Check(errors=with_suggestions(text, errors, known, find_errors))
    warnings = lint(text, tree, lambda other: not find_errors(other, known))
    if recent_share is not None and (share := recent_share(Query(text, tree))) > MOST_COMMON:
        warnings = (common_warning(text, share), *warnings)
    return Check(warnings=warnings)


def _known(aliases: AliasSource) -> Aliases:
    if aliases is None:
        return NO_ALIASES
    return aliases if isinstance(aliases, Aliases) else Aliases(aliases)


def _plain_words(text: str) -> Words | None:
    """The tree of a lone word or phrase of ASCII letters and digits, which most watches are; None for all else."""
    found = PLAIN_WORDS.fullmatch(text)
    if found is None or text in OPERATORS or len(text) > MOST_CHARACTERS:
        return None
    tokens = token_texts(found[1] or text)
    return Words(tuple(map(intern, tokens)), "", 0, len(text)) if tokens else None


def _read(text: str, aliases: AliasSource) -> tuple[Node | None, tuple[Problem, ...]]:
    if (words := _plain_words(text)) is not None:
        return words, ()
    if len(text) > MOST_CHARACTERS:
        message = gettext(
            "A query may have at most %(most)s characters; this one has %(length)s.",
            most=str(MOST_CHARACTERS),
            length=str(len(text)),
        )
        return None, (Problem("too-long", 0, len(text), message),)
    if not text.isascii() and (written_out := len(normal_form("NFKC", text))) > MOST_WRITTEN_OUT:
        message = gettext(
            "Written out the query has %(length)s characters; at most %(most)s are allowed.",
            length=str(written_out),
            most=str(MOST_WRITTEN_OUT),
        )
        return None, (Problem("too-long", 0, len(text), message),)
    parser = Parser(text, _known(aliases))
    try:
        tree = parser.parse()
    except SyntaxFault as fault:
        return None, (fault.problem,)
    if not parser.problems and "NOT" in text and _holds_of_nothing(tree):
        parser.problems.append(Problem("only-negative", 0, len(text), ONLY_NEGATIVE))
    errors = sorted(parser.problems, key=_order)
    return (None if errors else tree), tuple(errors)


def _order(problem: Problem) -> tuple[int, int, bool]:
    return problem.start, problem.end, not problem.code.startswith("bad-")


def _holds_of_nothing(node: Node) -> bool:
    """Whether an article in which no leaf is found matches."""
    match node:
        case And(children):
            return all(map(_holds_of_nothing, children))
        case Or(children):
            return any(map(_holds_of_nothing, children))
        case Not(child):
            return not _holds_of_nothing(child)
        case _:
            return False
