"""How a stage fares, for `/readyz`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from presswatch_shared.clock import Clock
from presswatch_shared.stream.port import Stream
from presswatch_shared.topics import PAGES_FETCHED

__all__ = ["StageHealth", "StageState", "stream_check"]

# A stage that only retries for so long says so on /readyz; short disturbances do not.
PATIENCE_SECONDS = 60.0


class StageState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    RETRYING = "retrying"
    PAUSED = "paused"
    FAILING = "failing"
    STOPPED = "stopped"


@dataclass
class StageHealth:
    """Written by the runner and its supervisor, read by whoever asks. Outlives restarts of the stage."""

    stage: str
    clock: Clock
    state: StageState = StageState.STARTING
    reason: str = ""
    batches: int = 0
    """Finished since the start of the process."""
    progress_at: float = field(init=False)
    """Monotonic: when a batch was finished or tried again."""
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self.progress_at = self._since = self.clock.monotonic()

    def turn(self, state: StageState, reason: str = "") -> None:
        """The stage is in this state from now on."""
        if state is not self.state:
            self._since = self.clock.monotonic()
        self.state, self.reason = state, reason

    def finished_batch(self) -> None:
        self.batches += 1
        self.progressed()
        if self.state is not StageState.RUNNING:
            self.turn(StageState.RUNNING)

    def progressed(self) -> None:
        """Something that is not standing still: a batch finished, a retry, nothing to do."""
        self.progress_at = self.clock.monotonic()

    async def check(self) -> str:
        """Empty when the stage is ready, else one sentence."""
        lasting = self.clock.monotonic() - self._since >= PATIENCE_SECONDS
        if self.state in (StageState.PAUSED, StageState.FAILING) or (self.state is StageState.RETRYING and lasting):
            return f"{self.stage} is {self.state}: {self.reason}"
        return ""


def stream_check(stream: Stream) -> Callable[[], Awaitable[str]]:
    """A check that raises while the stream cannot be asked."""

    async def check() -> str:
        await stream.end_offsets(PAGES_FETCHED.name)
        return ""

    return check
