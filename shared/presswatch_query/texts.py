"""Sentences for people: English as they are, and in another language where a page or a mail can say it.

`gettext` and `ngettext` make a `str` in English that remembers what it was made from. Programs, logs and the command
line use it as it is; `presswatch_shared.languages.Language.said` says it in the reader's language. The extraction of
catalogues finds the sentences by the names of these functions, so the first argument is always a literal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Text", "gettext", "ngettext"]


class Text(str):
    """An English sentence, and what it was made from."""

    __slots__ = ("many", "number", "one", "values")

    one: str
    many: str
    """Empty where nothing is counted."""
    number: int
    values: Mapping[str, Any]

    def __str__(self) -> str:
        """Itself: an error made with it still knows what it was made from."""
        return self


def gettext(message: str, /, **values: Any) -> Text:
    """`message`, its `%(name)s` filled in."""
    return _made(message, "", 1, values)


def ngettext(one: str, many: str, count: int, /, **values: Any) -> Text:
    """The form that goes with `count`, which is `%(count)s` in it."""
    return _made(one, many, count, {"count": count, **values})


def _made(one: str, many: str, count: int, values: Mapping[str, Any]) -> Text:
    made = Text((many if many and count != 1 else one) % values)
    made.one, made.many, made.number, made.values = one, many, count, values
    return made
