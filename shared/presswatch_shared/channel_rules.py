"""What a channel needs, checked once for the command line, the API and the pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from presswatch_shared.apprise_addresses import check_apprise_address, shown_address
from presswatch_shared.errors import BadInput
from presswatch_shared.mail_addresses import check_mail_address
from presswatch_shared.store.channels import APPRISE, EMAIL, FEED, WEBHOOK
from presswatch_shared.webhooks import check_webhook_url, new_secret, secret_key

__all__ = ["NewChannel", "Usable", "usable_channel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """A channel as it is asked for: a URL, a mail address, an address of Apprise; nothing for a feed."""

    kind: str
    address: str = ""
    secret: str = field(default="", repr=False)
    """Signs webhooks; made where it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """A channel as it is stored."""

    kind: str
    target: str
    secret: str = field(default="", repr=False)
    secret_is_new: bool = False
    """It was made because none was given, and is to be told once."""


def usable_channel(wanted: NewChannel, *, apprise_schemes: Collection[str]) -> Usable:
    """Raises:
    BadInput: the address or the secret cannot be used; the text says why.
    """
    if wanted.secret and wanted.kind != WEBHOOK:
        raise BadInput("a secret belongs to a webhook")
    if wanted.kind == WEBHOOK:
        secret = wanted.secret or new_secret()
        secret_key(secret)
        return Usable(
            kind=WEBHOOK, target=check_webhook_url(wanted.address), secret=secret, secret_is_new=not wanted.secret
        )
    if wanted.kind == EMAIL:
        return Usable(kind=EMAIL, target=check_mail_address(wanted.address))
    if wanted.kind == APPRISE:
        address = check_apprise_address(wanted.address, apprise_schemes)
        return Usable(kind=APPRISE, target=shown_address(address), secret=address)
    if wanted.address:
        raise BadInput("a feed has no address of its own: Presswatch makes one")
    return Usable(kind=FEED, target="")
