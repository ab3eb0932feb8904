"""Errors named for what happens next.

PresswatchError
├── Retry              the same batch again, later: the world is at fault (429, 503, DNS, busy, disk full)
├── Poison             this message never works: dead letter, go on
├── BadInput           the user's words or files are at fault: one sentence, exit 2
├── ServerUnreachable  a needed server cannot be reached: its address, exit 3
└── CheckFailed        a check the user asked for did not pass: exit 1
"""

from __future__ import annotations

__all__ = ["BadInput", "CheckFailed", "Poison", "PresswatchError", "Retry", "ServerUnreachable"]


class PresswatchError(Exception):
    """The text says what was being done, to what, and why not."""


class Retry(PresswatchError):
    """The same batch will be tried again; `after` is the least wait in seconds, where the other side named one."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Poison(PresswatchError):
    """This message can never be handled: it goes to the dead letters with this text."""

    def __init__(self, message: str, *, reason: str = "poison") -> None:
        super().__init__(message)
        self.reason = reason


class BadInput(PresswatchError):
    """What the user gave cannot be used; the text names what, where and what to do."""


class ServerUnreachable(PresswatchError):
    """A server that a setting names does not answer; the text has its address."""


class CheckFailed(PresswatchError):
    """A check ran and found faults; the text counts them."""
