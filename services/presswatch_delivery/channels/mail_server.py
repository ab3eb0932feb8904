"""The way to a mail server: a few connections, kept for a while, with TLS and login as the settings say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPTimeoutError,
)

from presswatch_shared.clock import Clock
from presswatch_shared.smtp_settings import OFF, REQUIRED, SmtpSettings

__all__ = ["MailRefused", "MailServer", "MailUnreachable"]

# Servers hang up on idle clients after minutes; one that lies about it costs a try.
IDLE_SECONDS = 20.0


class MailRefused(Exception):
    """The server answered, and not with yes: its code and its words. `of_mail` where it spoke of this mail and its
    receiver, and not of us."""

    def __init__(self, code: int, words: str, *, of_mail: bool = False) -> None:
        super().__init__(f"{code} {words}")
        self.of_mail = of_mail
        self.code = code
        self.words = words


class MailUnreachable(Exception):
    """No answer, no TLS as demanded, or a connection that broke; `timeout` says whether time ran out."""

    def __init__(self, message: str, *, timeout: bool = False) -> None:
        super().__init__(message)
        self.timeout = timeout


class MailServer:
    """Hands mails over. At most `connections` at once; more callers wait for their turn."""

    def __init__(self, settings: SmtpSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._places = asyncio.Semaphore(settings.connections)
        self._idle: list[tuple[float, SMTP]] = []

    async def submit(self, recipient: str, message: bytes) -> str:
        """Hand one mail over; gives the server's words.

        Raises:
            MailRefused: the server does not take it.
            MailUnreachable: the mail may or may not have been taken.
        """
        async with self._places, self._connection() as smtp:
            with _told_apart():
                await smtp.mail(self._settings.sender)
            try:
                with _told_apart():
                    await smtp.rcpt(recipient)
                    return (await smtp.data(message)).message
            except MailRefused as error:
                raise MailRefused(error.code, error.words, of_mail=True) from error

    async def check(self) -> str:
        """Connect and log in; gives what was agreed on, in a few words.

        Raises:
            MailRefused, MailUnreachable: as `submit`.
        """
        async with self._places, self._connection() as smtp:
            secured = "TLS" if smtp.transport and smtp.transport.get_extra_info("ssl_object") else "no TLS"
            return f"{self._settings.host}:{self._settings.port}, {secured}"

    async def close(self) -> None:
        """Hang up on all idle connections."""
        while self._idle:
            await _hang_up(self._idle.pop()[1])

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        smtp = await self._reused() or await self._opened()
        usable = False
        try:
            yield smtp
            usable = True
        except MailRefused:
            # An answer leaves the connection as it was, once the server has forgotten the mail.
            usable = await _is_reset(smtp)
            raise
        finally:
            if usable:
                self._idle.append((self._clock.monotonic(), smtp))
            else:
                smtp.close()

    async def _reused(self) -> SMTP | None:
        while self._idle:
            since, smtp = self._idle.pop()
            if self._clock.monotonic() - since < IDLE_SECONDS and await _is_reset(smtp):
                return smtp
            await _hang_up(smtp)
        return None

    async def _opened(self) -> SMTP:
        chosen = self._settings
        smtp = SMTP(
            hostname=chosen.host,
            port=chosen.port,
            timeout=chosen.timeout,
            use_tls=chosen.tls,
            start_tls=False,
            tls_context=self._tls(),
        )
        try:
            with _told_apart():
                await smtp.connect()
                await smtp.ehlo()
                await self._secure(smtp)
                if chosen.user and chosen.password:
                    await smtp.login(chosen.user, chosen.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    async def _secure(self, smtp: SMTP) -> None:
        """STARTTLS, where it is needed or offered."""
        chosen = self._settings
        if chosen.tls or chosen.starttls == OFF:
            return
        if smtp.supports_extension("starttls"):
            await smtp.starttls(tls_context=self._tls())
        elif chosen.starttls == REQUIRED or not chosen.is_loopback:
            raise MailUnreachable("the mail server offers no STARTTLS, which is required")

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file:
            context.load_verify_locations(self._settings.ca_file)
        elif self._settings.is_loopback:
            # Nobody is between us and this machine, and its certificate names another host.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@contextmanager
def _told_apart() -> Iterator[None]:
    """What the library raises, as one of our two errors."""
    try:
        yield
    except SMTPTimeoutError as error:
        raise MailUnreachable(f"the mail server did not answer in time: {error}", timeout=True) from error
    except SMTPResponseException as error:
        raise MailRefused(error.code, error.message) from error
    except SMTPRecipientsRefused as error:
        first = error.recipients[0]
        raise MailRefused(first.code, first.message) from error
    except (SMTPException, OSError) as error:
        raise MailUnreachable(f"no connection to the mail server: {error}") from error


async def _is_reset(smtp: SMTP) -> bool:
    """Whether the server is still there, and free for a new mail."""
    try:
        await smtp.rset()
    except (SMTPException, OSError):
        return False
    return True


async def _hang_up(smtp: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await smtp.quit()
    smtp.close()
