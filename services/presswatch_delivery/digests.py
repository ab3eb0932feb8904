"""Makes the digests that are due: lists what is recorded, evaluates nothing anew, once a window."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.messages import DIGEST, Digest, DigestItem
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import channels, digests, holding_back, outbox, policies, watches
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.digests import Window
from presswatch_shared.store.inbox import INBOX_ONLY
from presswatch_shared.store.outbox import NewDelivery
from presswatch_shared.store.watches import Watch
from presswatch_shared.stream.backoff import rest
from presswatch_shared.watch_policy import Mode, Policy, Reason, next_window_end

__all__ = ["DigestService", "make_digests"]

A_TURN = 50
"""Digests a transaction."""


class DigestService:
    """A service for the supervisor: looks every few seconds whether a window has ended."""

    name = "digests"

    def __init__(
        self, *, store: Store, metrics: Metrics, wake: asyncio.Event, clock: Clock, settings: DeliverySettings
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._wake = wake
        self._clock = clock
        self._settings = settings

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                made = await self._turn()
            except Retry as error:
                get_logger("delivery").warning("digests put off", reason=str(error))
                made = 0
            if made < A_TURN:
                await rest(stop, self._settings.digest_poll)

    async def _turn(self) -> int:
        now = self._clock.now()
        due = await self._store.read(digests.next_window)
        if due is None or due > now:
            return 0
        made = await self._store.run(make_digests, now=now)
        for digest in made:
            self._metrics.digests.labels(digest.mode).inc()
            get_logger("delivery").info("digest", watch=digest.watch_id, alerts=digest.total)
        self._wake.set()
        return len(made)


def make_digests(tx: Tx, *, now: Micros, limit: int = A_TURN) -> Sequence[Digest]:
    """Make the digests of the windows that have ended, and queue them for the channels of their watches."""
    made = []
    for window in digests.due_windows(tx, now=now, limit=limit):
        watch = watches.get_watch(tx, window.watch_id)
        policy = policies.get_policy(tx, window.watch_id)
        if watch is None:
            holding_back.suppress_pending(tx, window.watch_id, Reason.WATCH_REMOVED)
        elif now < policy.snoozed_until:
            digests.move_window(tx, window, to=_later(policy, policy.snoozed_until))
        elif not digests.take_window(tx, window, now=now):
            # An alert that came in while another replica made the digest: it is part of the next one.
            digests.move_window(tx, window, to=_later(policy, now))
        else:
            made.append(_make(tx, window, watch, policy, now))
    return made


def _later(policy: Policy, moment: Micros) -> Micros:
    """The end of the next window; what waits for a digest although the policy has none any more goes at once."""
    return moment + 1 if policy.mode is Mode.INSTANT else next_window_end(policy, moment)


def _make(tx: Tx, window: Window, watch: Watch, policy: Policy, now: Micros) -> Digest:
    routes = channels.active_channels(tx, [watch.id]).get(watch.id, ())
    total = digests.close_window(tx, window, reason="" if routes else INBOX_ONLY)
    start = digests.set_digest_total(tx, window, total)
    listed = digests.digest_alerts(tx, window.digest_id, limit=policy.most_listed)
    digest = Digest(
        digest_id=window.digest_id,
        watch_id=watch.id,
        watch_name=watch.name,
        query=watch.query,
        mode=policy.mode,
        zone=policy.zone,
        window_start=start,
        window_end=window.end,
        total=total,
        items=tuple(_item(alert) for alert in listed),
    )
    rows = []
    for channel in routes:
        missed = [_decoded(payload) for payload in outbox.supersede(tx, channel.id, DIGEST, now=now)]
        payload = msgspec.json.encode(_with_missed(digest, missed, policy.most_listed)).decode("utf-8")
        rows.append(NewDelivery(alert_id=window.digest_id, kind=DIGEST, channel=channel, payload=payload))
    outbox.add_deliveries(tx, rows, now=now)
    return digest


def _decoded(payload: str) -> Digest:
    return msgspec.json.decode(payload, type=Digest)


def _with_missed(digest: Digest, missed: Sequence[Digest], most: int) -> Digest:
    """One digest for a channel that did not get the ones before: after an outage there is one mail, not many."""
    if not missed:
        return digest
    items = [*digest.items, *(item for earlier in reversed(missed) for item in earlier.items)]
    items.sort(key=lambda item: (-item.outlets, -item.fired_at))
    return msgspec.structs.replace(
        digest,
        window_start=min(digest.window_start, *(earlier.window_start for earlier in missed)),
        total=digest.total + sum(earlier.total for earlier in missed),
        items=tuple(items[:most]),
    )


def _item(alert: AlertRow) -> DigestItem:
    return DigestItem(
        alert_id=alert.alert_id,
        kind=alert.kind,
        article_id=alert.article_id,
        url=alert.url,
        title=alert.title,
        source=alert.source,
        lang=alert.lang,
        published_at=alert.published_at,
        snippet=alert.snippet,
        snippet_spans=alert.snippet_spans,
        clauses=alert.clauses,
        story_id=alert.story_id,
        outlets=alert.outlets,
        fired_at=alert.fired_at,
    )
