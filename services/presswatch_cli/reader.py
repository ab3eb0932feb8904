"""Whoever reads our output."""

from __future__ import annotations

__all__ = ["ReaderLeft"]


class ReaderLeft(Exception):
    """The reader (`head`, a pager) has seen enough and closed the pipe."""
