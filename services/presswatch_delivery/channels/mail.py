"""E-mail: built from the message, handed to the mail server, its answer judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from presswatch_delivery.channels.port import Message
from presswatch_delivery.mails.message import mail_bytes
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_shared.clock import Clock
from presswatch_shared.smtp_settings import SmtpSettings

if TYPE_CHECKING:
    from presswatch_delivery.channels.mail_server import MailServer

__all__ = ["MailSender"]

NO_SERVER = "no mail server is set: PRESSWATCH_SMTP=smtp://user@host:port"
# RFC 3463: the mailbox or its domain does not exist, or never takes mail.
NO_SUCH_RECEIVER = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
PERMANENT = 500


class MailSender:
    """Sends through one mail server, which is connected to when the first mail goes out."""

    def __init__(self, settings: SmtpSettings | None, *, public_url: str, clock: Clock) -> None:
        self._settings = settings
        self._public_url = public_url
        self._clock = clock
        self._server: MailServer | None = None

    async def send(self, message: Message) -> SendResult:
        if self._settings is None:
            return SendResult(outcome=Outcome.UNREACHABLE, detail=NO_SERVER)
        from presswatch_delivery.channels.mail_server import MailRefused, MailServer, MailUnreachable

        began = self._clock.monotonic()
        if self._server is None:
            self._server = MailServer(self._settings, self._clock)
        raw = mail_bytes(message, self._settings, self._public_url)
        try:
            words = await self._server.submit(message.target, raw)
        except MailRefused as error:
            return _judged(error.code, error.words, of_mail=error.of_mail, seconds=self._clock.monotonic() - began)
        except MailUnreachable as error:
            outcome = Outcome.TIMEOUT if error.timeout else Outcome.UNREACHABLE
            return SendResult(outcome=outcome, detail=str(error), seconds=self._clock.monotonic() - began)
        seconds = self._clock.monotonic() - began
        return SendResult(outcome=Outcome.DELIVERED, status=250, detail=words, seconds=seconds)

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()


def _judged(code: int, words: str, *, of_mail: bool, seconds: float) -> SendResult:
    """What a refusal means. One that is about us (login, sender) is tried again: the operator can mend it."""
    if not of_mail:
        return SendResult(outcome=Outcome.REJECTED, status=code, detail=words, seconds=seconds)
    if code < PERMANENT:
        return SendResult(outcome=Outcome.DEFERRED, status=code, detail=words, seconds=seconds)
    gone = f"the mail server says of this address: {words[:200]}" if NO_SUCH_RECEIVER.search(words) else ""
    return SendResult(outcome=Outcome.BOUNCED, status=code, detail=words, seconds=seconds, final=True, disable=gone)
