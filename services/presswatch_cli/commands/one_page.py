"""The one page of `presswatch extract`: fetched through the guarded client, or read from a file."""

from __future__ import annotations

import sys
from pathlib import Path

from presswatch_cli.composition import Parts
from presswatch_enrichment.page import Page
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Response
from presswatch_shared.settings import Settings
from presswatch_shared.urls import join, normalise

__all__ = ["NO_ADDRESS", "fetch_page", "read_page"]

REDIRECTS = 5
NO_ADDRESS = "https://page.invalid/news/page.html"
"""Stands for the address of a page that came without one: links in it can be joined, and it is no front page."""


async def fetch_page(url: str, settings: Settings, *, now: Micros) -> Page:
    """The page at the address, after at most five redirects.

    Raises:
        BadInput: not an address that may be fetched, or an answer that is no page.
        ServerUnreachable: no answer.
    """
    parts = Parts(settings)
    try:
        answer = await _follow(parts.client(), url)
    except Blocked as error:
        raise BadInput(str(error)) from error
    except FetchFailed as error:
        raise ServerUnreachable(str(error)) from error
    finally:
        await parts.close()
    if answer.status != 200:
        raise BadInput(f"{answer.url} answers {answer.status}: there is no page to extract")
    return Page(
        url=normalise(answer.url),
        body=answer.body,
        fetched_at=now,
        content_type=answer.headers.get("content-type", ""),
        content_encoding=answer.content_encoding,
        headers=dict(answer.headers),
    )


async def _follow(client: HttpClient, url: str) -> Response:
    for _ in range(REDIRECTS + 1):
        answer = await client.get(url)
        if answer.location is None:
            return answer
        url = join(url, answer.location)
    raise BadInput(f"{url}: more than {REDIRECTS} redirects")


def read_page(path: str | None, url: str, *, now: Micros) -> Page:
    """The page in a file, or on standard input for `-` and nothing.

    Raises:
        BadInput: the file cannot be read.
    """
    try:
        body = sys.stdin.buffer.read() if path in (None, "-") else Path(str(path)).read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    return Page(url=normalise(url or NO_ADDRESS), body=body, fetched_at=now)
