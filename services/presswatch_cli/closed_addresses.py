"""Says at once what could never be fetched or told: better a sentence now than a failure at every try."""

from __future__ import annotations

from presswatch_shared.errors import BadInput
from presswatch_shared.http.address_guard import AddressGuard
from presswatch_shared.http.port import Blocked
from presswatch_shared.settings import Settings
from presswatch_shared.urls import normalise

__all__ = ["refuse_closed"]


def refuse_closed(url: str, settings: Settings) -> None:
    """Nothing is asked of the network: names are looked up when it comes to fetching.

    Raises:
        BadInput: no address, or one whose scheme, port or numeric host the guard would refuse.
    """
    guard = AddressGuard(allow_networks=settings.allow_networks, allow_ports=settings.allow_ports)
    try:
        guard.check_url(normalise(url.strip()))
    except Blocked as error:
        raise BadInput(f"{url}: {error}") from error
