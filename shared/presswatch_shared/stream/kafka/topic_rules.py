"""What the topics on Kafka are made of: partitions, retention, compaction, the largest message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from presswatch_shared.stream.partitioner import DEFAULT_PARTITIONS
from presswatch_shared.stream.port import MESSAGE_BYTES
from presswatch_shared.topics import (
    ALERTS_FIRED,
    ARTICLES_ENRICHED,
    DEAD_LETTER_SECONDS,
    PAGES_FETCHED,
    dead_letter_topic,
    holds_failures,
    retry_topic,
)

__all__ = ["STAGE_INPUTS", "TopicChange", "TopicRules", "TopicSpec", "all_topics"]

DAY_SECONDS = 86_400.0
# Key, headers and the frame of a batch around the largest value.
FRAME_BYTES = 2**20
MOST_REPLICAS = 3

STAGE_INPUTS: Sequence[tuple[str, str]] = (
    ("enrichment", PAGES_FETCHED.name),
    ("indexing", ARTICLES_ENRICHED.name),
    ("alerting", ARTICLES_ENRICHED.name),
    ("delivery", ALERTS_FIRED.name),
    ("indexing-alerts", ALERTS_FIRED.name),
)
"""Each stage and what it reads: dead letters and messages put back have topics of their own for each."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be."""

    name: str
    partitions: int
    replicas: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicChange:
    """What was done to a topic: `made`, `mended`, `kept`; or `differs`, which only an operator can decide."""

    topic: str
    what: str
    details: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRules:
    """Ages in seconds, 0 = for ever."""

    partitions: int = DEFAULT_PARTITIONS
    replicas: int = 0
    """Copies of each partition; 0: as many as there are brokers, but at most three."""
    pages: float = 3 * DAY_SECONDS
    alerts: float = 30 * DAY_SECONDS

    def spec(self, topic: str, *, brokers: int) -> TopicSpec:
        """What this topic should be on a cluster of so many brokers."""
        replicas = self.replicas or min(MOST_REPLICAS, brokers)
        configs = {
            "cleanup.policy": "delete",
            "retention.ms": _milliseconds(self._age(topic)),
            "max.message.bytes": str(MESSAGE_BYTES + FRAME_BYTES),
            # With three copies a broker may be away without a message being lost or refused.
            "min.insync.replicas": "2" if replicas >= MOST_REPLICAS else "1",
        }
        if topic == ARTICLES_ENRICHED.name:
            configs |= {"cleanup.policy": "compact", "retention.ms": "-1"}
        return TopicSpec(topic, self.partitions, replicas, configs)

    def _age(self, topic: str) -> float:
        if holds_failures(topic):
            return DEAD_LETTER_SECONDS
        return {PAGES_FETCHED.name: self.pages, ALERTS_FIRED.name: self.alerts}.get(topic, 0.0)


def all_topics() -> Sequence[str]:
    """Every topic of the product, those of its dead letters and of what is put back included."""
    names = {PAGES_FETCHED.name: None, ARTICLES_ENRICHED.name: None, ALERTS_FIRED.name: None}
    for stage, topic in STAGE_INPUTS:
        names |= {dead_letter_topic(topic, stage): None, retry_topic(topic, stage): None}
    return tuple(names)


def _milliseconds(age: float) -> str:
    return str(round(age * 1000)) if age else "-1"
