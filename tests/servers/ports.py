"""Free ports that stay free: none of those that outgoing connections are given.

A client that keeps trying a stopped server's port from the range of outgoing connections meets itself there sooner or
later (a simultaneous open), and the server cannot come back.
"""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

__all__ = ["free_ports"]

# Linux hands out 32768–60999, macOS 49152–65535.
FIRST, LAST = 18000, 31999
TRIES = 200


def free_ports(count: int) -> list[int]:
    """As many different ports as asked for, on which nothing listens on this machine's loopback."""
    with ExitStack() as taken:
        found: list[int] = []
        for port in random.Random().sample(range(FIRST, LAST + 1), TRIES):
            if len(found) == count:
                break
            candidate = taken.enter_context(socket.socket())
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found
