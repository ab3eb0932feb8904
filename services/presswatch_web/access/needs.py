"""What a request needs, by its method and path alone: what is not known needs the most a role can give. Pure."""

from __future__ import annotations

import re

from presswatch_shared.store.tokens import METRICS
from presswatch_shared.store.users import ADMIN, ANALYST, READER

__all__ = ["is_for_readers", "need_of"]

OPEN_PATHS = frozenset(("/livez", "/readyz", "/login", "/login/openid", "/login/openid/return"))
# Feeds and the links of mails carry a secret of their own.
OPEN_BEGINNINGS = ("/static/", "/feeds/", "/unsubscribe/", "/mute/")
# They ask something with a body, or concern only whoever asks.
FOR_READERS = frozenset(
    (
        "/api/v1/queries/check",
        "/api/v1/queries/backtest",
        "/api/v1/previews",
        "/sources/preview",
        "/logout",
        "/account/password",
        "/account/language",
    )
)
# One segment, as routes read it: nothing else has such a path.
COMPARISON = re.compile(r"/api/v1/watches/[^/]+/compare")
# A dead letter may hold an alert of anybody's watch.
ADMINISTRATION = tuple(
    f"{prefix}/{name}" for prefix in ("", "/api/v1") for name in ("users", "tokens", "audit", "dead-letters")
)


def need_of(method: str, path: str) -> str:
    """The role a request needs, `metrics`, or nothing where anyone may ask."""
    if path in OPEN_PATHS or path.startswith(OPEN_BEGINNINGS):
        return ""
    if path == "/metrics":
        return METRICS
    if any(path == start or path.startswith(f"{start}/") for start in ADMINISTRATION):
        return ADMIN
    return READER if method in ("GET", "HEAD") or is_for_readers(method, path) else ANALYST


def is_for_readers(method: str, path: str) -> bool:
    """Whether it changes nothing that others see, whatever its method: readers may, and it is not in the audit log."""
    return path in FOR_READERS or (method == "POST" and COMPARISON.fullmatch(path) is not None)
