"""How every consumer of a group is set up, whichever host runs it."""

from __future__ import annotations

from typing import Any

from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from presswatch_shared.stream.kafka.connection import client_options
from presswatch_shared.stream.kafka.member import Membership
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.port import POLL_BYTES

__all__ = ["group_options"]

# A handler may take as long as it makes progress: the supervisor of the stage watches that, not the client.
MOST_POLL_SECONDS = 86_400


def group_options(settings: KafkaSettings, group: str, member: Membership) -> dict[str, Any]:
    """Keyword arguments of aiokafka's consumer."""
    session = round(settings.session * 1000)
    return {
        **client_options(settings.address),
        "group_id": settings.prefix + group,
        "group_instance_id": member.id,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        # Partitions of the same number on all topics go to the same member.
        "partition_assignment_strategy": (RangePartitionAssignor,),
        "session_timeout_ms": session,
        "heartbeat_interval_ms": session // 4,
        "rebalance_timeout_ms": session + round(settings.revoke_within * 1000),
        "max_poll_interval_ms": MOST_POLL_SECONDS * 1000,
        "fetch_max_bytes": POLL_BYTES,
        "max_partition_fetch_bytes": POLL_BYTES,
    }
