"""Signatures by Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import hashlib
import hmac

from presswatch_shared.webhooks import secret_key

__all__ = ["signed_headers"]


def signed_headers(*, message_id: str, seconds: int, body: bytes, secret: str) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature` for a body."""
    content = b".".join((message_id.encode("ascii"), str(seconds).encode("ascii"), body))
    digest = hmac.new(secret_key(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": "v1," + base64.b64encode(digest).decode("ascii"),
    }
