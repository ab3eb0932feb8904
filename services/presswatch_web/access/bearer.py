"""The token in a request. Pure."""

from __future__ import annotations

import base64
import binascii

__all__ = ["token_of"]

LONGEST = 1000


def token_of(authorization: str) -> str:
    """The token in an Authorization header: as bearer, or as the password that a browser asks for. Empty if none."""
    scheme, _, rest = authorization[:LONGEST].partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2]
