"""The grammar: lexemes to a tree, by recursive descent; never deeper than MOST_LEVELS, whatever the query.

A syntax error ends the parse; errors of meaning are collected.
"""

from __future__ import annotations

from typing import NoReturn

from presswatch_query.aliases import Aliases
from presswatch_query.ast import EXACT_FIELDS, And, AtLeast, Fuzzy, Near, Node, Not, Or, Prefix, Words
from presswatch_query.extent import extent
from presswatch_query.leaves import LeafReader, small_number
from presswatch_query.lexer import ALIAS, BROKEN, CLOSE, FIELD, LITERAL, OPEN, OPERATOR, PHRASE, TERM, Lexeme, Lexemes
from presswatch_query.problems import Problem
from presswatch_query.texts import Text, gettext

__all__ = ["MOST_CHARACTERS", "MOST_LEAVES", "MOST_LEVELS", "MOST_WILD", "Parser", "SyntaxFault"]

MOST_CHARACTERS = 4_000
MOST_LEAVES = 512
MOST_LEVELS = 16
MOST_WILD = 20
MOST_BETWEEN = 100
LEAST_EXPECTED = 200
"""Characters of a query with letters beyond ASCII whose leaves are cut into words together."""
DEFAULT_BETWEEN = 4
COUNTS = range(2, 1001)
JOINING = ("AND", "OR")
NEARNESS = ("NEAR", "ONEAR")
NEGATION = ("NOT",)
WILD = (Prefix, Fuzzy)
LEAVES = (TERM, PHRASE, LITERAL, ALIAS)
ENDS_OPERAND = (OPERATOR, CLOSE)


class SyntaxFault(Exception):
    """Ends the parse; carries the problem, and the index of the lexeme at which it was met."""

    def __init__(self, problem: Problem, index: int) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.index = index


class _Row:
    """Operands read so far side by side, and what they are joined by; `opening` is the parenthesis before them."""

    __slots__ = ("fields_before", "joining", "opening", "operands", "owner")

    def __init__(self, owner: Lexeme | None, fields_before: int, opening: Lexeme | None = None) -> None:
        self.owner = owner
        """What the next operand belongs to: an operator or a parenthesis."""
        self.fields_before = fields_before
        self.opening = opening
        self.operands: list[Node] = []
        self.joining = ""

    def node(self) -> Node:
        operands = self.operands
        if len(operands) == 1:
            return operands[0]
        kind = And if self.joining == "AND" else Or
        return kind(tuple(operands), operands[0].start, operands[-1].end)


