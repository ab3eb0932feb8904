"""The one catalogue of tables. Each module of this package defines its tables beside the functions that use them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData
from sqlalchemy.types import Integer, TypeEngine

__all__ = ["metadata", "micros", "row_id"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def micros(name: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    """A moment: µs since 1970 UTC."""
    return Column(name, BigInteger, nullable=nullable, index=index)


def row_id() -> TypeEngine[int]:
    """64 bits on PostgreSQL; on SQLite INTEGER, since only that counts up by itself."""
    return BigInteger().with_variant(Integer, "sqlite")
