"""In which language somebody reads: as they chose, else as their browser asks, else English."""

from __future__ import annotations

from fastapi import Request

from presswatch_shared.languages import DEFAULT, LANGUAGES, preferred
from presswatch_web.access.cookies import language_in

__all__ = ["language_of"]


def language_of(request: Request) -> str:
    """The choice of who is logged in, then that of this browser, then what the browser asks for."""
    principal = request.scope.get("state", {}).get("principal")
    chosen = (principal.language if principal else "") or language_in(request.headers.get("cookie", ""))
    return chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", "")) or DEFAULT
