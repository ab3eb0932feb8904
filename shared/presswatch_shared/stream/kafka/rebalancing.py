"""What a member of either host does when its group is shared anew, and when it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from presswatch_shared.logs import get_logger
from presswatch_shared.stream.kafka.held import Held
from presswatch_shared.stream.kafka.member import Membership

__all__ = ["finish_batch", "leave"]


async def finish_batch(held: Held, stable: asyncio.Event, member: Membership, *, within: float) -> None:
    """Let the batch in hand be finished, for so many seconds; `stable` is not set any more."""
    stable.clear()
    if not await held.settled(within):
        get_logger("stream").warning("batch not finished before the group was shared anew", member=member.id)


async def leave(stop: Coroutine[Any, Any, Any], member: Membership, *, within: float) -> None:
    """Stop the client, and after so many seconds go on without it; the member's id is free then."""
    stopping = asyncio.create_task(stop)
    await asyncio.wait({stopping}, timeout=within)
    member.give_back()
