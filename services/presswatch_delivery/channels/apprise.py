"""Everything else through Apprise, in a process of its own: nothing of it is imported here."""

from __future__ import annotations

import re

import msgspec

from presswatch_delivery.channels.apprise_worker import Note
from presswatch_delivery.channels.port import Message
from presswatch_delivery.mails.text import article_lines
from presswatch_delivery.mails.view import mail_view
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_shared.apprise_addresses import check_apprise_address
from presswatch_shared.clock import Clock
from presswatch_shared.errors import BadInput
from presswatch_shared.killable import KillablePool, WorkerKilled

__all__ = ["AppriseSender", "inert"]

TARGET = "presswatch_delivery.channels.apprise_worker:notify"
WORKERS = 4
# Of CPU time; the wall guard of the pool is ten times as much.
SECONDS = 4.0
MEMORY = 1024 * 1024 * 1024
LONGEST = 3000
# What chat services take for a command, a mention of everybody, a tag or a link under another name.
ACTIVE = str.maketrans({"@": "@\u200b", "<": "‹", ">": "›", "&": "＆", "`": "ˋ", "*": "∗", "_": "_\u200b"})
LINK = re.compile(r"\]\(")


class AppriseSender:
    """Hands each message to a worker process; the processes start with the first message."""

    def __init__(self, schemes: tuple[str, ...], *, public_url: str, clock: Clock) -> None:
        self._schemes = schemes
        self._public_url = public_url
        self._clock = clock
        self._pool: KillablePool | None = None

    async def send(self, message: Message) -> SendResult:
        began = self._clock.monotonic()
        try:
            note = self._note(message)
        except BadInput as error:
            return SendResult(outcome=Outcome.BLOCKED, detail=str(error))
        if self._pool is None:
            self._pool = KillablePool(TARGET, workers=WORKERS, deadline_seconds=SECONDS, memory_bytes=MEMORY)
        try:
            said = (await self._pool.call(msgspec.msgpack.encode(note))).decode()
        except WorkerKilled as error:
            outcome = Outcome.TIMEOUT if error.reason == "timeout" else Outcome.FAILED
            return SendResult(outcome=outcome, detail=_mend(str(error)), seconds=self._clock.monotonic() - began)
        outcome = Outcome.REJECTED if said else Outcome.DELIVERED
        return SendResult(outcome=outcome, detail=said, seconds=self._clock.monotonic() - began)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    def _note(self, message: Message) -> Note:
        view = mail_view(message, self._public_url)
        lines = [view.note, *(line for article in view.articles for line in article_lines(article, view.language))]
        more = [view.more] if view.more else []
        # The addresses of our own pages are left as they are: nothing foreign is in them.
        body = "\n".join([*(inert(line) for line in lines if line), *more, view.inbox_url])
        return Note(
            address=check_apprise_address(message.secret, self._schemes),
            title=inert(view.subject),
            body=body[:LONGEST],
        )


def inert(text: str) -> str:
    """The text without what a chat service would act upon."""
    return LINK.sub("] (", text.translate(ACTIVE))


def _mend(text: str) -> str:
    return "Apprise is not installed: install presswatch[apprise]" if "No module named 'apprise'" in text else text
