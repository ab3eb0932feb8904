"""Errors over HTTP: problem+json (RFC 9457) for programs. What a caller sent is never echoed back raw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, SkipValidation

__all__ = [
    "PROBLEM_JSON",
    "Problem",
    "ProblemBody",
    "ProblemItem",
    "documented",
    "problem_response",
    "validation_problem",
]

PROBLEM_JSON = "application/problem+json"
MOST_ITEMS = 20


class ProblemItem(BaseModel):
    """One fault. In a query `start` and `end` are code points of it, `suggestion` a query that passes."""

    code: str
    # Not made a plain `str`: a page can say a `Text` in another language.
    message: Annotated[str, SkipValidation]
    location: str | None = None
    start: int | None = None
    end: int | None = None
    suggestion: str | None = None
    suggestions: list[str] | None = None


class ProblemBody(BaseModel):
    """What every error says."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[ProblemItem] | None = None


class Problem(Exception):
    """A request that is answered by an error."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[ProblemItem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers


def problem_response(problem: Problem) -> Response:
    body = ProblemBody(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=clean(problem.detail),
        errors=list(problem.errors) or None,
    )
    content = body.model_dump_json(exclude_none=True)
    return Response(content, problem.status, dict(problem.headers or {}), PROBLEM_JSON)


def validation_problem(error: RequestValidationError) -> Problem:
    """422: which part of the request does not fit, without repeating what was sent."""
    faults = error.errors()
    items = [
        ProblemItem(
            code=str(fault["type"]),
            message=clean(str(fault["msg"])),
            location=clean(".".join(str(part) for part in fault["loc"])),
        )
        for fault in faults[:MOST_ITEMS]
    ]
    first = items[0] if items else ProblemItem(code="invalid", message="does not fit")
    return Problem(422, f"{first.location}: {first.message}", errors=items)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: these errors, and those that any operation can answer with."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM_JSON: schema}}
        for status in sorted({400, 401, 403, 413, 422, 503, *statuses})
    }


def clean(text: str) -> str:
    """Text that can be sent: at most 500 characters, lone surrogates replaced."""
    return text[:500].encode("utf-8", "replace").decode("utf-8")
