"""Where a form or a login may lead: to a place of this site, whatever was asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["own_path"]


def own_path(wanted: str, otherwise: str = "/") -> str:
    """`wanted` if it is a path of this site, else `otherwise`."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    return otherwise if parts.netloc or parts.scheme else wanted
