"""Who asks: the token in a request, and what it must allow. Pure."""

from __future__ import annotations

import base64
import binascii

from presswatch_shared.store.tokens import METRICS, READ, WRITE

__all__ = ["needed_scope", "token_of"]

OPEN_PATHS = frozenset(("/livez", "/readyz"))
# Feeds and the links of mails carry a secret of their own.
OPEN_BEGINNINGS = ("/static/", "/feeds/", "/unsubscribe/", "/mute/")
LONGEST = 1000
# They ask something with a body, and change nothing.
QUESTIONS = frozenset(("/api/v1/queries/check", "/api/v1/queries/backtest", "/api/v1/previews", "/sources/preview"))


def needed_scope(method: str, path: str) -> str:
    """The scope a request needs; empty where anyone may ask. What is not known needs the most."""
    if path in OPEN_PATHS or path.startswith(OPEN_BEGINNINGS):
        return ""
    if path == "/metrics":
        return METRICS
    return READ if method in ("GET", "HEAD") or path in QUESTIONS else WRITE


def token_of(authorization: str) -> str:
    """The token in an Authorization header: as bearer, or as the password that a browser asks for. Empty if none."""
    scheme, _, rest = authorization[:LONGEST].partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2]
