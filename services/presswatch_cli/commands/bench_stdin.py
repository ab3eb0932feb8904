"""Ends a measuring process with whoever started it: that one holds the other end of its standard input."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

__all__ = ["until_stdin_closes"]


async def until_stdin_closes() -> None:
    """A daemon thread reads the bare descriptor, so that nothing is held up at exit."""
    loop, closed = asyncio.get_running_loop(), asyncio.Event()

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        if not loop.is_closed():
            loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()
    await closed.wait()
