"""Names to addresses, with a map for names that no DNS knows (sample outlets, tests)."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

__all__ = ["MappedResolver", "ResolverMap"]

ResolverMap = Mapping[str, tuple[str, int] | str]
"""Host name → (address, port): the port replaces the one in the URL; or → address alone."""


class MappedResolver(AbstractResolver):
    """Looks into the map first, then asks the system."""

    def __init__(self, names: ResolverMap, system: AbstractResolver | None = None) -> None:
        self._names = {
            name.lower(): target if isinstance(target, tuple) else (target, 0) for name, target in names.items()
        }
        self._system = system

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        target = self._names.get(host.lower().rstrip("."))
        if target is None:
            if self._system is None:
                self._system = ThreadedResolver()
            return await self._system.resolve(host, port, family)
        address, mapped_port = target
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=mapped_port or port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        if self._system is not None:
            await self._system.close()
