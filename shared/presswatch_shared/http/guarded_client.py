"""The guarded client on aiohttp: whoever chose the URL, nothing but the open internet is reached, within limits.

The address is checked in `socket_factory`, the last moment before a connection: a check of names or a checking resolver
would miss IP literals and names whose address changes between check and use.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver

from presswatch_shared.http.address_guard import CLOSED_ADDRESS, AddressGuard, Target
from presswatch_shared.http.body_reading import read_body
from presswatch_shared.http.port import Blocked, FetchFailed, Limits, Response
from presswatch_shared.http.resolving import MappedResolver, ResolverMap
from presswatch_shared.metrics import Metrics

__all__ = ["GuardedClient"]

HEADERS_BYTES = 65_536
HEADERS_COUNT = 256
CODINGS = "gzip, deflate, br, zstd"
AddrInfo = tuple[int, int, int, str, tuple[str | int, ...]]
# Set a request: the addresses that were refused while it connected (its helper tasks inherit the same list).
_refused: ContextVar[list[str]] = ContextVar("refused_addresses")


class GuardedClient:
    """An `HttpClient`. Never follows a redirect, keeps no cookies, takes no proxy from the environment."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        user_agent: str,
        allow_networks: Collection[str] = (),
        allow_ports: Collection[int] = (80, 443),
        names: ResolverMap | None = None,
        resolver: AbstractResolver | None = None,
        connections: int = 256,
    ) -> None:
        """`names` are host names without DNS; where they lead stands open. `resolver` replaces the system's."""
        names = names or {}
        self._guard = AddressGuard(
            allow_networks=allow_networks,
            allow_ports=allow_ports,
            endpoints=_endpoints(names, allow_ports),
        )
        self._metrics = metrics
        self._user_agent = user_agent
        self._names = names
        self._resolver = resolver
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Response:
        """See `HttpClient.get`."""
        return await self._request("GET", url, None, headers or {}, limits or Limits())

    async def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Response:
        """See `HttpClient.post`."""
        return await self._request("POST", url, body, headers or {}, limits or Limits())

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: Limits
    ) -> Response:
        try:
            target = self._guard.check_url(url)
            _refused.set([])
            began = time.monotonic()
            async with _named_failures(target), asyncio.timeout(limits.total):
                return await self._exchange(method, target, body, headers, limits, began)
        except Blocked as blocked:
            self._metrics.ssrf_blocked.labels(blocked.reason).inc()
            raise

    async def _exchange(
        self, method: str, target: Target, body: bytes | None, headers: Mapping[str, str], limits: Limits, began: float
    ) -> Response:
        timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.connect, sock_connect=limits.connect, ceil_threshold=limits.total + 1
        )
        async with asyncio.timeout(limits.connect + limits.first_byte):
            answer = await self._open_session().request(
                method,
                yarl.URL(target.href, encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=timeout,
            )
        try:
            _check_head(answer)
            content = await read_body(answer, limits)
        except BaseException:
            # The rest of a refused answer is not read: its connection is of no further use.
            answer.close()
            raise
        answer.release()
        return _response(target, answer, content, time.monotonic() - began)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                resolver=MappedResolver(self._names, self._resolver),
                socket_factory=self._checked_socket,
                # A map may lead two names with one port to different ports: aiohttp's cache keeps the result's own.
                use_dns_cache=True,
                ttl_dns_cache=10,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": CODINGS},
                auto_decompress=False,
                trust_env=False,
                # Real sites send header lines that the defaults refuse.
                max_line_size=HEADERS_BYTES,
                max_field_size=HEADERS_BYTES,
                max_headers=HEADERS_COUNT,
            )
        return self._session

    def _checked_socket(self, info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        if not self._guard.allows(host, port):
            _refused.get([]).append(host)
            raise OSError("address not open for fetching")
        return socket.socket(family=family, type=kind, proto=protocol)


def _endpoints(names: ResolverMap, ports: Collection[int]) -> Collection[tuple[str, int]]:
    mapped = [target if isinstance(target, tuple) else (target, 0) for target in names.values()]
    return {(address, open_port) for address, port in mapped for open_port in ([port] if port else ports)}


@asynccontextmanager
async def _named_failures(target: Target) -> AsyncIterator[None]:
    """Errors of aiohttp as ours, with a reason from the closed set."""
    try:
        yield
    except TimeoutError as error:
        raise FetchFailed(f"{target.host} did not answer in time", reason="timeout") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise FetchFailed(f"{target.host} has no address", reason="dns") from error
    except (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch) as error:
        raise FetchFailed(f"{target.host}: no trusted TLS connection", reason="tls") from error
    except aiohttp.ClientConnectorError as error:
        if _refused.get([]):
            raise Blocked(CLOSED_ADDRESS, reason="address") from error
        raise FetchFailed(f"{target.host} refuses connections", reason="connect") from error
    except (aiohttp.ClientError, ValueError) as error:
        # aiohttp lets some ValueErrors of a hostile head through (a broken cookie, a status that is no number).
        raise FetchFailed(f"{target.host} broke the protocol", reason="protocol") from error
    except OSError as error:
        raise FetchFailed(f"{target.host}: connection lost", reason="connect") from error


def _check_head(answer: aiohttp.ClientResponse) -> None:
    if sum(len(name) + len(value) + 4 for name, value in answer.raw_headers) > HEADERS_BYTES:
        raise FetchFailed("the headers are too large", reason="too_large")


def _response(target: Target, answer: aiohttp.ClientResponse, body: bytes, seconds: float) -> Response:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.raw_headers:
        name, value = _text(raw_name).lower(), _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    coding = headers.get("content-encoding", "").strip().lower()
    return Response(
        url=target.href,
        status=answer.status,
        headers=headers,
        body=body,
        content_encoding="" if coding == "identity" else coding,
        seconds=seconds,
    )


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
