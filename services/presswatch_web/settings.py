"""What the web service needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from presswatch_shared.settings import BindAddress

__all__ = ["OpenIdSettings", "WebSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """A provider of logins by OpenID Connect, and what its users are here at first: a role, or empty for nobody new."""

    issuer: str
    client_id: str
    client_secret: str
    role: str = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where the service listens, whom it answers, and its limits. Seconds and bytes."""

    bind: BindAddress = field(default_factory=lambda: BindAddress(host="127.0.0.1", port=8080))
    public_url: str = ""
    """Address of the page as others see it; its host is accepted beside the one listened on."""
    language: str = "en"
    """Of feeds of watches whose owner has chosen none."""
    apprise_schemes: tuple[str, ...] = ()
    """Services that Apprise may be used for."""
    listeners: int = 1000
    """Live connections at once."""
    live_poll: float = 0.3
    """How often new alerts are looked for while anybody listens."""
    heartbeat: float = 15.0
    """How often a silent live connection is sent a comment."""
    body_bytes: int = 1024 * 1024
    """Largest request."""
    stop_within: float = 3.0
    """How long requests in flight may go on after the order to stop."""
    always_login: bool = False
    """Demand a login on loopback, too: behind a proxy everybody comes from there."""
    requests_per_second: float = 50.0
    """How often one user or token may ask over a while, where a login is demanded."""
    requests_at_once: float = 200.0
    secret_key: str = ""
    """Signs what a login by OpenID keeps in the browser meanwhile; all web processes share it."""
    openid: OpenIdSettings | None = None
    kibana: str = ""
    """Address of Kibana, its space among it; empty where there is none over our index."""

    @property
    def demands_login(self) -> bool:
        """Only this machine can reach a loopback address; everywhere else one must say who one is."""
        return self.always_login or not self.bind.is_loopback

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it over TLS alone."""
        return self.public_url.startswith("https://")

    @property
    def link_base(self) -> str:
        """Address of the page as others see it, without a slash at its end."""
        return (self.public_url or f"http://{self.bind}").rstrip("/")

    @property
    def public_host(self) -> str:
        """Host and port of the public address, lower-case; empty where none is set."""
        return urlsplit(self.public_url).netloc.lower()
