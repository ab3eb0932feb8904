"""Ids: derived from content for events, articles and alerts; random and unguessable for what people make."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["alert_id", "article_id", "derived_id", "random_id", "secret_digest", "url_hash", "webhook_id"]

# 128 bits: a collision among a billion articles has a probability of about 1e-21.
DERIVED_BYTES = 16


def derived_id(*parts: str) -> str:
    """32 hexadecimal digits of BLAKE2b over the parts, each kept apart by its length."""
    digest = hashlib.blake2b(digest_size=DERIVED_BYTES)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    return digest.hexdigest()


def url_hash(normalised_url: str) -> str:
    return derived_id("url", normalised_url)


def article_id(canonical_url: str) -> str:
    return derived_id("article", canonical_url)


def alert_id(watch_id: str, story_id: str, kind: str) -> str:
    return derived_id("alert", watch_id, story_id, kind)


def webhook_id(alert: str, channel: str, kind: str) -> str:
    return "msg_" + derived_id("webhook", alert, channel, kind)


def random_id(prefix: str) -> str:
    """`prefix_` and 22 URL-safe characters (128 bits)."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def secret_digest(secret: str) -> str:
    """What is kept of a random secret: its SHA-256. There is nothing to guess, so a slow hash would only be slow."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
