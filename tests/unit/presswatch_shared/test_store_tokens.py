"""Tokens of the API."""

from __future__ import annotations

import pytest

from presswatch_shared.errors import BadInput
from presswatch_shared.store import tokens
from presswatch_shared.store.database import Store

NOW = 1_000_000


def test_a_token_is_found_by_its_secret_until_it_expires(store: Store) -> None:
    token, secret = store.run_now(tokens.add_token, name="ci", scopes={"write", "read"}, expires_at=NOW + 10, now=NOW)
    assert secret.startswith("pwk_")
    assert token.scopes == ("read", "write")
    assert store.read_now(tokens.find_token, secret, now=NOW + 9) == token
    assert store.read_now(tokens.find_token, secret, now=NOW + 10) is None


def test_a_revoked_token_is_gone_for_good(store: Store) -> None:
    token, secret = store.run_now(tokens.add_token, name="ci", scopes=["read"], now=NOW)
    assert store.run_now(tokens.revoke_token, token.id, now=NOW + 1)
    assert not store.run_now(tokens.revoke_token, token.id, now=NOW + 2)
    assert store.read_now(tokens.find_token, secret, now=NOW + 3) is None
    assert store.read_now(tokens.list_tokens) == []


def test_the_secret_is_not_in_the_store(store: Store) -> None:
    _, secret = store.run_now(tokens.add_token, name="ci", scopes=["read"], now=NOW)
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM tokens").all()
    assert secret.removeprefix("pwk_") not in repr(kept)


@pytest.mark.parametrize("scopes", [pytest.param([], id="none"), pytest.param(["read", "root"], id="one unknown")])
def test_scopes_that_do_not_exist_are_refused(store: Store, scopes: list[str]) -> None:
    with pytest.raises(BadInput, match="scopes of a token are some of read, write, admin, metrics"):
        store.run_now(tokens.add_token, name="ci", scopes=scopes, now=NOW)


@pytest.mark.parametrize("secret", ["", "pwk_", "pwk_wrong", "\x00", "\ud800", "x" * 100_000])
def test_what_is_no_secret_finds_nothing(store: Store, secret: str) -> None:
    store.run_now(tokens.add_token, name="ci", scopes=["read"], now=NOW)
    assert store.read_now(tokens.find_token, secret, now=NOW) is None
