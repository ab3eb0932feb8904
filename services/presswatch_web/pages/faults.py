"""Errors as the caller can read them: a page for a browser, problem+json for a program."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request, Response

from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem, problem_response

__all__ = ["answer_problem", "wants_page"]

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
        title=HTTPStatus(problem.status).phrase,
        detail=problem.detail,
        errors=problem.errors,
    )
    page.headers.update(dict(problem.headers or {}))
    return page
