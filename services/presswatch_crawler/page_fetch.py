"""One visit of one page: robots, conditional GET, redirects by hand, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from presswatch_crawler.politeness import back_off_seconds, retry_after
from presswatch_crawler.robots_gate import RobotsGate
from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Limits, Response
from presswatch_shared.store.frontier import ClaimedPage
from presswatch_shared.store.ledger import FAILED, FETCHED, NOT_MODIFIED, REFUSED
from presswatch_shared.store.visits import Finished, Moved, Postponed
from presswatch_shared.urls import UnusableUrl, join, politeness_key

__all__ = ["BackOff", "PageFetcher", "PageVisit"]

MAX_HOPS = 5
RETRY_SECONDS = (30, 300, 1800)
# A host that keeps saying "not now" is asked this often for one page before the page is given up.
MAX_ATTEMPTS = 10
NO_CONTENT = (204, 205)


@dataclass(frozen=True, slots=True)
class BackOff:
    """A host wants to be left alone until then."""

    key: str
    until: Micros
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """How a visit ended (`result`), with the answer where there is content, and what it says about the host."""

    result: Finished | Postponed | Moved
    response: Response | None = None
    fetched_at: Micros = 0
    seconds: float = 0.0
    back_off: BackOff | None = None
    leave_host: bool = False
    """The turn on this host is used up: its other pages are given back."""


class PageFetcher:
    """Fetches pages that were claimed."""

    def __init__(
        self,
        *,
        client: HttpClient,
        gate: RobotsGate,
        clock: Clock,
        limits: Limits,
        host_delay: float,
        chance: Callable[[], float],
    ) -> None:
        self._client = client
        self._gate = gate
        self._clock = clock
        self._limits = limits
        self._host_delay = host_delay
        self._chance = chance

    async def visit(self, page: ClaimedPage, *, incidents: int) -> PageVisit:
        """The visit, or as much of it as one turn on the host allows. `incidents`: back-offs of the host lately."""
        url = page.target
        for hop in range(page.hops, MAX_HOPS + 1):
            refusal = await self._refusal(page, url)
            if refusal is not None:
                return refusal
            answer = await self._get(page, url)
            if isinstance(answer, PageVisit):
                return answer
            if answer.location is None:
                return self._judge(page, answer, incidents)
            target = _target(url, answer.location)
            if target is None or hop == MAX_HOPS:
                break
            if self._host_delay or politeness_key(target) != page.politeness_key:
                moved = Moved(page=page, url=target, due_at=self._clock.now())
                return PageVisit(result=moved, seconds=answer.seconds, leave_host=bool(self._host_delay))
            url = target
        return self._over(page, FAILED, "redirects")

    async def _refusal(self, page: ClaimedPage, url: str) -> PageVisit | None:
        """Why the page is not fetched in this turn, if robots.txt is a reason."""
        consulted = await self._gate.consult(url)
        delay = consulted.policy.delay if consulted.policy is not None else 0.0
        if consulted.fetched and max(delay, self._host_delay):
            again = Postponed(page=page, due_at=page.due_at, counted=False)
            return PageVisit(result=again, leave_host=True)
        if consulted.policy is None:
            return self._again(page, consulted.expires_at, "robots_unreachable")
        if not consulted.allows(url):
            return self._over(page, REFUSED, "robots")
        return None

    async def _get(self, page: ClaimedPage, url: str) -> Response | PageVisit:
        try:
            return await self._client.get(url, headers=_conditions(page), limits=self._limits)
        except Blocked as blocked:
            return self._over(page, REFUSED, f"guard_{blocked.reason}")
        except FetchFailed as failed:
            if failed.reason == "too_large":
                return self._over(page, FAILED, failed.reason)
            return self._retry(page, failed.reason)

    def _judge(self, page: ClaimedPage, answer: Response, incidents: int) -> PageVisit:
        status = answer.status
        if status == 304:
            return PageVisit(result=Finished(page=page, outcome=NOT_MODIFIED), seconds=answer.seconds)
        if 200 <= status < 300 and status not in NO_CONTENT:
            return self._content(page, answer)
        if status in (429, 503):
            return self._backed_off(page, answer, incidents)
        if status >= 500:
            return self._retry(page, f"status_{status}")
        return self._over(page, FAILED, f"status_{status}", answer.seconds)

    def _content(self, page: ClaimedPage, answer: Response) -> PageVisit:
        now = self._clock.now()
        done = Finished(
            page=page,
            outcome=FETCHED,
            version=max(now, page.last_version + 1),
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
        )
        return PageVisit(result=done, response=answer, fetched_at=now, seconds=answer.seconds)

    def _backed_off(self, page: ClaimedPage, answer: Response, incidents: int) -> PageVisit:
        now = self._clock.now()
        asked = retry_after(answer.headers.get("retry-after", ""), now=now)
        wait = back_off_seconds(asked=asked, incidents=incidents, chance=self._chance())
        until = now + round(wait * SECOND)
        reason = f"status_{answer.status}"
        later = self._again(page, until, reason)
        back_off = BackOff(page.politeness_key, until, reason)
        return PageVisit(result=later.result, seconds=answer.seconds, back_off=back_off, leave_host=True)

    def _retry(self, page: ClaimedPage, reason: str) -> PageVisit:
        if page.attempts >= len(RETRY_SECONDS):
            return self._over(page, FAILED, reason)
        due_at = self._clock.now() + RETRY_SECONDS[page.attempts] * SECOND
        return PageVisit(result=Postponed(page=page, due_at=due_at))

    def _again(self, page: ClaimedPage, due_at: Micros, reason: str) -> PageVisit:
        if page.attempts >= MAX_ATTEMPTS:
            return self._over(page, FAILED, reason)
        return PageVisit(result=Postponed(page=page, due_at=due_at), leave_host=True)

    def _over(self, page: ClaimedPage, outcome: str, reason: str, seconds: float = 0.0) -> PageVisit:
        return PageVisit(result=Finished(page=page, outcome=outcome, reason=reason), seconds=seconds)


def _conditions(page: ClaimedPage) -> dict[str, str]:
    """Validators of the last visit. Only for the page itself: where a redirect leads, they mean nothing."""
    headers: dict[str, str] = {}
    if page.etag and not page.fetch_url:
        headers["If-None-Match"] = page.etag
    if page.last_modified and not page.fetch_url:
        headers["If-Modified-Since"] = page.last_modified
    return headers


def _target(url: str, location: str) -> str | None:
    """Where a redirect leads, as it says: taking tracking parameters away could lead round in a circle."""
    try:
        target = join(url, location).partition("#")[0]
        politeness_key(target)
    except UnusableUrl:
        return None
    return target
