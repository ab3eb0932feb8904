"""Whether a request may have been caused by a page of somebody else. Pure.

A page in the user's browser can make it send requests to 127.0.0.1: under a name of its own that it lets point there
(DNS rebinding, told by Host), or across origins (told by Origin and Sec-Fetch-Site).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from presswatch_shared.texts import gettext

__all__ = ["SAFE_METHODS", "host_refusal", "is_said_by_a_browser", "origin_refusal"]

LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
DEFAULT_PORTS = (":80", ":443")


def host_refusal(host: str, *, bound: str, public_host: str) -> str:
    """Why the Host is refused where there is no login; empty if it is one of this machine's or the public one."""
    if public_host and _without_default_port(host.lower()) == _without_default_port(public_host):
        return ""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    if name in LOOPBACK_NAMES or name == bound.lower():
        return ""
    return gettext("this Host is not served here; behind a proxy set PRESSWATCH_PUBLIC_URL")


def origin_refusal(method: str, headers: Mapping[str, str], *, public_host: str) -> str:
    """Why the request is refused as another site's; empty if a browser says it is our own, or it is no browser."""
    origin = headers.get("origin")
    if origin is not None:
        return (
            ""
            if _is_own(origin, headers.get("host", ""), public_host)
            else gettext("requests of other origins are refused")
        )
    site = headers.get("sec-fetch-site", "none")
    is_link = method in SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
    if site in ("same-origin", "none") or is_link:
        return ""
    return gettext("requests of other sites are refused")


def is_said_by_a_browser(headers: Mapping[str, str]) -> bool:
    """Whether a header that only the browser can set says where the request comes from."""
    return "origin" in headers or "sec-fetch-site" in headers


def _is_own(origin: str, host: str, public_host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    own = {_without_default_port(name.lower()) for name in (host, public_host) if name}
    return _without_default_port(parts.netloc.lower()) in own


def _without_default_port(host: str) -> str:
    for port in DEFAULT_PORTS:
        if host.endswith(port):
            return host.removesuffix(port)
    return host
