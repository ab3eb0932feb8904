"""Errors as the caller can read them: a page for a browser, problem+json for a program."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request, Response

from presswatch_shared.texts import gettext
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem, problem_response

__all__ = ["answer_problem", "wants_page"]

TITLES = {
    400: gettext("This cannot be asked"),
    401: gettext("Log in first"),
    403: gettext("Not allowed"),
    404: gettext("Not found"),
    405: gettext("Not here"),
    409: gettext("Not now"),
    413: gettext("Too large"),
    422: gettext("Something does not fit"),
    429: gettext("Too many requests"),
    500: gettext("Something went wrong"),
    502: gettext("Another server does not answer"),
    503: gettext("Busy"),
}
MACHINE_PATHS = ("/api/", "/livez", "/readyz", "/metrics", "/static/")


def wants_page(request: Request) -> bool:
    """Whether somebody sits before a browser, and not a program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(MACHINE_PATHS)


def answer_problem(problem: Problem, request: Request) -> Response:
    """A page for people, problem+json for programs."""
    if not wants_page(request):
        return problem_response(problem)
    page = render(
        request,
        "fault.html",
        status=problem.status,
        title=TITLES.get(problem.status) or HTTPStatus(problem.status).phrase,
        detail=problem.detail,
        errors=problem.errors,
    )
    page.headers.update(dict(problem.headers or {}))
    return page
