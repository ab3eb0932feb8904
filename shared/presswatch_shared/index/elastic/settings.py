"""Where the search server is, who we are there, and how our indices are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from presswatch_shared.errors import BadInput

__all__ = ["ElasticSettings", "elastic_settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticSettings:
    """`urls` hold no user name: they may be shown."""

    urls: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    authority: str = ""
    """PEM of the certificate authority, or the path of a file with it; empty: the usual ones."""
    prefix: str = "presswatch"
    refresh_seconds: float = 5.0
    """How long until an article that was put is found; 0 = at once, at the server's cost."""

    @property
    def where(self) -> str:
        """The addresses, for people."""
        return ", ".join(self.urls)

    @property
    def articles(self) -> str:
        """The alias that searches read."""
        return f"{self.prefix}-articles"

    @property
    def alerts(self) -> str:
        return f"{self.prefix}-alerts"

    @property
    def outcomes(self) -> str:
        """What became of pages."""
        return f"{self.prefix}-outcomes"

    @property
    def aliases(self) -> tuple[str, str, str]:
        """All of them."""
        return self.articles, self.alerts, self.outcomes


def elastic_settings(
    addresses: str, *, api_key: str = "", authority: str = "", prefix: str = "presswatch", refresh_seconds: float = 5.0
) -> ElasticSettings:
    """Of one URL or several, separated by commas: `https://user:password@host:9200`.

    Raises:
        BadInput: an address is no URL, or both a password and an API key are given.
    """
    parts = [part.strip() for part in addresses.split(",") if part.strip()]
    users = {_user(part) for part in parts} - {("", "")}
    if len(users) > 1:
        raise BadInput("several users are named: the addresses of one cluster have one")
    user, password = users.pop() if users else ("", "")
    if user and api_key:
        raise BadInput("PRESSWATCH_INDEX names a user and PRESSWATCH_INDEX_API_KEY is set: use one of them")
    return ElasticSettings(
        urls=tuple(map(_bare, parts)),
        user=user,
        password=password,
        api_key=api_key,
        authority=authority,
        prefix=prefix,
        refresh_seconds=refresh_seconds,
    )


def _user(address: str) -> tuple[str, str]:
    split = urlsplit(address)
    return unquote(split.username or ""), unquote(split.password or "")


def _bare(address: str) -> str:
    """Without the user, with a port."""
    split = urlsplit(address)
    try:
        port = split.port or (443 if split.scheme == "https" else 9200)
    except ValueError as error:
        raise BadInput(f"no good port: {error}") from error
    host = f"[{split.hostname}]" if ":" in (split.hostname or "") else split.hostname
    if split.scheme not in ("http", "https") or not host:
        raise BadInput("that is no address: write embedded, http://host:9200 or https://host:9200")
    return urlunsplit((split.scheme, f"{host}:{port}", split.path.rstrip("/"), "", ""))
