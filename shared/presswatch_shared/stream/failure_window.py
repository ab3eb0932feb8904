"""Tells a bad message now and then from a stage that fails at large."""

from __future__ import annotations

from collections import deque

__all__ = ["FailureWindow"]


class FailureWindow:
    """The outcomes of the last messages; only failures that nobody named count as such."""

    def __init__(self, *, size: int = 1000, least: int = 100, share: float = 0.2) -> None:
        self._outcomes: deque[bool] = deque(maxlen=size)
        self._failures = 0
        self._least = least
        self._share = share

    def add(self, *, failed: bool, count: int = 1) -> None:
        for _ in range(count):
            if len(self._outcomes) == self._outcomes.maxlen:
                self._failures -= self._outcomes[0]
            self._outcomes.append(failed)
            self._failures += failed

    def clear(self) -> None:
        self._outcomes.clear()
        self._failures = 0

    @property
    def seen(self) -> int:
        return len(self._outcomes)

    @property
    def failures(self) -> int:
        return self._failures

    @property
    def too_many(self) -> bool:
        """Whether the stage should pause rather than set further messages aside."""
        return self.seen >= self._least and self._failures > self._share * self.seen
