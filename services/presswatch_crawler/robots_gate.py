"""Asks robots.txt before every fetch: copies in the store, parsed ones in memory, fetched when they are missing."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from presswatch_crawler.robots import RobotsPolicy, RobotsVerdict, judge_answer, parse_robots
from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.http.decoding import decode_body
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Limits
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.hosts import set_crawl_delay
from presswatch_shared.store.robots import RobotsCopy, get_robots, save_robots
from presswatch_shared.urls import UnusableUrl, join, origin_of, politeness_key

__all__ = ["Consulted", "RobotsGate"]

KEPT_SECONDS = 86_400
# After a failure it is asked for again sooner, since meanwhile the whole site may be forbidden.
FAILED_SECONDS = 600
MAX_HOPS = 5
CACHED = 1000


@dataclass(frozen=True, slots=True)
class Consulted:
    """`policy` None: robots.txt cannot be had, and there never was a good copy. `fetched`: this took a request."""

    policy: RobotsPolicy | None
    fetched: bool
    expires_at: int

    def allows(self, url: str) -> bool:
        return self.policy is not None and self.policy.allows(url)


class RobotsGate:
    """One a crawler."""

    def __init__(self, *, store: Store, client: HttpClient, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._limits = limits
        self._parsed: OrderedDict[str, Consulted] = OrderedDict()

    async def consult(self, url: str) -> Consulted:
        """What robots.txt of the address' origin says. The caller holds the host: a fetch uses its turn."""
        origin = origin_of(url)
        known = self._parsed.get(origin)
        now = self._clock.now()
        if known is not None and known.expires_at > now:
            self._parsed.move_to_end(origin)
            return known
        copy = await self._store.read(get_robots, origin)
        fetched = copy is None or copy.expires_at <= now
        if copy is None or fetched:
            copy = await self._fetch(origin)
        policy = parse_robots(copy.text) if copy.text is not None else None
        self._remember(origin, Consulted(policy, False, copy.expires_at))
        return Consulted(policy, fetched, copy.expires_at)

    def _remember(self, origin: str, consulted: Consulted) -> None:
        self._parsed[origin] = consulted
        while len(self._parsed) > CACHED:
            self._parsed.popitem(last=False)

    async def _fetch(self, origin: str) -> RobotsCopy:
        verdict = await self._answer(f"{origin}/robots.txt")
        now = self._clock.now()
        kept = KEPT_SECONDS if verdict.text is not None else FAILED_SECONDS
        copy = RobotsCopy(
            origin=origin,
            fetched_at=now,
            expires_at=now + kept * SECOND,
            text=verdict.text,
            reason=verdict.reason,
        )
        return await self._store.run(_save, copy, politeness_key(origin))

    async def _answer(self, url: str) -> RobotsVerdict:
        """Follows redirects itself, wherever they lead, as RFC 9309 says; more than five are none at all."""
        try:
            for _ in range(MAX_HOPS + 1):
                answer = await self._client.get(url, limits=self._limits)
                if answer.location is None:
                    body = decode_body(answer.body, answer.content_encoding).body
                    return judge_answer(answer.status, body, answer.headers)
                url = join(url, answer.location)
        except (Blocked, FetchFailed) as error:
            return RobotsVerdict(None, error.reason)
        except UnusableUrl:
            return RobotsVerdict("", "redirected to no address")
        return RobotsVerdict("", "more than five redirects")


def _save(tx: Tx, copy: RobotsCopy, key: str) -> RobotsCopy:
    kept = save_robots(tx, copy)
    if kept.text is not None:
        set_crawl_delay(tx, key, parse_robots(kept.text).delay)
    return kept
