"""Mending what stands side by side: operators that are missing, in small letters, mixed, or written as signs."""

from __future__ import annotations

from presswatch_query.ast import EXACT_FIELDS
from presswatch_query.lexer import Kind, Lexeme
from presswatch_query.repair.broken import Broken
from presswatch_query.repair.foreign_signs import foreign_neighbours

__all__ = ["lowercase_operator", "minus", "missing_operator", "mixed_operators"]

SIGNS = {"&": "AND", "&&": "AND", "|": "OR", "||": "OR", "!": "NOT", "+": "AND"}
SPECIAL = "*~:="


def missing_operator(broken: Broken) -> list[str]:
    right_index = _boundary(broken)
    right, left = broken.lexemes[right_index], broken.lexemes[right_index - 1]
    if right.kind is Kind.OPERATOR and right.value == "NOT":
        return [broken.replaced("AND NOT", right.start, right.end)]
    if mended := foreign_neighbours(broken, left, right):
        return mended
    for lexeme in (left, right):
        if lexeme.kind is Kind.TERM and lexeme.value in SIGNS:
            return [broken.replaced(SIGNS[lexeme.value], lexeme.start, lexeme.end)]
    if left.kind is Kind.TERM and right.kind is Kind.OPEN and left.value.upper().startswith("ATLEAST"):
        return [broken.replaced(left.value.upper(), left.start, left.end)]
    if left.kind is Kind.PHRASE and right.kind is Kind.TERM and right.value.startswith("~"):
        return [broken.replaced("", left.end, right.start)]
    return _quoted_or_joined(broken, right_index)


def _boundary(broken: Broken) -> int:
    """The index of the right one of the two neighbours."""
    depth = 0
    for index in range(broken.at, len(broken.lexemes)):
        lexeme = broken.lexemes[index]
        depth += (lexeme.kind is Kind.OPEN) - (lexeme.kind is Kind.CLOSE)
        ends = depth == 0 and broken.is_operand_end(index)
        if ends and index + 1 < len(broken.lexemes):
            return index + 1
    return len(broken.lexemes) - 1


def _quoted_or_joined(broken: Broken, right_index: int) -> list[str]:
    """All plain words in a row as one phrase, and joined by AND."""
    first = right_index - 1
    last = right_index
    while (lexeme := broken.lexeme(last)) is not None and _is_plain(lexeme):
        last += 1
    words = broken.lexemes[first:last] if _is_plain(broken.lexemes[first]) else []
    if len(words) < 2:
        right = broken.lexemes[right_index]
        gap = broken.text[broken.lexemes[first].end : right.start].strip()
        joining = "OR" if _in_exact_field(broken, first) else "AND"
        return [broken.replaced(f" {gap}{joining} ", broken.lexemes[first].end, right.start)]
    start, end = words[0].start, words[-1].end
    if _in_exact_field(broken, first):
        listed = " OR ".join(broken.text[word.start : word.end].strip(",;") for word in words)
        return [broken.replaced(listed, start, end)]
    joined = " AND ".join(broken.text[word.start : word.end] for word in words)
    return [broken.replaced(f'"{broken.text[start:end]}"', start, end), broken.replaced(joined, start, end)]


def _in_exact_field(broken: Broken, index: int) -> bool:
    """Whether the lexeme stands in the parentheses after an exact field, of which an article has one value."""
    start, _ = _level(broken, index)
    opening, field = broken.lexeme(start - 1), broken.lexeme(start - 2)
    return bool(opening and field and opening.kind is Kind.OPEN and field.value in EXACT_FIELDS)


def _is_word(lexeme: Lexeme) -> bool:
    return lexeme.kind is Kind.TERM and not lexeme.plain and not set(lexeme.value) & set(SPECIAL)


def _is_plain(lexeme: Lexeme) -> bool:
    return _is_word(lexeme) and not lexeme.is_lowercase_operator


def lowercase_operator(broken: Broken) -> list[str]:
    """In capitals, where it then stands between operands; in quotes with its neighbours."""
    capitals = broken.part.upper()
    after_operand = broken.is_operand_end(broken.at - 1)
    before_operand = broken.is_operand_start(broken.at + 1)
    ways = [_phrase_around(broken)]
    if capitals == "NOT" and before_operand:
        ways.insert(0, broken.replaced("AND NOT" if after_operand else "NOT"))
    elif after_operand and before_operand:
        ways.insert(0, broken.replaced(capitals))
    return ways


