"""The worker side of `apprise.py`: imports Apprise and sends one note a call."""

from __future__ import annotations

import logging

import msgspec

__all__ = ["Note", "is_readable", "notify"]

LONGEST_ANSWER = 400


class Note(msgspec.Struct, frozen=True):
    """What goes to the worker."""

    address: str
    title: str
    body: str


def notify(payload: bytes) -> bytes:
    """Send; gives nothing, or what the service said against it."""
    from apprise import Apprise, NotifyFormat

    note = msgspec.msgpack.decode(payload, type=Note)
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    try:
        sender = Apprise()
        if not sender.add(note.address):
            return b"Apprise does not understand this address"
        sent = sender.notify(body=note.body, title=note.title, body_format=NotifyFormat.TEXT)
    finally:
        logger.removeHandler(said)
    return b"" if sent else (said.last or "the service did not take it").encode()[:LONGEST_ANSWER]


def is_readable(address: str) -> bool:
    """Whether Apprise makes anything of an address; nothing is sent.

    Raises:
        ModuleNotFoundError: Apprise is not installed.
    """
    from apprise import Apprise

    # A handler of its own keeps what it logs off the terminal.
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    try:
        return Apprise().add(address)
    finally:
        logger.removeHandler(said)


class _Said(logging.Handler):
    """Keeps the last warning: Apprise tells in its log why it failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()
