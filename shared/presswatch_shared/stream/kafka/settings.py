"""What an installation may choose on Kafka."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from presswatch_shared.stream.kafka.address import KafkaAddress
from presswatch_shared.stream.kafka.topic_rules import TopicRules

__all__ = ["KafkaSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """Times in seconds."""

    address: KafkaAddress
    host: str = "aiokafka"
    """What runs a consumer: `faust` or `aiokafka`."""
    prefix: str = ""
    """Stands before the names of topics and groups, so that installations can share a cluster."""
    rules: TopicRules = field(default_factory=TopicRules)
    member: str = ""
    """Name of this replica among all; empty: made of the machine's name and the folder."""
    folder: Path
    """Where the locks of the replicas of this machine are."""
    session: float = 10.0
    """A member that shows no sign of life for so long loses its partitions."""
    revoke_within: float = 10.0
    """How long a rebalance waits for the batch in hand."""
    answer_within: float = 10.0
    """How long the brokers may take to acknowledge or to answer, before it counts as `Retry`."""
