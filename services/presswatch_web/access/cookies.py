"""The cookie of a login."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from fastapi import Response

from presswatch_shared.store.sessions import LONGEST

__all__ = ["clear_session", "session_in", "set_session"]

NAME = "presswatch_session"
# The prefix makes browsers take it only over TLS, for the whole site and for no other host (RFC 6265bis).
SECURE_NAME = f"__Host-{NAME}"
SECOND = 1_000_000
LONGEST_HEADER = 8192


def session_in(header: str) -> str:
    """The secret in a `Cookie` header; empty if there is none."""
    try:
        found = SimpleCookie(header[:LONGEST_HEADER])
    except CookieError:
        return ""
    for name in (SECURE_NAME, NAME):
        if name in found:
            return found[name].value
    return ""


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
