"""How much room tables take."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from presswatch_shared.store.database import Tx

__all__ = ["bytes_of_tables"]

SQLITE = """
    SELECT coalesce(sum(pgsize), 0) FROM dbstat
    WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = :table)
"""
POSTGRESQL = "SELECT pg_total_relation_size(CAST(:table AS regclass))"


def bytes_of_tables(tx: Tx, tables: Iterable[str]) -> int:
    """Bytes on disk with their indexes."""
    statement = text(SQLITE if tx.dialect.name == "sqlite" else POSTGRESQL)
    return sum(int(tx.execute(statement, {"table": table}).scalar_one()) for table in tables)
