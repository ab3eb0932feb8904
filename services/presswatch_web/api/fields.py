"""Kinds of values that requests and answers are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from presswatch_shared.clock import Micros, from_micros

__all__ = [
    "Answer",
    "Body",
    "ClockTime",
    "Cursor",
    "Encodable",
    "Host",
    "IdempotencyKey",
    "Limit",
    "Moment",
    "Name",
    "PathId",
    "QueryText",
    "Url",
    "WatchFilter",
    "Whole",
    "Zone",
    "moment",
]

# PostgreSQL's text holds no NUL, so none is taken anywhere.
NO_NUL = r"^[^\x00]*$"


def _encodable(text: str) -> str:
    """JSON can write half a surrogate pair, which is no text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("not valid Unicode text") from error
    return text


def _whole(value: object) -> object:
    """JSON knows only numbers: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _format(name: str) -> Any:
    """What a pattern cannot say; the API's tests know how to make valid ones."""
    return Field(json_schema_extra={"format": name})


Encodable = AfterValidator(_encodable)
Whole = BeforeValidator(_whole)
Zone = Annotated[str, StringConstraints(max_length=64), _format("time-zone")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Name = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL), Encodable]
QueryText = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL), Encodable, _format("watch-query")
]
# Whoever takes the address checks it whole, its length too; a cursor is checked by the index that made it.
Url = Annotated[str, Encodable, _format("crawlable-url")]
Moment = Annotated[str, StringConstraints(max_length=40), _format("moment")]
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Host = Annotated[str, StringConstraints(max_length=253, pattern=rf"^{LABEL}(\.{LABEL})+$"), _format("source-host")]
PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
WatchFilter = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{0,64}$", description="Only of this watch.")]
Cursor = Annotated[str, Field(description="`next` of the page before."), _format("search-cursor")]
Limit = Annotated[int, Field(ge=1, le=100, description="Most items on a page.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="The same request sent again under the same key within 24 hours takes effect once.",
    ),
]


class Body(BaseModel):
    """What a request sends: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Answer(BaseModel):
    """What an answer holds."""

    model_config = ConfigDict(from_attributes=True)


def moment(micros: Micros | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
