"""Where a server is, as it is told from the process that keeps it to those that use it."""

from __future__ import annotations

import msgspec

__all__ = ["Address", "KafkaAddress", "PostgresqlAddress", "SearchAddress"]


class KafkaAddress(msgspec.Struct, frozen=True, tag=True):
    """A broker without encryption or login."""

    bootstrap: str
    """`host:port`, as clients take it."""

    @property
    def setting(self) -> str:
        """As `PRESSWATCH_STREAM` takes it."""
        return f"kafka://{self.bootstrap}"


class SearchAddress(msgspec.Struct, frozen=True, tag=True):
    """A search server; with security on it has a user, a password and the certificate it is known by."""

    url: str
    user: str = ""
    password: str = ""
    ca: str = ""
    """Path of the certificate of its authority, PEM."""


class PostgresqlAddress(msgspec.Struct, frozen=True, tag=True):
    """A database, as `PRESSWATCH_STORE` and drivers take it."""

    url: str


Address = KafkaAddress | SearchAddress | PostgresqlAddress
