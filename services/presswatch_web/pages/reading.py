"""In which language somebody reads: as they chose, else as their browser asks, else English."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request

from presswatch_shared.languages import DEFAULT, LANGUAGES, Language, language_named, preferred
from presswatch_web.access.cookies import language_in

__all__ = ["LOCALES", "language_of", "web_language"]

LOCALES = Path(__file__).parent.parent / "locales"


def language_of(request: Request) -> str:
    """The choice of who is logged in, then that of this browser, then what the browser asks for."""
    principal = request.scope.get("state", {}).get("principal")
    chosen = (principal.language if principal else "") or language_in(request.headers.get("cookie", ""))
    return chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", "")) or DEFAULT


def web_language(code: str) -> Language:
    """A language with the catalogue of the pages."""
    return language_named(code, LOCALES)
