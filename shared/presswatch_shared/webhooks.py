"""What makes a webhook channel: a usable address and a secret by Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import urlsplit

from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["check_webhook_url", "new_secret", "secret_key"]

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
NEW_KEY_BYTES = 32
LONGEST_URL = 2000


def new_secret() -> str:
    """A random secret, `whsec_…`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(NEW_KEY_BYTES)).decode("ascii")


def secret_key(secret: str) -> bytes:
    """The key in a secret.

    Raises:
        BadInput: not `whsec_` and the base64 of 24 to 64 bytes. The text never shows the secret.
    """
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise BadInput(
            "the webhook secret cannot be used: write whsec_ and the base64 of 24 to 64 random bytes, "
            "or leave it out and one is made"
        )
    return key


def check_webhook_url(url: str) -> str:
    """The URL, if alerts can be posted to it; whether it may be reached is decided when it is.

    Raises:
        BadInput: not an absolute http(s) URL, with a user name, or too long.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise BadInput(gettext("%(text)s is no webhook address: write http://… or https://…", text=repr(url[:200])))
    if parts.username is not None or parts.password is not None:
        raise BadInput("a webhook address must not hold a user name or password: the signature proves who sends")
    return url