def _phrase_around(broken: Broken) -> str:
    """All plain words in the row of the error, itself among them, as one phrase."""
    first = last = broken.at
    while (before := broken.lexeme(first - 1)) is not None and _is_word(before):
        first -= 1
    while (after := broken.lexeme(last + 1)) is not None and _is_word(after):
        last += 1
    start, end = _places(broken, first, last + 1)
    return broken.replaced(f'"{broken.text[start:end]}"', start, end)


def minus(broken: Broken) -> list[str]:
    """`-x` as AND NOT x, `+x` as AND x; a lone sign quoted with its neighbours, or dropped."""
    start = broken.error.start
    word = broken.part.lstrip("-+")
    before, after = broken.lexeme(broken.at - 1), broken.lexeme(broken.at + 1)
    hangs_on = after is not None and after.start == broken.error.end
    if not word and not hangs_on:
        dropped = broken.without(start, broken.error.end)
        if before and after and _is_plain(before) and _is_plain(after):
            return [broken.replaced(f'"{broken.text[before.start : after.end]}"', before.start, after.end), dropped]
        return [dropped]
    sign = "NOT " if broken.part.startswith("-") else ""
    if before and before.kind is Kind.FIELD:
        start, word = before.start, f"{before.value}:{word}"
        before = broken.lexeme(broken.at - 2)
    elif before and before.kind is Kind.OPERATOR and before.value == "NOT":
        sign = ""
    joining = "AND " if before and broken.is_operand_end(broken.lexemes.index(before)) else ""
    gap = " " if joining and not broken.text[:start].endswith((" ", "\t", "\n")) else ""
    return [broken.replaced(f"{gap}{joining}{sign}{word}", start)]


def mixed_operators(broken: Broken) -> list[str]:
    """Parentheses around what AND joins; then around what OR joins."""
    start, end = _level(broken, broken.at)
    operands, operators = _operands(broken, start, end)
    return [
        broken.replaced(_grouped(operands, operators, inner), *_places(broken, start, end)) for inner in ("AND", "OR")
    ]


def _level(broken: Broken, index: int) -> tuple[int, int]:
    """The lexemes between the parentheses around one."""
    start, depth = index, 0
    while start > 0 and depth >= 0:
        kind = broken.lexemes[start - 1].kind
        depth += (kind is Kind.CLOSE) - (kind is Kind.OPEN)
        start -= depth >= 0
        if depth < 0:
            break
    end, depth = index, 0
    while end < len(broken.lexemes):
        kind = broken.lexemes[end].kind
        depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
        if depth < 0:
            break
        end += 1
    return start, end


def _places(broken: Broken, start: int, end: int) -> tuple[int, int]:
    return broken.lexemes[start].start, broken.lexemes[end - 1].end


def _operands(broken: Broken, start: int, end: int) -> tuple[list[str], list[str]]:
    operands, operators, depth = [], [], 0
    first = start
    for index in range(start, end):
        lexeme = broken.lexemes[index]
        depth += (lexeme.kind is Kind.OPEN) - (lexeme.kind is Kind.CLOSE)
        if depth == 0 and lexeme.kind is Kind.OPERATOR and lexeme.value in ("AND", "OR") and index > first:
            operands.append(broken.text[slice(*_places(broken, first, index))])
            operators.append(lexeme.value)
            first = index + 1
    if first < end:
        operands.append(broken.text[slice(*_places(broken, first, end))])
    return operands, operators


def _grouped(operands: list[str], operators: list[str], inner: str) -> str:
    """The operands with parentheses around each row that `inner` joins."""
    outer = "OR" if inner == "AND" else "AND"
    rows = [[operands[0]]]
    for operator, operand in zip(operators, operands[1:], strict=False):
        if operator == inner:
            rows[-1].append(operand)
        else:
            rows.append([operand])
    texts = [f"({f' {inner} '.join(row)})" if len(row) > 1 else row[0] for row in rows]
    return f" {outer} ".join(texts)
