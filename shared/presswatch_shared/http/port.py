"""The one guarded way out: every outgoing request of the product goes through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from presswatch_shared.errors import PresswatchError

__all__ = ["Blocked", "FetchFailed", "HttpClient", "Limits", "Response"]


class Blocked(PresswatchError):
    """The guard refused the address; `reason` is from a closed set, for the metric."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class FetchFailed(PresswatchError):
    """No usable answer; `reason` is one of dns, connect, tls, timeout, too_slow, too_large, protocol, redirects."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and bytes one request may take."""

    connect: float = 10.0
    first_byte: float = 20.0
    total: float = 30.0
    raw_bytes: int = 10 * 1024 * 1024
    minimum_rate: int = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer. `body` is as the server sent it, still in `content_encoding`; header names are lower-case."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_encoding: str = ""
    seconds: float = 0.0

    @property
    def location(self) -> str | None:
        """Where a redirect points, as sent."""
        return self.headers.get("location") if self.status in (301, 302, 303, 307, 308) else None


class HttpClient(Protocol):
    """Requests to addresses the guard allows. Never follows a redirect: the caller decides about each hop."""

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Response:
        """One GET.

        Raises:
            Blocked: not http(s), a forbidden port or address, userinfo, too long.
            FetchFailed: no answer within the limits.
        """
        ...

    async def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Response:
        """One POST. Same errors."""
        ...

    async def close(self) -> None: ...
