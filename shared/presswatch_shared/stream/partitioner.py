"""Which partition a key belongs to: Kafka's default partitioner, so that every host puts a key in the same place."""

from __future__ import annotations

import struct

__all__ = ["DEFAULT_PARTITIONS", "murmur2", "partition_of"]

DEFAULT_PARTITIONS = 4
SEED = 0x9747B28C
FACTOR = 0x5BD1E995
MASK = 0xFFFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """The partition of `key` among so many."""
    return (murmur2(key.encode("utf-8")) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """MurmurHash2 of 32 bits with Kafka's seed, unsigned."""
    whole = len(data) & ~3
    state = (SEED ^ len(data)) & MASK
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        mixed = (word * FACTOR) & MASK
        mixed = ((mixed ^ (mixed >> 24)) * FACTOR) & MASK
        state = ((state * FACTOR) & MASK) ^ mixed
    if whole < len(data):
        state = ((state ^ int.from_bytes(data[whole:], "little")) * FACTOR) & MASK
    state = ((state ^ (state >> 13)) * FACTOR) & MASK
    return state ^ (state >> 15)
