"""Codes of closed sets are words on the pages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from presswatch_delivery.outcome import Outcome
from presswatch_enrichment.page import OUTCOMES
from presswatch_shared.http.address_guard import BLOCK_REASONS
from presswatch_shared.store import channels, outbox, sources, tokens, users
from presswatch_shared.watch_policy import WEEKDAYS, Mode, Reason
from presswatch_web.pages.terms import SCOPES, TERMS, term


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(Outcome, id="outcomes of deliveries"),
        pytest.param(OUTCOMES - {"article"}, id="pages that are no articles"),
        pytest.param(outbox.STATES, id="states of deliveries"),
        pytest.param(sources.STATES, id="states of sources"),
        pytest.param(channels.KINDS, id="kinds of channels"),
        pytest.param(Reason, id="reasons for holding back"),
        pytest.param(Mode, id="modes"),
        pytest.param(WEEKDAYS, id="days of the week"),
        pytest.param(users.ROLES, id="roles"),
        pytest.param(set(BLOCK_REASONS) - {"too_long", "scheme", "userinfo", "port"}, id="refused addresses"),
    ],
)
def test_every_code_of_a_closed_set_has_words(codes: Iterable[str]) -> None:
    assert sorted(str(code) for code in codes if str(code) not in TERMS) == []


def test_every_scope_of_a_token_has_words() -> None:
    assert set(tokens.SCOPES) == set(SCOPES)


def test_a_code_of_another_program_is_shown_as_it_is() -> None:
    assert term("over_quota") == "over quota"
