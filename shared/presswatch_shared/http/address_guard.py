"""What may be reached: pure rules about addresses, ports and the form of a URL."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import ada_url

from presswatch_shared.http.port import Blocked
from presswatch_shared.texts import Text, gettext
from presswatch_shared.urls import MAX_LENGTH

__all__ = ["BLOCK_REASONS", "CLOSED_ADDRESS", "AddressGuard", "Target"]

BLOCK_REASONS = ("malformed", "too_long", "scheme", "userinfo", "port", "address")
CLOSED_ADDRESS = gettext("this address is not open for fetching: PRESSWATCH_ALLOW_NETWORKS opens networks of one's own")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Written out, since `is_private` and `is_global` of the standard library miss some of these on Python 3.11.
DENIED_V4: Sequence[ipaddress.IPv4Network] = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # platform services of Azure, from inside a machine there
        "169.254.0.0/16",  # link-local, and the metadata services of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
DENIED_V6: Sequence[ipaddress.IPv6Network] = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 holds an IPv4 address of anybody's choice
        "3fff::/20",
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed: parsed once, and this form is what is fetched."""

    href: str
    host: str
    port: int


class AddressGuard:
    """Decides by rules and what the operator opened. Knows no names: addresses are checked as they are connected."""

    def __init__(
        self,
        *,
        allow_networks: Collection[str] = (),
        allow_ports: Collection[int] = (80, 443),
        endpoints: Collection[tuple[str, int]] = (),
    ) -> None:
        """`endpoints` are single (address, port) pairs that stand open: where names of a resolver map lead."""
        self._networks: Sequence[Network] = tuple(ipaddress.ip_network(network) for network in allow_networks)
        self._ports = frozenset(allow_ports)
        self._endpoints = frozenset(endpoints)

    def check_url(self, url: str) -> Target:
        """The parsed form.

        Raises:
            Blocked: with one of BLOCK_REASONS.
        """
        if len(url) > MAX_LENGTH:
            raise Blocked(_too_long(), reason="too_long")
        try:
            parsed = ada_url.URL(url)
        except ValueError as error:
            raise Blocked(gettext("this is no address"), reason="malformed") from error
        if parsed.protocol not in ("http:", "https:"):
            raise Blocked(gettext("only http and https are fetched"), reason="scheme")
        if parsed.username or parsed.password:
            raise Blocked(gettext("an address with a user name or password is not fetched"), reason="userinfo")
        port = int(parsed.port or (443 if parsed.protocol == "https:" else 80))
        if port not in self._ports:
            raise Blocked(_closed_port(port), reason="port")
        if len(parsed.href) > MAX_LENGTH:
            raise Blocked(_too_long(), reason="too_long")
        if self._forbidden_literal(parsed.hostname):
            raise Blocked(CLOSED_ADDRESS, reason="address")
        return Target(parsed.href, parsed.hostname, port)

    def allows(self, address: str, port: int) -> bool:
        """Whether a connection to this numeric address may be made."""
        if (address, port) in self._endpoints:
            return True
        try:
            parsed = _unwrapped(ipaddress.ip_address(address))
        except ValueError:
            return False
        if any(parsed.version == network.version and parsed in network for network in self._networks):
            return True
        return _is_public(parsed)

    def _forbidden_literal(self, host: str) -> bool:
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return not self.allows(host.strip("[]"), 0)


def _unwrapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in DENIED_V4)
    return address.scope_id is None and address in GLOBAL_V6 and not any(address in network for network in DENIED_V6)


def _too_long() -> Text:
    return gettext("an address longer than %(most)s characters is not fetched", most=str(MAX_LENGTH))


def _closed_port(port: int) -> Text:
    return gettext("port %(port)s is not open for fetching: PRESSWATCH_ALLOW_PORTS opens it", port=str(port))
