"""The limit on a message, one for all hosts."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.errors import Poison
from presswatch_shared.stream.port import MESSAGE_BYTES, RawOut

__all__ = ["refuse_too_large"]


def refuse_too_large(outs: Sequence[RawOut]) -> None:
    """Raises: Poison: a value is larger than a host takes (reason `too_large`)."""
    for out in outs:
        if len(out.value) > MESSAGE_BYTES:
            raise Poison(
                f"a message of {len(out.value)} bytes for {out.topic}: the limit is {MESSAGE_BYTES}", reason="too_large"
            )
