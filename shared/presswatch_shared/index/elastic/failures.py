"""What the client raises, as errors that say what the loop does next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import ApiError, ConnectionTimeout, TlsError, TransportError

from presswatch_shared.errors import PresswatchError, Retry

__all__ = ["asking", "error_type", "reason_of", "refusal", "silence", "status_of"]

UNAUTHORISED = (401, 403)


@contextmanager
def asking(where: str, what: str) -> Iterator[None]:
    """Turns what goes wrong while asking the server at `where` into `Retry`: the world is at fault."""
    try:
        yield
    except ApiError as error:
        raise refusal(where, what, status_of(error), error.body) from error
    except TransportError as error:
        raise Retry(f"{what}: the search server at {where} does not answer ({silence(error)})") from error


def refusal(where: str, what: str, status: int, body: Any) -> PresswatchError:
    """The error of an answer that says no."""
    reason = reason_of(body)
    if status in UNAUTHORISED and error_type(body) != "cluster_block_exception":
        return Retry(f"{what}: the search server at {where} refuses our key or user ({status}): {reason}")
    return Retry(f"{what}: the search server at {where} answers {status}: {reason}")


def status_of(error: ApiError) -> int:
    """The HTTP status of an answer that says no."""
    return int(error.meta.status)


def error_type(body: Any) -> str:
    """The server's name of what is wrong; empty if it gives none."""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def reason_of(body: Any) -> str:
    """Type, reason and innermost cause, in the server's words."""
    error = body.get("error") if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return str(error)[:500]
    words = [f"{error.get('type', '')}: {error.get('reason', '')}"]
    inner = error.get("caused_by") or next(iter(error.get("root_cause") or []), None)
    if isinstance(inner, dict) and inner.get("reason") and inner["reason"] != error.get("reason"):
        words.append(str(inner["reason"]))
    return "; ".join(words)[:500]


def silence(error: TransportError) -> str:
    """Why no answer came."""
    if isinstance(error, ConnectionTimeout):
        return "timed out"
    words = str(error.message).rpartition("Failed to establish a new connection: ")[2] or type(error).__name__
    return f"TLS: {words}" if isinstance(error, TlsError) else words
