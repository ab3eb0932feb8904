"""What happened to an address, for `presswatch explain URL`: its source, its place in the frontier, its visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.ids import url_hash
from presswatch_shared.store.database import Tx
from presswatch_shared.store.frontier import FrontierRow, get_row
from presswatch_shared.store.hosts import Host, get_host
from presswatch_shared.store.ledger import Visit, visits_of_url
from presswatch_shared.store.robots import RobotsCopy, get_robots
from presswatch_shared.store.sources import Source, find_source_by_url, get_source
from presswatch_shared.urls import RULES_VERSION, normalise, origin_of, politeness_key

__all__ = ["UrlStory", "explain_url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlStory:
    """All that the store knows. What is None or empty never happened."""

    url: str
    url_hash: str
    rules_version: int
    source: Source | None
    """The source it was found in, or that it is itself."""
    row: FrontierRow | None
    visits: Sequence[Visit]
    host: Host
    robots: RobotsCopy | None


def explain_url(tx: Tx, url: str) -> UrlStory:
    """The story of a page or source.

    Raises:
        UnusableUrl (a BadInput): no address that could be fetched.
    """
    wanted = normalise(url.strip())
    row = get_row(tx, url_hash(wanted))
    target = row.target if row is not None else wanted
    return UrlStory(
        url=wanted,
        url_hash=url_hash(wanted),
        rules_version=RULES_VERSION,
        source=get_source(tx, row.source_id) if row is not None else find_source_by_url(tx, wanted),
        row=row,
        visits=visits_of_url(tx, url_hash(wanted)),
        host=get_host(tx, politeness_key(target)),
        robots=get_robots(tx, origin_of(target)),
    )
