"""What can be told to a person when a server cannot run here."""

from __future__ import annotations

__all__ = ["ServerUnavailable"]


class ServerUnavailable(RuntimeError):
    """A server cannot be prepared or started; the text says what is missing or what it wrote last."""
