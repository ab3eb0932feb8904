"""What an operator writes about the store: where the password may stand, and that nobody else reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from presswatch_cli.composition import open_current_store
from presswatch_cli.load_settings import load_settings
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.logs import redact_text
from presswatch_shared.settings import Settings

CLOSED = "127.0.0.1:1"


def shown(environment: dict[str, str]) -> str:
    return "\n".join(" ".join(row) for row in load_settings(environment).rows())


def test_a_password_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    environment = {
        "PRESSWATCH_STORE": "postgresql://ana@db.example/presswatch",
        "PRESSWATCH_STORE_PASSWORD_FILE": str(tmp_path / "secret"),
    }
    assert load_settings(environment).settings.store_password.get_secret_value() == "geheim"
    assert "geheim" not in shown(environment)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("postgresql://ana:geheim@db.example/presswatch", id="plain"),
        pytest.param("postgres://ana:geheim@db.example/presswatch", id="short scheme"),
        pytest.param("postgresql://ana:ge/he@geheim@db.example/presswatch", id="characters that should be escaped"),
        pytest.param("postgresql://db.example/presswatch?password=geheim", id="parameter"),
    ],
)
def test_a_password_in_the_address_is_hidden(address: str) -> None:
    assert "geheim" not in shown({"PRESSWATCH_STORE": address})
    assert "geheim" not in redact_text(f"store: {address} is away")
    assert "db.example" in shown({"PRESSWATCH_STORE": address})


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, store=f"postgresql://ana:geheim@{CLOSED}/presswatch")
    with pytest.raises(ServerUnreachable, match=r"PostgreSQL at 127\.0\.0\.1:1 .*: start it") as raised:
        open_current_store(settings)
    assert "geheim" not in str(raised.value)


def test_what_is_no_address_is_said_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no address") as raised:
        open_current_store(Settings(data=tmp_path, store="postgresql://ana:geheim@h:port/d"))
    assert "geheim" not in str(raised.value)
