from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.fixtures.web import Site

from presswatch_shared.store.database import Store


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store=store)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as opened:
        yield opened
