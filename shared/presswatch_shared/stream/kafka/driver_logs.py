"""Lines that the Kafka clients write: as facts of ours, warnings and worse, and no more than a few a minute.

During an outage the clients write thousands of lines a minute that all say the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from presswatch_shared.logs import get_logger

__all__ = ["FewLines", "quiet_drivers"]

DRIVERS = ("aiokafka", "kafka", "faust", "mode")
EVERY_SECONDS = 30.0
MOST_KINDS = 500


class FewLines(logging.Handler):
    """Each kind of line once in a while, with how many like it were left out since."""

    def __init__(self, now: Callable[[], float] = time.monotonic, every: float = EVERY_SECONDS) -> None:
        super().__init__(logging.WARNING)
        self._now = now
        self._every = every
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.name, str(record.msg)
        now = self._now()
        last, left_out = self._seen.get(kind, (now - self._every, 0))
        if now - last < self._every:
            self._seen[kind] = last, left_out + 1
            return
        if len(self._seen) >= MOST_KINDS:
            self._seen.clear()
        self._seen[kind] = now, 0
        more = {"left_out": left_out} if left_out else {}
        # The clients' errors are our warnings: what follows from them is decided, and logged, by the stage.
        get_logger("kafka").warning(record.getMessage()[:500], driver=record.name, **more)


def quiet_drivers() -> None:
    """Take over what the clients write. Doing it again changes nothing."""
    for name in DRIVERS:
        logger = logging.getLogger(name)
        if not any(isinstance(handler, FewLines) for handler in logger.handlers):
            logger.handlers = [FewLines()]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
