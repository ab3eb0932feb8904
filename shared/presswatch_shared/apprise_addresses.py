"""Addresses of Apprise, `service://keys…`: only of services that the operator allows, and never shown whole."""

from __future__ import annotations

from collections.abc import Collection

from presswatch_shared.errors import BadInput

__all__ = ["DEFAULT_SCHEMES", "check_apprise_address", "shown_address"]

DEFAULT_SCHEMES = ("discord", "gchat", "msteams", "pover", "slack", "tgram", "workflows", "zulip")
"""Services at one fixed public address: no request of theirs can be led into the operator's network."""
LONGEST = 1000


def check_apprise_address(address: str, allowed: Collection[str]) -> str:
    """The address, if its service is allowed.

    Raises:
        BadInput: another service, or not of the form service://…; the text never shows the address.
    """
    scheme, separator, rest = address.strip().partition("://")
    if not separator or not rest or not address.isprintable() or " " in address or len(address) > LONGEST:
        raise BadInput("this is no address of Apprise: write service://…, as https://appriseit.com tells for yours")
    if scheme.lower() not in allowed:
        known = ", ".join(sorted(allowed)) or "none"
        raise BadInput(
            f"{scheme[:20]}:// is not among the services that are allowed ({known}): "
            "the operator may add it to PRESSWATCH_APPRISE_SCHEMES"
        )
    return address.strip()


def shown_address(address: str) -> str:
    """What lists and logs may show of it."""
    return address.partition("://")[0].lower() + "://…"
