"""Where mails are handed over, as settings say it: `smtp://user@host:port`, or `smtps://…` for TLS from the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from presswatch_shared.errors import BadInput
from presswatch_shared.loopback import is_loopback
from presswatch_shared.mail_addresses import check_mail_address

__all__ = ["STARTTLS", "SmtpSettings", "smtp_settings"]

AUTO, REQUIRED, OFF = "auto", "required", "off"
STARTTLS = (AUTO, REQUIRED, OFF)
PORTS = {"smtp": 587, "smtps": 465}
NAME = "Presswatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """A mail server and who writes."""

    host: str
    port: int
    tls: bool = False
    """From the first byte."""
    starttls: str = AUTO
    """auto: required, but on this machine only used where it is offered."""
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str
    """Address in From and in the envelope."""
    sender_name: str = NAME
    ca_file: str = ""
    """Certificates to trust beside those of the system."""
    timeout: float = 20.0
    connections: int = 4

    @property
    def is_loopback(self) -> bool:
        """Whether nobody can listen on the way."""
        return is_loopback(self.host)

    @property
    def domain(self) -> str:
        """In ids of messages and lists."""
        return self.sender.rpartition("@")[2]


def smtp_settings(
    url: str, *, password: str = "", sender: str = "", starttls: str = AUTO, ca_file: str = ""
) -> SmtpSettings:
    """What the settings say together.

    Raises:
        BadInput: not smtp(s)://host, no usable port, or no sender where the user name is no address.
    """
    scheme, host, port, user, inline = _parts(url)
    if starttls not in STARTTLS:
        raise BadInput(f"{starttls[:40]!r} is no way to use STARTTLS: write one of {', '.join(STARTTLS)}")
    name, address = _sender(sender or (user if "@" in user else f"presswatch@{host}"))
    return SmtpSettings(
        host=host,
        port=port,
        tls=scheme == "smtps",
        starttls=starttls,
        user=user,
        password=password or inline,
        sender=address,
        sender_name=name,
        ca_file=ca_file,
    )


def _parts(url: str) -> tuple[str, str, int, str, str]:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or port == 0:
        raise BadInput("write smtp://host:port, or smtps://host:port for TLS from the start")
    return (
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _sender(text: str) -> tuple[str, str]:
    """Name and address in `Name <address>`, or in an address alone."""
    name, bracket, rest = text.strip().rpartition("<")
    if not bracket:
        return NAME, check_mail_address(rest)
    return name.strip().strip('"') or NAME, check_mail_address(rest.removesuffix(">"))
