"""The API against its own document: requests that fit it and requests that do not. None may be answered by a 5xx."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.fixtures import api_formats
from tests.fixtures.accounts import account
from tests.fixtures.articles import article_enriched
from tests.fixtures.stores import fresh_store
from tests.fixtures.web import Site, fire, web_settings

EXAMPLES = 6
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Operation]]:
    """Every operation of the document, bound to an application with articles and alerts in it."""
    api_formats.register()
    store = fresh_store(tmp_path_factory.mktemp("api"))
    # The client of schemathesis calls itself by this name.
    site = Site(store=store, settings=web_settings(public_url="http://testserver"))
    asyncio.run(site.index.put([article_enriched(f"a{number}") for number in range(30)]))
    asyncio.run(fire(store, *range(30)))
    schemathesis.openapi.format("known-user", st.just(asyncio.run(account(site, "ana")).id))
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site.app(), config=SchemathesisConfig(seed=1))
    found = [one.ok() for one in document.get_all_operations() if isinstance(one, Ok)]
    described = sum(len(methods) for methods in document.raw_schema["paths"].values())
    assert len(found) == described, "an operation that cannot be read from the document is left out without a word"
    yield found
    store.close()


def check(operation: Operation, mode: GenerationMode) -> None:
    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    run()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_documented(operations: list[Operation], mode: GenerationMode) -> None:
    for operation in operations:
        if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters()):
            check(operation, mode)
