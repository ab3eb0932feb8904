from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import structlog

from presswatch_shared import logs
from presswatch_shared.store.database import Store
from tests.fixtures.web import Site


@pytest.fixture(autouse=True)
def logging_as_in_the_product() -> Iterator[None]:
    """What structlog does by itself with an exception takes seconds."""
    logs.configure("ERROR", json_lines=True)
    yield
    structlog.reset_defaults()


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store=store)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as opened:
        yield opened
