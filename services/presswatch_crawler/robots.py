"""robots.txt by RFC 9309: what an answer means, and what a site allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from protego import Protego

__all__ = ["AGENT", "MAX_BYTES", "RobotsPolicy", "RobotsVerdict", "judge_answer", "parse_robots"]

AGENT = "presswatch"
MAX_BYTES = 500 * 1024
MAX_CRAWL_DELAY = 120.0
MAX_LINES = 20_000
MAX_LINE_LENGTH = 2_048
MAX_SITEMAPS = 100
# Some wildcard rules make matching slow: real ones have few.
MAX_STARS = 10
HTML = re.compile(r"^\s*(?:<!doctype|<html|<head|<\?xml)", re.IGNORECASE)
RULE = re.compile(r"^\s*(?:allow|disallow)\s*:", re.IGNORECASE)


class RobotsPolicy:
    """What a site asks of us."""

    def __init__(self, parsed: Protego) -> None:
        self._parsed = parsed

    def allows(self, url: str) -> bool:
        return self._parsed.can_fetch(url, AGENT)

    @property
    def delay(self) -> float:
        """Seconds between two fetches: crawl-delay or request-rate, at most 120."""
        delay = self._parsed.crawl_delay(AGENT) or 0.0
        rate = self._parsed.request_rate(AGENT)
        spaced = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return min(max(delay, spaced, 0.0), MAX_CRAWL_DELAY)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return tuple(list(self._parsed.sitemaps)[:MAX_SITEMAPS])


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """What to keep of a fetch of robots.txt. `text` None: the last good copy goes on, or all is forbidden."""

    text: str | None
    reason: str


def judge_answer(status: int, body: bytes, headers: Mapping[str, str]) -> RobotsVerdict:
    """2xx is parsed, 4xx allows all, everything else forbids all while there is no good copy."""
    if 200 <= status < 300:
        text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
        kind = headers.get("content-type", "").lower()
        if HTML.match(text) or ("html" in kind and "<" in text[:1024]):
            return RobotsVerdict("", "an HTML page is no robots.txt")
        return RobotsVerdict(text, "")
    # 429 is a 4xx that says "not now", so RFC 9309's "unavailable" is not what its sender means.
    if 400 <= status < 500 and status != 429:
        return RobotsVerdict("", f"status {status}")
    return RobotsVerdict(None, f"status {status}")


def parse_robots(text: str) -> RobotsPolicy:
    """The policy in `text`. Never raises: what cannot be understood is no rule."""
    lines = [line[:MAX_LINE_LENGTH] for line in text.splitlines()[:MAX_LINES]]
    kept = [line for line in lines if not RULE.match(line) or line.count("*") <= MAX_STARS]
    return RobotsPolicy(Protego.parse("\n".join(kept)))
