"""What is wrong with a query, in the reader's language."""

from __future__ import annotations

from typing import Any

__all__ = ["fault_text"]


def fault_text(fault: Any, query: str) -> str:
    return str(fault.message)
