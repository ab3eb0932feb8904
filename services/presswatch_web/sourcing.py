"""Making and reading sources: the one way for the API and the pages."""

from __future__ import annotations

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import sources
from presswatch_shared.store.database import Tx
from presswatch_shared.store.sources import Source
from presswatch_web.api.source_shapes import PreviewOut
from presswatch_web.dependencies import WebDependencies
from presswatch_web.problems import Problem, ProblemItem

__all__ = ["add", "look_up", "poll_now", "preview"]


def add(tx: Tx, *, url: str, name: str, country: str, collection: str, now: Micros) -> Source:
    """The new source, or the one that has this address already.

    Raises:
        Problem: 422, not an address that can be crawled.
    """
    try:
        return sources.add_source(tx, url=url, name=name, country=country, collection=collection, now=now)
    except BadInput as error:
        raise _unusable(error) from error


def look_up(tx: Tx, source_id: str) -> Source:
    """Raises:
    Problem: 404.
    """
    source = sources.get_source(tx, source_id)
    if source is None:
        raise Problem(404, "there is no such source")
    return source


def poll_now(tx: Tx, source_id: str, *, now: Micros) -> Source:
    """Let it be looked at as soon as its host may be asked.

    Raises:
        Problem: 404; 409 where it is paused or retired.
    """
    source = look_up(tx, source_id)
    if not sources.poll_soon(tx, source_id, now=now):
        raise Problem(409, "only an active source is looked at: resume it first")
    return source


async def preview(dependencies: WebDependencies, url: str) -> PreviewOut:
    """What would be crawled.

    Raises:
        Problem: 422, the address cannot be crawled or holds nothing usable; the text says why.
    """
    try:
        return PreviewOut.model_validate(dict(await dependencies.preview(url)))
    except BadInput as error:
        raise _unusable(error) from error


def _unusable(error: BadInput) -> Problem:
    return Problem(422, str(error), errors=[ProblemItem(code="unusable-url", message=str(error), location="body.url")])
