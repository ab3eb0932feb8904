"""The OpenAPI document: errors as problem+json, and the token where one is demanded."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from presswatch_web.problems import ProblemBody

__all__ = ["DESCRIPTION", "describe"]

DESCRIPTION = """Sources, watches, search and alerts of Presswatch.

Errors are `application/problem+json`. Lists are paged: `next` of an answer is the `cursor` of the next page.
A POST may carry an `Idempotency-Key`: sent again within 24 hours it takes effect once and is answered alike.

**Live alerts**: `GET /api/v1/alerts/stream` is an endless `text/event-stream`. Each event `alert` holds an alert as in
`GET /api/v1/alerts/{alert_id}`; its `id` is what `Last-Event-ID` (or the parameter `after`) goes on behind.
"""
REFERENCE = "#/components/schemas/{model}"


def describe(app: FastAPI, *, demands_login: bool) -> None:
    """Make the application tell a document that also knows our errors."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, demands_login)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def _document(app: FastAPI, demands_login: bool) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = ProblemBody.model_json_schema(ref_template=REFERENCE)
    schemas |= problem.pop("$defs", {})
    schemas["ProblemBody"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    if demands_login:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document
