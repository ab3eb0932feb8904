"""An outlet on loopback for the tests of the crawler."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fixtures.outlet import Outlet, outlet


@pytest.fixture
async def place() -> AsyncIterator[Outlet]:
    async with outlet() as running:
        yield running
