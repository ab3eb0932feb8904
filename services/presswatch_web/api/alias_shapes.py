"""Aliases on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field, StringConstraints

from presswatch_query.aliases import MOST_ENTRIES
from presswatch_shared.clock import from_micros
from presswatch_shared.store.aliases import LONGEST_NAME, Alias
from presswatch_web.api.fields import NO_NUL, Answer, Body, Encodable

__all__ = ["AfterName", "AliasBody", "AliasName", "AliasOut", "AliasPage", "alias_out"]

# What the language takes, in a form that clients in any language read alike.
SIGNS = r"[\p{L}\p{N}_-]"
AliasName = Annotated[
    str,
    Path(
        pattern=rf"^{SIGNS}{{1,{LONGEST_NAME}}}$",
        description="Letters, digits, _ and -; case does not count.",
        json_schema_extra={"format": "alias-name"},
    ),
]
AfterName = Annotated[
    str,
    Query(
        pattern=rf"^{SIGNS}{{0,{LONGEST_NAME}}}$",
        description="`next` of the page before.",
        json_schema_extra={"format": "alias-cursor"},
    ),
]
Entry = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL),
    Encodable,
    Field(json_schema_extra={"format": "alias-entry"}),
]


class AliasBody(Body):
    """What an alias stands for."""

    entries: Annotated[
        list[Entry],
        Field(min_length=1, max_length=MOST_ENTRIES, description="Words, phrases, or `@name` of another alias."),
    ]


class AliasOut(Answer):
    """A named set of entries, which queries read as a parenthesised OR. The name is told in lower case."""

    name: str
    entries: list[str]
    changed_at: datetime


class AliasPage(Answer):
    items: list[AliasOut]
    next: str | None


def alias_out(alias: Alias) -> AliasOut:
    return AliasOut(name=alias.name, entries=list(alias.entries), changed_at=from_micros(alias.changed_at))
