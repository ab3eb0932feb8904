"""What every host of the stream promises: one suite, run on each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from presswatch_shared.errors import Poison
from presswatch_shared.stream.partitioner import partition_of
from presswatch_shared.stream.port import MESSAGE_BYTES, Consumer, RawOut, RawRecord, Revoked, Stream

TOPIC, OTHER = "things.made", "things.sold"
WAIT = 5.0


def outs(count: int, *, topic: str = TOPIC, first: int = 0) -> Sequence[RawOut]:
    return [RawOut(topic, f"key-{number}", f"value-{number}".encode()) for number in range(first, first + count)]


def values(batch: Sequence[RawRecord]) -> list[str]:
    return sorted((record.value.decode() for record in batch), key=lambda text: int(text.partition("-")[2]))


def expected(count: int, first: int = 0) -> list[str]:
    return [f"value-{number}" for number in range(first, first + count)]


async def drain(consumer: Consumer, count: int, *, limit: int = 1000) -> list[RawRecord]:
    """Poll until so many messages have come."""
    found: list[RawRecord] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found.extend(await consumer.poll(limit, WAIT))
    return found


class StreamSuite:
    """Inherit, and give the fixture `stream`: an empty one with four partitions a topic."""

    async def test_what_was_published_is_polled(self, stream: Stream) -> None:
        await stream.publish(outs(20))
        consumer = await stream.consumer("group", [TOPIC])
        assert values(await drain(consumer, 20)) == expected(20)
        assert await consumer.poll(10, 0) == []

    async def test_a_message_comes_as_it_was_given(self, stream: Stream) -> None:
        value = bytes(range(256)) * 40
        await stream.publish([RawOut(TOPIC, "ключ", value)])
        (record,) = await drain(await stream.consumer("group", [TOPIC]), 1)
        assert (record.key, record.value) == ("ключ", value)
        assert record.position.topic == TOPIC
        assert record.position.partition == partition_of("ключ", 4)
        assert record.appended_at > 0

    async def test_messages_of_a_key_keep_their_order_in_one_partition(self, stream: Stream) -> None:
        for number in range(30):
            await stream.publish([RawOut(TOPIC, f"key-{number % 3}", str(number).encode())])
        batch = await drain(await stream.consumer("group", [TOPIC]), 30, limit=7)
        for key in ("key-0", "key-1", "key-2"):
            mine = [record for record in batch if record.key == key]
            assert [int(record.value) for record in mine] == sorted(int(record.value) for record in mine)
            assert len({record.position.partition for record in mine}) == 1
            offsets = [record.position.offset for record in mine]
            assert offsets == sorted(set(offsets))

    async def test_a_poll_gives_no_more_than_its_limit(self, stream: Stream) -> None:
        await stream.publish(outs(50))
        consumer = await stream.consumer("group", [TOPIC])
        assert len(await consumer.poll(8, WAIT)) <= 8

    async def test_an_empty_poll_waits_and_gives_nothing(self, stream: Stream) -> None:
        consumer = await stream.consumer("group", [TOPIC])
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await consumer.poll(10, 0.1) == []
        assert loop.time() - began >= 0.09

    async def test_a_batch_of_nothing_can_be_committed_with_what_is_to_be_written(self, stream: Stream) -> None:
        consumer = await stream.consumer("group", [TOPIC])
        await consumer.commit([], [])
        await consumer.commit([], outs(1))
        assert values(await drain(consumer, 1)) == expected(1)

    async def test_a_poll_that_waits_is_woken_by_an_append(self, stream: Stream) -> None:
        consumer = await stream.consumer("group", [TOPIC])
        waiting = asyncio.create_task(consumer.poll(10, 30.0))
        await asyncio.sleep(0)
        await stream.publish(outs(1))
        assert values(await asyncio.wait_for(waiting, 5)) == expected(1)

    async def test_a_new_member_begins_behind_the_last_commit(self, stream: Stream) -> None:
        await stream.publish(outs(10))
        first = await stream.consumer("group", [TOPIC])
        await first.commit(await drain(first, 10), [])
        await stream.publish(outs(5, first=10))
        await drain(first, 5)
        await first.close()
        second = await stream.consumer("group", [TOPIC])
        assert values(await drain(second, 5)) == expected(5, first=10)

    async def test_a_part_of_what_was_polled_can_be_committed(self, stream: Stream) -> None:
        await stream.publish([RawOut(TOPIC, "one", f"value-{number}".encode()) for number in range(6)])
        consumer = await stream.consumer("group", [TOPIC])
        batch = await drain(consumer, 6)
        await consumer.commit(batch[:2], [])
        await consumer.rewind()
        assert values(await drain(consumer, 4)) == expected(4, first=2)

    async def test_after_a_rewind_the_same_messages_come_again(self, stream: Stream) -> None:
        await stream.publish(outs(10))
        consumer = await stream.consumer("group", [TOPIC])
        first = await drain(consumer, 10)
        await consumer.rewind()
        assert sorted(r.position for r in await drain(consumer, 10)) == sorted(r.position for r in first)

    async def test_groups_do_not_disturb_each_other(self, stream: Stream) -> None:
        await stream.publish(outs(10))
        one, two = await stream.consumer("one", [TOPIC]), await stream.consumer("two", [TOPIC])
        await one.commit(await drain(one, 10), [])
        assert values(await drain(two, 10)) == expected(10)

    async def test_a_commit_writes_its_outputs(self, stream: Stream) -> None:
        await stream.publish(outs(3))
        consumer = await stream.consumer("group", [TOPIC])
        await consumer.commit(await drain(consumer, 3), outs(3, topic=OTHER, first=100))
        reader = await stream.consumer("reader", [OTHER])
        assert values(await drain(reader, 3)) == expected(3, first=100)

    async def test_outputs_wake_who_waits_for_them(self, stream: Stream) -> None:
        await stream.publish(outs(1))
        consumer, reader = await stream.consumer("group", [TOPIC]), await stream.consumer("reader", [OTHER])
        waiting = asyncio.create_task(reader.poll(10, 30.0))
        await consumer.commit(await drain(consumer, 1), outs(1, topic=OTHER, first=7))
        assert values(await asyncio.wait_for(waiting, 5)) == expected(1, first=7)

    async def test_one_consumer_reads_several_topics(self, stream: Stream) -> None:
        await stream.publish([*outs(5), *outs(5, topic=OTHER, first=5)])
        consumer = await stream.consumer("group", [TOPIC, OTHER])
        batch = await drain(consumer, 10)
        assert values(batch) == expected(10)
        await consumer.commit(batch, [])
        lag = await stream.lag("group", [TOPIC, OTHER])
        assert [lag[TOPIC].records, lag[OTHER].records] == [0, 0]

    async def test_two_members_share_the_partitions(self, stream: Stream) -> None:
        one, two = await stream.consumer("group", [TOPIC]), await stream.consumer("group", [TOPIC])
        async with asyncio.timeout(10):
            # Both take part until each has given up or taken what is its due.
            mine, others = set[int](), set[int]()
            number = 0
            while (len(mine), len(others)) != (2, 2):
                await stream.publish(outs(8, first=number))
                number += 8
                for consumer, seen in ((one, mine), (two, others)):
                    batch = await consumer.poll(1000, 0.05)
                    seen.clear()
                    seen.update(record.position.partition for record in batch)
                    await consumer.commit(batch, [])
        assert mine.isdisjoint(others)

    async def test_each_member_has_its_part_of_every_topic(self, stream: Stream) -> None:
        one, two = [await stream.consumer("group", [TOPIC, OTHER]) for _ in range(2)]
        seen: tuple[set[tuple[str, int]], set[tuple[str, int]]] = set(), set()
        async with asyncio.timeout(10):
            number = 0
            while (len(seen[0]), len(seen[1])) != (4, 4):
                await stream.publish([*outs(16, first=number), *outs(16, topic=OTHER, first=number)])
                number += 16
                for consumer, places in ((one, seen[0]), (two, seen[1])):
                    batch = await consumer.poll(1000, 0.05)
                    places.clear()
                    places.update((record.position.topic, record.position.partition) for record in batch)
                    await consumer.commit(batch, [])
        assert seen[0].isdisjoint(seen[1])
        for places in seen:
            assert {number for topic, number in places if topic == TOPIC} == {
                number for topic, number in places if topic == OTHER
            }

    async def test_a_busy_partition_starves_no_other(self, stream: Stream) -> None:
        await stream.publish([RawOut(TOPIC, "busy", b"x") for _ in range(60)])
        quiet = next(f"key-{n}" for n in range(99) if partition_of(f"key-{n}", 4) != partition_of("busy", 4))
        await stream.publish([RawOut(TOPIC, quiet, b"y")])
        consumer = await stream.consumer("group", [TOPIC])
        keys = [record.key for _ in range(4) for record in await consumer.poll(10, WAIT)]
        assert quiet in keys

    async def test_two_members_get_each_message_once(self, stream: Stream) -> None:
        one, two = await stream.consumer("group", [TOPIC]), await stream.consumer("group", [TOPIC])
        found: list[RawRecord] = []
        async with asyncio.timeout(20):
            for first in range(0, 200, 20):
                await stream.publish(outs(20, first=first))
                for consumer in (one, two):
                    batch = await consumer.poll(1000, 0.02)
                    await consumer.commit(batch, [])
                    found.extend(batch)
            while len(found) < 200:
                for consumer in (one, two):
                    batch = await consumer.poll(1000, 0.02)
                    await consumer.commit(batch, [])
                    found.extend(batch)
        assert values(found) == expected(200)

    async def test_a_member_with_more_at_hand_than_it_is_asked_for_shares_with_one_who_comes(
        self, stream: Stream
    ) -> None:
        await stream.publish(outs(200))
        one = await stream.consumer("group", [TOPIC])
        found = list(await drain(one, 2, limit=2))
        await one.commit(found, [])
        two = await stream.consumer("group", [TOPIC])
        of_two: list[RawRecord] = []
        async with asyncio.timeout(20):
            while not of_two or len(found) + len(of_two) < 200:
                for consumer, seen in ((one, found), (two, of_two)):
                    batch = await consumer.poll(2, 0.05)
                    await consumer.commit(batch, [])
                    seen.extend(batch)
        assert values([*found, *of_two]) == expected(200)

    async def test_the_partitions_of_one_who_left_go_to_the_other(self, stream: Stream) -> None:
        one, two = await stream.consumer("group", [TOPIC]), await stream.consumer("group", [TOPIC])
        await stream.publish(outs(20))
        await one.close()
        assert values(await drain(two, 20)) == expected(20)

    async def test_a_closed_member_cannot_commit(self, stream: Stream) -> None:
        await stream.publish(outs(4))
        consumer = await stream.consumer("group", [TOPIC])
        batch = await drain(consumer, 4)
        await consumer.close()
        with pytest.raises(Revoked):
            await consumer.commit(batch, outs(1, topic=OTHER))
        assert sum((await stream.end_offsets(OTHER)).values()) == 0

    async def test_lag_counts_what_is_not_committed(self, stream: Stream) -> None:
        await stream.publish(outs(10))
        assert (await stream.lag("group", [TOPIC]))[TOPIC].records == 10
        consumer = await stream.consumer("group", [TOPIC])
        batch = await drain(consumer, 10)
        assert (await stream.lag("group", [TOPIC]))[TOPIC].records == 10
        await consumer.commit(batch, [])
        assert (await stream.lag("group", [TOPIC]))[TOPIC].records == 0

    async def test_a_topic_that_is_not_there_is_empty(self, stream: Stream) -> None:
        assert await stream.end_offsets("nothing") == {}
        assert await stream.read("nothing", 0, 0, 10) == []
        assert (await stream.lag("group", ["nothing"]))["nothing"].records == 0

    async def test_reading_needs_no_group_and_moves_nothing(self, stream: Stream) -> None:
        await stream.publish(outs(12))
        ends = await stream.end_offsets(TOPIC)
        assert sum(ends.values()) == 12
        found = [record for partition in ends for record in await stream.read(TOPIC, partition, 0, 100)]
        assert values(found) == expected(12)
        assert (await stream.lag("group", [TOPIC]))[TOPIC].records == 12
        partition = found[0].position.partition
        later = await stream.read(TOPIC, partition, 1, 1)
        assert [record.position.offset for record in later] == ([1] if ends[partition] > 1 else [])
        assert await stream.read(TOPIC, partition, ends[partition], 10) == []
        assert await stream.read(TOPIC, 99, 0, 10) == []

    async def test_the_topics_are_listed(self, stream: Stream) -> None:
        assert await stream.topics() == []
        await stream.publish([*outs(1, topic=OTHER), *outs(1)])
        assert list(await stream.topics()) == [TOPIC, OTHER]

    async def test_nothing_published_is_nothing_done(self, stream: Stream) -> None:
        await stream.publish([])
        assert await stream.topics() == []

    async def test_a_message_of_the_largest_size_passes_and_a_larger_one_is_refused(self, stream: Stream) -> None:
        await stream.publish([RawOut(TOPIC, "big", b"x" * MESSAGE_BYTES)])
        with pytest.raises(Poison) as refused:
            await stream.publish([*outs(1), RawOut(TOPIC, "big", b"x" * (MESSAGE_BYTES + 1))])
        assert refused.value.reason == "too_large"
        consumer = await stream.consumer("group", [TOPIC])
        (record,) = await drain(consumer, 1)
        assert len(record.value) == MESSAGE_BYTES

    async def test_large_messages_come_in_several_polls(self, stream: Stream) -> None:
        for number in range(5):
            await stream.publish([RawOut(TOPIC, "big", b"%d" % number + b"x" * (12 * 2**20))])
        consumer = await stream.consumer("group", [TOPIC])
        counts: list[int] = []
        async with asyncio.timeout(20):
            while sum(counts) < 5:
                counts.append(len(await consumer.poll(100, WAIT)))
        # The third brings it over the limit.
        assert max(counts) <= 3
