"""What free texts among the settings must look like, so that a slip is said at the start and not when it is used."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from presswatch_shared.errors import BadInput
from presswatch_shared.mail_addresses import check_mail_address
from presswatch_shared.smtp_settings import smtp_settings

__all__ = ["certificates", "contact", "line", "models", "schemes", "sender", "web_address"]

PEM = "-----BEGIN CERTIFICATE-----"
MODEL = re.compile(r"natasha|spacy:\S+|gliner:.+")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII)


def line(text: str) -> str:
    """Raises: BadInput: control characters, such as the end of a line."""
    if any(not character.isprintable() for character in text):
        raise BadInput("it has control characters: write one line")
    return text


def web_address(text: str) -> str:
    """Nothing, or an address of a web server.

    Raises:
        BadInput: something else.
    """
    if not text:
        return text
    try:
        parts = urlsplit(line(text))
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in text:
        raise BadInput("it is no address of a web server: write https://host, or http://host:port")
    return text


def contact(text: str) -> str:
    """Nothing, or where whoever crawls can be reached.

    Raises:
        BadInput: neither an address of a page nor a mail address.
    """
    try:
        return web_address(text) if "://" in text else check_mail_address(text) if text else text
    except BadInput as error:
        raise BadInput("it is neither the address of a page nor a mail address") from error


def certificates(text: str) -> str:
    """Nothing, a file, or the text of one.

    Raises:
        BadInput: lines without a certificate.
    """
    if PEM not in text and any(not character.isprintable() for character in text):
        raise BadInput(f"it is neither the name of a file nor a certificate (which begins with {PEM})")
    return text


def sender(text: str) -> str:
    """Nothing, or who writes mails.

    Raises:
        BadInput: no mail address, with or without a name.
    """
    if text:
        smtp_settings("smtp://localhost", sender=line(text))
    return text


def models(text: str) -> tuple[str, ...]:
    """Raises: BadInput: a model of a kind that there is no adapter for."""
    names = _parts(text)
    for name in names:
        if not MODEL.fullmatch(name):
            raise BadInput(f"{name!r} is no model: write natasha, spacy:PIPELINE or gliner:FOLDER")
    return names


def schemes(text: str) -> tuple[str, ...]:
    """Raises: BadInput: something that is no scheme of an address."""
    names = tuple(part.lower() for part in _parts(text))
    for name in names:
        if not SCHEME.fullmatch(name):
            raise BadInput(f"{name!r} is no scheme of Apprise: write what stands before ://, such as tgram,discord")
    return names


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