class Parser:
    """Parses one query, once. `problems` holds the errors of meaning after `parse`."""

    def __init__(self, text: str, aliases: Aliases) -> None:
        self._text = text
        self._lexemes = Lexemes(text)
        self._index = 0
        self._ahead = self._lexemes.at(0)
        self._level = 0
        self._leaf_count = 0
        self._wild_count = 0
        self._fields_read = 0
        self._muted = False
        self._left = Lexeme(OPEN, 0, 0, "")
        """The first lexeme of the primary read last."""
        self._leaves = LeafReader(aliases)
        self.problems: list[Problem] = []
        if len(text) >= LEAST_EXPECTED and not text.isascii():
            self._leaves.expect(self._lexemes.all())

    def parse(self) -> Node:
        """The tree.

        Raises:
            SyntaxFault: the first error of syntax.
        """
        tree = self._query(None, "")
        if self._next() is not None:
            self._fail("unbalanced-parenthesis", CLOSES_NOTHING, self._lexemes.known(self._index))
        return tree

    def _next(self) -> Lexeme | None:
        """The next lexeme, not yet taken.

        Raises:
            SyntaxFault: it is one that cannot be read.
        """
        lexeme = self._ahead
        if lexeme is not None and lexeme.kind is BROKEN:
            self._fail(lexeme.value, UNREADABLE[lexeme.value], lexeme)
        return lexeme

    def _next_is(self, operators: tuple[str, ...]) -> bool:
        lexeme = self._next()
        return lexeme is not None and lexeme.kind is OPERATOR and lexeme.value in operators

    def _take(self) -> Lexeme:
        lexeme = self._lexemes.known(self._index)
        self._advance()
        return lexeme

    def _advance(self) -> None:
        self._index += 1
        self._ahead = self._lexemes.at(self._index)

    def _fail(
        self, code: str, message: str, first: Lexeme, end: int | None = None, start: int | None = None
    ) -> NoReturn:
        begin = first.start if start is None else start
        raise SyntaxFault(Problem(code, begin, first.end if end is None else end, message), self._index)

    def _report(self, code: str, message: str, lexeme: Lexeme) -> None:
        if not self._muted:
            self.problems.append(Problem(code, lexeme.start, lexeme.end, message))

    def _deeper(self, lexeme: Lexeme) -> None:
        self._level += 1
        if self._level > MOST_LEVELS:
            message = gettext("Parentheses and NOTs may be at most %(most)s levels deep.", most=MOST_LEVELS)
            self._fail("too-long", message, lexeme)

    def _query(self, owner: Lexeme | None, field: str) -> Node:
        """Operands joined by AND, or by OR; up to a closing parenthesis or the end.

        An operand in parentheses is read by the same loop: a deep query needs no deep stack, whose growth costs more
        than the parse.
        """
        around: list[_Row] = []
        row = _Row(owner, self._fields_read)
        while True:
            if (lexeme := self._ahead) is not None and lexeme.kind is OPEN:
                around.append(row)
                row = self._opened(lexeme)
                continue
            operand = self._lone_leaf(field) or self._negation(row.owner, field)
            row.operands.append(operand)
            while (following := self._ahead) is None or following.kind is CLOSE:
                if not around:
                    return row.node()
                operand = self._closed(row, following, field)
                row = around.pop()
                row.operands.append(operand)
            self._join(row, following)

    def _opened(self, opening: Lexeme) -> _Row:
        self._deeper(opening)
        self._advance()
        return _Row(opening, self._fields_read, opening)

    def _closed(self, row: _Row, closing: Lexeme | None, field: str) -> Node:
        """The operand that begins with the row's parenthesis."""
        if row.opening is None or closing is None:
            self._fail("unbalanced-parenthesis", NEVER_CLOSED, row.opening or self._left)
        self._advance()
        self._level -= 1
        self._left = row.opening
        return self._near_to(row.node(), row.fields_before, field)

    def _join(self, row: _Row, lexeme: Lexeme) -> None:
        """Takes the operator after an operand of the row."""
        if lexeme.kind is not OPERATOR or lexeme.value not in JOINING:
            self._side_by_side(lexeme)
        if row.joining and lexeme.value != row.joining:
            self._fail("mixed-operators", gettext("AND and OR side by side need parentheses."), lexeme)
        row.joining = lexeme.value
        row.owner = lexeme
        self._advance()

    def _lone_leaf(self, field: str) -> Node | None:
        """The leaf that comes next if it is an operand by itself: most are, and large queries have hundreds."""
        lexeme = self._ahead
        if lexeme is None or lexeme.kind not in LEAVES:
            return None
        following = self._lexemes.at(self._index + 1)
        if following is not None and (following.kind not in ENDS_OPERAND or following.value in NEARNESS):
            return None
        self._index += 1
        self._ahead = following
        self._left = lexeme
        return self._leaf(lexeme, field)

    def _negation(self, owner: Lexeme | None, field: str) -> Node:
        if not self._next_is(NEGATION):
            return self._near(owner, field)
        lexeme = self._take()
        self._deeper(lexeme)
        child = self._negation(lexeme, field)
        self._level -= 1
        return Not(child, lexeme.start, child.end)

    def _near(self, owner: Lexeme | None, field: str) -> Node:
        fields_before = self._fields_read
        return self._near_to(self._primary(owner, field), fields_before, field)

    def _near_to(self, left: Node, fields_before: int, field: str) -> Node:
        """The operand, with what NEAR joins to it."""
        if not self._next_is(NEARNESS):
            return left
        operator = self._take()
        right = self._primary(operator, field)
        if self._next_is(NEARNESS):
            message = gettext("NEAR joins two operands; a chain of them is not clear.")
            self._fail("bad-near", message, self._lexemes.known(self._index))
        has_field = self._fields_read > fields_before
        distance = self._distance(operator, field, plain=not has_field and _is_plain(left) and _is_plain(right))
        return Near(left, right, distance, operator.value == "ONEAR", left.start, right.end)

    def _distance(self, operator: Lexeme, field: str, *, plain: bool) -> int:
        number = DEFAULT_BETWEEN if operator.tail is None else small_number(operator.tail)
        if field in EXACT_FIELDS:
            self._report("bad-field-value", _no_place(operator.value, field), operator)
        elif number is None or number > MOST_BETWEEN:
            message = gettext(
                "%(operator)s/ needs a number up to %(most)s: how many words may stand between.",
                operator=operator.value,
                most=MOST_BETWEEN,
            )
            self._report("bad-near", message, operator)
        elif not plain:
            message = gettext(
                "%(operator)s joins words, phrases, prefixes, ~1 words, aliases or (… OR …) of these.",
                operator=operator.value,
            )
            self._report("bad-near", message, operator)
        return number or 0

    def _primary(self, owner: Lexeme | None, field: str) -> Node:
        lexeme = self._next()
        if lexeme is None or lexeme.kind is CLOSE:
            self._operand_is_missing(owner, lexeme)
        if lexeme.kind is OPERATOR and lexeme.value != "ATLEAST":
            self._operand_is_missing(owner, lexeme)
        self._take()
        node = self._leaf(lexeme, field) if lexeme.kind in LEAVES else self._read_primary(lexeme, field)
        self._left = lexeme
        return node

    def _read_primary(self, lexeme: Lexeme, field: str) -> Node:
        if lexeme.kind is OPEN:
            return self._group(lexeme, field)
        if lexeme.kind is FIELD:
            return self._in_field(lexeme, field)
        return self._at_least(lexeme, field)

    def _group(self, opening: Lexeme, field: str) -> Node:
        self._deeper(opening)
        node = self._query(opening, field)
        if self._next() is None:
            self._fail("unbalanced-parenthesis", NEVER_CLOSED, opening)
        self._take()
        self._level -= 1
        return node

    def _in_field(self, lexeme: Lexeme, outer: str) -> Node:
        self._fields_read += 1
        if lexeme.plain:
            message = gettext(
                "There is no field “%(field)s”; put a colon that is part of the text in quotes.", field=lexeme.value
            )
            self._report("unknown-field", message, lexeme)
        elif outer:
            message = gettext(
                "%(inner)s: stands inside %(outer)s:, a field cannot stand in another.", inner=lexeme.value, outer=outer
            )
            self._report("unknown-field", message, lexeme)
        else:
            return self._primary(lexeme, lexeme.value)
        return self._muted_primary(lexeme, outer)

    def _muted_primary(self, lexeme: Lexeme, field: str) -> Node:
        """What follows a field that cannot be: read for its syntax only."""
        while (following := self._next()) is not None and following.kind is FIELD:
            lexeme = self._take()
        if following is None or following.kind in (CLOSE, OPERATOR):
            if not lexeme.plain:
                self._operand_is_missing(lexeme, following)
            return Words((), field, lexeme.start, lexeme.end)
        muted, self._muted = self._muted, True
        node = self._primary(lexeme, "" if field in EXACT_FIELDS else field)
        self._muted = muted
        return Words((), field, node.start, node.end)

    def _at_least(self, operator: Lexeme, field: str) -> Node:
        following = self._next()
        if following is None or following.kind in (CLOSE, OPERATOR):
            self._operand_is_missing(operator, following)
        if following.kind is not OPEN:
            message = gettext("ATLEAST needs what to count in parentheses: ATLEAST/3(oil).")
            self._fail("bad-count", message, operator)
        fields_before = self._fields_read
        child = self._group(self._take(), field)
        plain = self._fields_read == fields_before and _is_plain(child)
        return AtLeast(self._count(operator, field, plain=plain), child, operator.start, child.end)

    def _count(self, operator: Lexeme, field: str, *, plain: bool) -> int:
        number = small_number(operator.tail or "")
        if field in EXACT_FIELDS:
            self._report("bad-field-value", _no_place("ATLEAST", field), operator)
        elif number is None or number not in COUNTS:
            self._report("bad-count", gettext("ATLEAST/ needs a number from 2 to 1,000."), operator)
        elif not plain:
            message = gettext("ATLEAST counts words, phrases, prefixes, ~1 words, aliases or (… OR …) of these.")
            self._report("bad-count", message, operator)
        return number or 0

    def _leaf(self, lexeme: Lexeme, field: str) -> Node:
        self._leaf_count += 1
        if self._leaf_count > MOST_LEAVES:
            if self._leaf_count == MOST_LEAVES + 1:
                message = gettext("A query may have at most %(most)s words, phrases and literals.", most=MOST_LEAVES)
                self._report("too-long", message, lexeme)
            return Words((), field, lexeme.start, lexeme.end)
        node = self._leaves.read(lexeme, field)
        for fault in self._leaves.faults:
            self._report(fault.code, fault.message, lexeme)
        if isinstance(node, WILD):
            self._wild_count += 1
            if self._wild_count == MOST_WILD + 1:
                message = gettext("A query may have at most %(most)s words with * or ~1.", most=MOST_WILD)
                self._report("too-long", message, lexeme)
        return node

    def _operand_is_missing(self, owner: Lexeme | None, found: Lexeme | None) -> NoReturn:
        if owner is not None and owner.kind is OPEN and (found is None or found.kind is CLOSE):
            if found is None:
                self._fail("unbalanced-parenthesis", NEVER_CLOSED, owner)
            self._fail("empty", gettext("There is nothing in these parentheses."), owner, end=found.end)
        if owner is not None and owner.kind is not OPEN:
            self._dangling(owner, found)
        if found is None:
            nothing = gettext("There is nothing to look for.")
            raise SyntaxFault(Problem("empty", 0, len(self._text), nothing), self._index)
        if found.kind is CLOSE:
            self._fail("unbalanced-parenthesis", CLOSES_NOTHING, found)
        self._dangling(found, None)

    def _dangling(self, owner: Lexeme, found: Lexeme | None) -> NoReturn:
        name = self._text[owner.start : owner.end]
        message = gettext("%(operator)s has nothing to work on.", operator=name)
        if found is not None and found.kind is OPERATOR and found.value == "NOT":
            message = gettext("%(operator)s joins words, not a NOT: write AND NOT.", operator=name)
            if owner.kind is FIELD:
                message = gettext("After %(operator)s put NOT in parentheses: %(operator)s(NOT …).", operator=name)
        self._fail("dangling-operator", message, owner)

    def _side_by_side(self, right: Lexeme) -> NoReturn:
        """Two primaries without an operator between them.

        Raises:
            SyntaxFault: this, unless the right one cannot be read.
        """
        self._next()
        left = self._lexemes.known(self._index - 1)
        following = self._lexemes.at(self._index + 1)
        if left is self._left and left.is_lowercase_operator:
            self._fail("lowercase-operator", _lowercase(left.value), left)
        if right.is_lowercase_operator:
            self._fail("lowercase-operator", _lowercase(right.value), right)
        if right.kind is OPERATOR and (following is None or following.kind is CLOSE):
            self._dangling(right, None)
        message = gettext("Two words side by side need quotes (a phrase) or an operator (AND, OR, NEAR) between them.")
        if right.kind is OPERATOR and right.value == "NOT":
            message = gettext("Write AND NOT.")
        self._fail("missing-operator", message, right, end=extent(self._lexemes, self._index), start=self._left.start)


CLOSES_NOTHING = gettext("This parenthesis closes nothing.")
NEVER_CLOSED = gettext("This parenthesis is never closed.")
UNREADABLE = {
    "unbalanced-quote": gettext("This quote is never closed."),
    "minus": gettext("A word cannot begin with - or +: write AND NOT, or AND, or put it in quotes."),
}


def _lowercase(word: str) -> Text:
    return gettext(
        "“%(word)s” is read as a word; write it in capitals to join, or in quotes to look for it.", word=word
    )


def _no_place(operator: str, field: str) -> Text:
    return gettext(
        "%(field)s: is compared as a whole: %(operator)s has no place in it.", field=field, operator=operator
    )


def _is_plain(node: Node) -> bool:
    """Whether NEAR and ATLEAST take it: words, prefix, fuzzy, or an OR of these (an alias is one)."""
    if isinstance(node, Or):
        return bool(node.alias) or all(map(_is_plain, node.children))
    return isinstance(node, (Words, Prefix, Fuzzy))
