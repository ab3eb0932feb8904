"""From the tree of a foreign query to text of the watch language; what has no counterpart is left out and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_query.importers.foreign import All, Any, Foreign, Leaf, Lost, Remark, Translated, Without
from presswatch_query.importers.write_leaf import Unwritable, Written, write_leaf
from presswatch_query.parsing import check

__all__ = ["translate"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the new query; `field` stands before all of `text` and is not in it."""

    text: str
    field: str = ""
    operator: str = ""

    @property
    def whole(self) -> str:
        """With its field."""
        if not self.field:
            return self.text
        return f"{self.field}:({self.text})" if self.operator else f"{self.field}:{self.text}"


def translate(tree: Foreign, remarks: Sequence[Remark] = ()) -> Translated:
    """The query, if anything is left of it that passes the check."""
    translator = _Translator(list(remarks))
    part = translator.part(tree, more=None)
    said = translator.remarks
    if part is None:
        return Translated("", tuple(said))
    query = part.whole
    errors = check(query).errors
    if errors:
        what = query if len(query) <= 200 else f"{query[:199]}…"
        return Translated("", (*said, Remark(what, f"the whole cannot be a watch: {errors[0].message}")))
    return Translated(query, tuple(dict.fromkeys(said)))


class _Translator:
    def __init__(self, remarks: list[Remark]) -> None:
        self.remarks = remarks

    def part(self, node: Foreign, *, more: bool | None, negated: bool = False) -> _Part | None:
        """None where nothing is left. `more`: without this part the query finds more, not less; None: it is all."""
        match node:
            case Leaf():
                return self._leaf(node, more=more, negated=negated)
            case Lost(written, why):
                self._left_out(written, why, more=more)
                return None
            case Without(child):
                inner = self.part(child, more=more, negated=not negated)
                return None if inner is None else _negated(inner)
            case All(children):
                parts = [self.part(child, more=not negated, negated=negated) for child in children]
                return _joined("AND", [part for part in parts if part is not None])
            case Any(children):
                parts = [self.part(child, more=negated, negated=negated) for child in children]
                return _joined("OR", [part for part in parts if part is not None])

    def _leaf(self, leaf: Leaf, *, more: bool | None, negated: bool) -> _Part | None:
        written = write_leaf(leaf, may_find_more=not negated)
        if isinstance(written, Unwritable):
            self._left_out(leaf.written, written.why, more=more)
            return None
        return self._said(leaf, written)

    def _said(self, leaf: Leaf, written: Written) -> _Part:
        if written.why:
            self.remarks.append(Remark(leaf.written, f"became {written.text}: {written.why}"))
        return _Part(written.text, written.field)

    def _left_out(self, written: str, why: str, *, more: bool | None) -> None:
        effect = "" if more is None else f"left out, so the watch finds {'more' if more else 'less'}: "
        self.remarks.append(Remark(written, effect + why))


def _negated(part: _Part) -> _Part:
    text = f"({part.text})" if not part.field and part.operator in ("AND", "OR") else part.whole
    return _Part(f"NOT {text}", operator="NOT")


def _joined(operator: str, parts: Sequence[_Part]) -> _Part | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    fields = {part.field for part in parts}
    if len(fields) == 1:
        return _Part(f" {operator} ".join(_operand(part, operator) for part in parts), fields.pop(), operator)
    alone = (_Part(part.whole, operator="" if part.field else part.operator) for part in parts)
    return _Part(f" {operator} ".join(_operand(part, operator) for part in alone), operator=operator)


def _operand(part: _Part, operator: str) -> str:
    return part.text if part.operator in ("", "NOT", operator) else f"({part.text})"
