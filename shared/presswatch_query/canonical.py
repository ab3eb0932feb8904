"""The canonical form of a query: two texts that always find the same articles by the same clauses have the same.

Operands of AND and OR are flattened, sorted and each taken once. It is a key, not a query to be parsed again.
"""

from __future__ import annotations

from presswatch_query.ast import (
    And,
    AtLeast,
    Exact,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    SlopPhrase,
    Words,
)

__all__ = ["canonical_form"]


def canonical_form(node: Node) -> str:
    """The key of a tree."""
    match node:
        case Words((token,), ""):
            return token
        case And():
            return _joined(" AND ", _members(node, And))
        case Or(alias_key=key) if key:
            return f"@{key}"
        case Or():
            return _joined(" OR ", _members(node, Or))
        case Not(child):
            return f"NOT {canonical_form(child)}"
        case Near(left, right, distance, ordered):
            sides = [canonical_form(left), canonical_form(right)]
            if not ordered:
                sides.sort()
            return f"({sides[0]} {'ONEAR' if ordered else 'NEAR'}/{distance} {sides[1]})"
        case AtLeast(count, child):
            return f"ATLEAST/{count}({canonical_form(child)})"
        case Exact(field, value):
            return f'{field}:"{value}"'
        case _:
            return f"{node.field}:{_leaf(node)}" if node.field else _leaf(node)


def _leaf(node: Words | SlopPhrase | Prefix | Fuzzy | Literal) -> str:
    match node:
        case SlopPhrase(tokens, slop):
            return f'"{" ".join(tokens)}"~{slop}' if slop and len(tokens) > 1 else _leaf(Words(tokens, "", 0, 0))
        case Prefix(tokens):
            return f"{' '.join(tokens)}*"
        case Fuzzy(token):
            return f"{token}~1"
        case Literal(text):
            return f'="{text}"'
        case Words(tokens):
            return tokens[0] if len(tokens) == 1 else f'"{" ".join(tokens)}"'


def _members(node: And | Or, kind: type[And] | type[Or]) -> list[str]:
    """The operands, those of operands of the same kind among them."""
    found: dict[str, None] = {}
    for child in node.children:
        if isinstance(child, kind) and not (isinstance(child, Or) and child.alias_key):
            found |= dict.fromkeys(_members(child, kind))
        else:
            found[canonical_form(child)] = None
    return sorted(found)


def _joined(operator: str, members: list[str]) -> str:
    return members[0] if len(members) == 1 else f"({operator.join(members)})"
