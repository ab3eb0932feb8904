"""Says at once what could never be fetched or told: better a sentence now than a failure at every try."""

from __future__ import annotations

from presswatch_shared.errors import BadInput
from presswatch_shared.http.address_guard import CLOSED_ADDRESS, AddressGuard
from presswatch_shared.http.port import Blocked
from presswatch_shared.settings import Settings
from presswatch_shared.urls import normalise

__all__ = ["refuse_closed"]

LOOPBACK = "127.0.0.1"


def refuse_closed(url: str, settings: Settings) -> None:
    """Nothing is asked of the network: names are looked up when it comes to fetching. Only `localhost` needs no look.

    Raises:
        BadInput: no address, or one whose scheme, port or host the guard would refuse.
    """
    guard = AddressGuard(allow_networks=settings.allow_networks, allow_ports=settings.allow_ports)
    try:
        target = guard.check_url(normalise(url.strip()))
        if _is_this_machine(target.host) and not guard.allows(LOOPBACK, target.port):
            raise Blocked(CLOSED_ADDRESS, reason="address")
    except Blocked as error:
        raise BadInput(f"{url}: {error}") from error


def _is_this_machine(host: str) -> bool:
    """RFC 6761: these names are loopback, whatever a resolver says."""
    return host == "localhost" or host.endswith(".localhost")
