"""The setting that names a Kafka cluster: `kafka://[user[:password]@]host:port[,host:port…][?sasl=…&ca=…]`.

`kafka+tls://` speaks TLS. With a user, SASL is used: `sasl` is `plain`, `scram-sha-256` or `scram-sha-512` (default).
`ca` is a file with the certificates to trust instead of the system's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from presswatch_shared.errors import BadInput

__all__ = ["SCHEMES", "KafkaAddress", "parse_address"]

SCHEMES = ("kafka", "kafka+tls")
SASL = {"plain": "PLAIN", "scram-sha-256": "SCRAM-SHA-256", "scram-sha-512": "SCRAM-SHA-512"}
DEFAULT_PORT = 9092
EXAMPLE = "write kafka://host:9092 or kafka+tls://host:9093"


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """Where a cluster is, and who asks."""

    servers: tuple[str, ...]
    tls: bool = False
    ca: Path | None = None
    sasl: str = ""
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return ",".join(self.servers)

    def with_password(self, password: str) -> KafkaAddress:
        """The same with this password, where one is given."""
        return replace(self, password=password) if password else self


def parse_address(text: str) -> KafkaAddress:
    """Raises: BadInput: not such an address; the text names what is wrong and never holds the password."""
    parts = urlsplit(text.strip())
    if parts.scheme not in SCHEMES:
        raise BadInput(f"not the address of a Kafka cluster: {EXAMPLE}")
    userinfo, _, hosts = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    if parts.path.strip("/"):
        raise BadInput(f"the address of a Kafka cluster ends after the port: {EXAMPLE}")
    options = _options(parts.query)
    return KafkaAddress(
        servers=_servers(hosts),
        tls=parts.scheme == "kafka+tls",
        ca=Path(options["ca"]) if "ca" in options else None,
        sasl=_sasl(options.get("sasl", "scram-sha-512")) if user else "",
        user=unquote(user),
        password=unquote(password),
    )


def _servers(hosts: str) -> tuple[str, ...]:
    return tuple(_server(host.strip()) for host in hosts.split(","))


def _server(text: str) -> str:
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise BadInput(f"{text!r} is no host and port: {EXAMPLE}") from error
    if not parts.hostname or parts.path:
        raise BadInput(f"{text!r} is no host and port: {EXAMPLE}")
    return f"[{parts.hostname}]:{port}" if ":" in parts.hostname else f"{parts.hostname}:{port}"


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in options:
        if name not in ("sasl", "ca"):
            raise BadInput(f"{name!r} is no option of a Kafka address: there are sasl and ca")
    return options


def _sasl(name: str) -> str:
    if name not in SASL:
        raise BadInput(f"sasl={name} is not known: there are {', '.join(SASL)}")
    return SASL[name]
