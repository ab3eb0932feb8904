"""Where Kibana is, and who we are there. The page links to it; `presswatch admin kibana` writes to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from presswatch_shared.errors import BadInput

__all__ = ["KibanaSettings", "kibana_settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KibanaSettings:
    """`url` holds no user name and no slash at its end: it may be shown."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    authority: str = ""
    """PEM of the certificate authority, or the path of a file with it; empty: the usual ones."""
    space: str = ""
    """Kibana's id of the space; empty: the default one."""

    @property
    def root(self) -> str:
        """The address of the space, before `/api` and `/app`."""
        return f"{self.url}/s/{self.space}" if self.space else self.url


def kibana_settings(address: str, *, api_key: str = "", authority: str = "", space: str = "") -> KibanaSettings:
    """Of `http(s)://[user:password@]host[:port][/base]`.

    Raises:
        BadInput: it is no such address, or both a user and an API key are given.
    """
    split = urlsplit(address.strip())
    try:
        port = split.port
    except ValueError as error:
        raise BadInput(f"no good port: {error}") from error
    if split.scheme not in ("http", "https") or not split.hostname:
        raise BadInput("that is no address of Kibana: write http://host:5601 or https://host:5601")
    if split.username and api_key:
        raise BadInput("PRESSWATCH_KIBANA names a user and PRESSWATCH_KIBANA_API_KEY is set: use one of them")
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    place = f"{host}:{port}" if port else host
    return KibanaSettings(
        url=urlunsplit((split.scheme, place, split.path.rstrip("/"), "", "")),
        user=unquote(split.username or ""),
        password=unquote(split.password or ""),
        api_key=api_key,
        authority=authority,
        space=space,
    )
