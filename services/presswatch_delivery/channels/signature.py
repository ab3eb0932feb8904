"""Signatures by Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from presswatch_shared.webhooks import secret_key

__all__ = ["signed_headers"]


def signed_headers(*, message_id: str, seconds: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature` for a body.

    With several secrets there are several signatures, and a receiver that knows one of them is content.
    """
    content = b".".join((message_id.encode("ascii"), str(seconds).encode("ascii"), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    digest = hmac.new(secret_key(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")
