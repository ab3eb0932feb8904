"""How the members of a consumer group share its partitions: evenly, and nothing is taken that another holds.

A partition number is shared as one, over all topics of the group: so each member has its part of every topic, and a key
stays with one member whichever topic it comes on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["Share", "next_share", "quota"]


@dataclass(frozen=True, slots=True)
class Share:
    """The partition numbers a member should take and give up now."""

    take: tuple[int, ...] = ()
    give: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.take or self.give)


def quota(total: int, members: Collection[str], member: str) -> int:
    """How many of `total` partition numbers `member` may hold; the quotas of all members add up to `total`."""
    each, over = divmod(total, len(members))
    return each + (sorted(members).index(member) < over)


def next_share(
    partitions: Collection[int], *, held: Collection[int], taken: Collection[int], idle: Collection[int], most: int
) -> Share:
    """The next step of a member that may hold `most` partitions, has `held` and sees `taken` in other hands.

    It gives up only `idle` ones: those without a message polled and not committed.
    """
    if len(held) > most:
        return Share(give=tuple(sorted(idle)[: len(held) - most]))
    free = sorted(set(partitions) - set(held) - set(taken))
    return Share(take=tuple(free[: most - len(held)]))
