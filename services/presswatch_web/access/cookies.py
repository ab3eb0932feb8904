"""The cookies: of a login, and of the language somebody chose."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from fastapi import Response

from presswatch_shared.clock import SECOND
from presswatch_shared.store.sessions import LONGEST

__all__ = ["clear_session", "language_in", "session_in", "set_language", "set_session"]

NAME = "presswatch_session"
# The prefix makes browsers take it only over TLS, for the whole site and for no other host (RFC 6265bis).
SECURE_NAME = f"__Host-{NAME}"
LANGUAGE = "presswatch_language"
YEAR_SECONDS = 365 * 86_400
LONGEST_HEADER = 8192


def session_in(header: str) -> str:
    """The secret in a `Cookie` header; empty if there is none."""
    return _value_in(header, SECURE_NAME, NAME)


def language_in(header: str) -> str:
    """What a `Cookie` header says of the language; empty if it says nothing."""
    return _value_in(header, LANGUAGE)


def set_session(response: Response, secret: str, *, secure: bool) -> None:
    response.set_cookie(
        SECURE_NAME if secure else NAME,
        secret,
        max_age=LONGEST // SECOND,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response) -> None:
    for name, secure in ((SECURE_NAME, True), (NAME, False)):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def set_language(response: Response, code: str, *, secure: bool) -> None:
    """Keep a choice in the browser, for pages before a login and where there is none."""
    response.set_cookie(LANGUAGE, code, max_age=YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")


def _value_in(header: str, *names: str) -> str:
    try:
        found = SimpleCookie(header[:LONGEST_HEADER])
    except CookieError:
        return ""
    return next((found[name].value for name in names if name in found), "")
