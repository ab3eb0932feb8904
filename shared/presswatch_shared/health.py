"""Whether a process can do its work: what it depends on is asked, each with a deadline; and its metrics as text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Protocol

from presswatch_shared.metrics import Metrics

__all__ = ["OK", "OPENMETRICS", "Check", "answers_of", "exposition"]

CHECK_SECONDS = 5.0
OK = "ok"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text"


class Check(Protocol):
    """One line of `/readyz`."""

    def __call__(self) -> Awaitable[str]:
        """Empty when all is well, else what is wrong in one sentence."""
        ...


async def answers_of(checks: Mapping[str, Check]) -> Mapping[str, str]:
    """`ok`, or what is wrong, by name. All are asked at once, each with a deadline."""
    answers = await asyncio.gather(*(_answer(check) for check in checks.values()))
    return {name: answer or OK for name, answer in zip(checks, answers, strict=True)}


def exposition(metrics: Metrics, accept: str) -> tuple[bytes, str]:
    """All metrics and their content type: OpenMetrics for those that accept it, else the Prometheus text format."""
    if OPENMETRICS in accept:
        return metrics.expose_openmetrics(), f"{OPENMETRICS}; version=1.0.0; charset=utf-8"
    return metrics.expose(), TEXT


async def _answer(check: Check) -> str:
    """A check that raises or hangs has failed; the others are asked all the same."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    # Whatever a dependency raises, the answer to "are you ready" is no, with the reason.
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
