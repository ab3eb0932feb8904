"""Topics as they should be: made where missing, compared where there, mended when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka import errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from presswatch_shared.errors import BadInput, Retry
from presswatch_shared.stream.kafka.connection import client_options, meaning_of, translated
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.kafka.topic_rules import TopicChange, TopicSpec

__all__ = ["Admin"]

VISIBLE_SECONDS = 10.0
LOOK_SECONDS = 0.05
COORDINATION = (
    errors.GroupCoordinatorNotAvailableError,
    errors.NotCoordinatorForGroupError,
    errors.GroupLoadInProgressError,
)
# Where the value of a config comes from: set for this very topic.
SET_FOR_TOPIC = 1


class Admin:
    """Connected when first asked."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._client: AIOKafkaAdminClient | None = None
        self._starting = asyncio.Lock()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def partitions(self, topics: Sequence[str]) -> Mapping[str, int]:
        """How many partitions each topic has; none for those that are not there."""
        if not topics:
            return {}
        with translated(self._settings.address, "looking at topics"):
            async with asyncio.timeout(self._settings.answer_within):
                # All of the cluster: a broker that makes topics on demand would make those that are asked for by name.
                found = await (await self._started()).describe_topics()
        counts = {row["topic"]: len(row["partitions"]) for row in found if not row["error_code"]}
        return {topic: counts[name] for topic in topics if (name := self._settings.prefix + topic) in counts}

    async def names(self) -> Sequence[str]:
        """All topics of this installation, sorted."""
        with translated(self._settings.address, "listing topics"):
            async with asyncio.timeout(self._settings.answer_within):
                names = await (await self._started()).list_topics()
        prefix = self._settings.prefix
        return sorted(name[len(prefix) :] for name in names if name.startswith(prefix) and not name.startswith("__"))

    async def offsets(self, group: str) -> Mapping[tuple[str, int], int]:
        """What the group has committed, by topic and partition."""
        prefix = self._settings.prefix
        with translated(self._settings.address, f"looking at group {group}"):
            async with asyncio.timeout(self._settings.answer_within):
                found = await self._offsets(await self._started(), prefix + group)
        return {
            (place.topic[len(prefix) :], place.partition): committed.offset
            for place, committed in found.items()
            if committed.offset >= 0
        }

    async def _offsets(self, client: Any, group: str) -> Mapping[Any, Any]:
        while True:
            try:
                offsets: Mapping[Any, Any] = await client.list_consumer_group_offsets(group)
            except COORDINATION:
                # A cluster makes its first coordinator when it is first asked for one.
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return offsets

    async def ensure(self, topics: Iterable[str]) -> Mapping[str, int]:
        """Make the topics that are missing; how many partitions each has.

        Raises:
            BadInput: the cluster does not let this user make them.
            Retry: the cluster does not answer.
        """
        wanted = list(dict.fromkeys(topics))
        found = await self.partitions(wanted)
        missing = [topic for topic in wanted if topic not in found]
        if not missing:
            return found
        await self._make(await self._specs(missing))
        return {**found, **await self._visible(missing)}

    async def remove(self, topics: Sequence[str]) -> None:
        """Remove these topics and all they hold."""
        if topics:
            with translated(self._settings.address, "removing topics"):
                async with asyncio.timeout(self._settings.answer_within):
                    await (await self._started()).delete_topics([self._settings.prefix + topic for topic in topics])

    async def apply(self, topics: Sequence[str]) -> Sequence[TopicChange]:
        """Make what is missing and mend what differs; one change a topic, in order."""
        found = await self.partitions(topics)
        specs = await self._specs(topics)
        await self._make([spec for spec in specs if spec.name not in found])
        await self._visible([spec.name for spec in specs])
        configs = await self._configs([spec.name for spec in specs if spec.name in found])
        return [
            await self._mend(spec, found[spec.name], configs[spec.name])
            if spec.name in found
            else TopicChange(spec.name, "made", f"{spec.partitions} partitions, {spec.replicas} replicas")
            for spec in specs
        ]

    async def _mend(self, spec: TopicSpec, partitions: int, configs: Mapping[str, tuple[str, bool]]) -> TopicChange:
        wrong = _differing(spec, configs)
        if wrong:
            own = {name: value for name, (value, is_own) in configs.items() if is_own}
            await self._set(spec.name, {**own, **spec.configs})
            await self._until_set(spec)
        details = [f"{name}={value}" for name, value in wrong.items()]
        if partitions != spec.partitions:
            # More partitions would send a key elsewhere than its earlier messages.
            details.append(f"it has {partitions} partitions instead of {spec.partitions}, and keeps them")
        what = "mended" if wrong else "kept" if partitions == spec.partitions else "differs"
        return TopicChange(spec.name, what, ", ".join(details))

    async def _specs(self, topics: Sequence[str]) -> Sequence[TopicSpec]:
        with translated(self._settings.address, "looking at the cluster"):
            async with asyncio.timeout(self._settings.answer_within):
                cluster = await (await self._started()).describe_cluster()
        return [self._settings.rules.spec(topic, brokers=len(cluster["brokers"])) for topic in topics]

    async def _make(self, specs: Sequence[TopicSpec]) -> None:
        if not specs:
            return
        wanted = [
            NewTopic(
                self._settings.prefix + spec.name, spec.partitions, spec.replicas, topic_configs=dict(spec.configs)
            )
            for spec in specs
        ]
        with translated(self._settings.address, "making topics"):
            async with asyncio.timeout(self._settings.answer_within):
                answer = await (await self._started()).create_topics(wanted)
        # The client never raises for a topic: the answer has the outcome of each.
        for name, code, *said in answer.topic_errors:
            kind = errors.for_code(code)
            if kind not in (errors.NoError, errors.TopicAlreadyExistsError):
                raise self._refused(name, kind(said[0] if said else ""))

    def _refused(self, name: str, error: errors.KafkaError) -> Exception:
        meaning = meaning_of(error, self._settings.address, f"making topic {name}")
        if isinstance(meaning, Retry):
            return meaning
        return BadInput(
            f"topic {name} is missing at Kafka {self._settings.address} and cannot be made "
            f"({type(error).__name__}: {error}): run `presswatch admin topics` as a user who may"
        )

    async def _visible(self, topics: Sequence[str]) -> Mapping[str, int]:
        """Wait until every broker's metadata has the topics."""
        with translated(self._settings.address, f"waiting for topics {', '.join(topics)}"):
            async with asyncio.timeout(VISIBLE_SECONDS):
                while True:
                    found = await self.partitions(topics)
                    if len(found) == len(topics):
                        return found
                    await asyncio.sleep(LOOK_SECONDS)

    async def _configs(self, topics: Sequence[str]) -> Mapping[str, Mapping[str, tuple[str, bool]]]:
        """A topic: each config's value, and whether it was set for that topic."""
        if not topics:
            return {}
        wanted = [ConfigResource(ConfigResourceType.TOPIC, self._settings.prefix + topic) for topic in topics]
        with translated(self._settings.address, "reading the configs of topics"):
            async with asyncio.timeout(self._settings.answer_within):
                answers = await (await self._started()).describe_configs(wanted)
        cut = len(self._settings.prefix)
        return {
            name[cut:]: {entry[0]: (entry[1], entry[3] == SET_FOR_TOPIC) for entry in entries}
            for answer in answers
            for _, _, _, name, entries in answer.resources
        }

    async def _set(self, topic: str, configs: Mapping[str, str]) -> None:
        """Replace all that was set for the topic, since the request does that."""
        resource = ConfigResource(ConfigResourceType.TOPIC, self._settings.prefix + topic, configs=dict(configs))
        with translated(self._settings.address, f"mending topic {topic}"):
            async with asyncio.timeout(self._settings.answer_within):
                answers = await (await self._started()).alter_configs([resource])
        for answer in answers:
            for code, said, *_ in answer.resources:
                if code:
                    raise BadInput(f"topic {topic} cannot be mended: {errors.for_code(code).__name__}: {said}")

    async def _until_set(self, spec: TopicSpec) -> None:
        """Brokers learn of it a moment after it was accepted."""
        with translated(self._settings.address, f"mending topic {spec.name}"):
            async with asyncio.timeout(VISIBLE_SECONDS):
                while True:
                    configs = await self._configs([spec.name])
                    if not _differing(spec, configs[spec.name]):
                        return
                    await asyncio.sleep(LOOK_SECONDS)

    async def _started(self) -> Any:
        async with self._starting:
            if self._client is None:
                client = AIOKafkaAdminClient(**client_options(self._settings.address))
                try:
                    await client.start()
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client


def _differing(spec: TopicSpec, configs: Mapping[str, tuple[str, bool]]) -> Mapping[str, str]:
    """What the topic should have and has not."""
    return {name: value for name, value in spec.configs.items() if configs.get(name, ("", False))[0] != value}
