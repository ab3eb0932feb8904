"""docs/settings.md is what its program makes of the table of settings, and what stands there can be set."""

from __future__ import annotations

import re

import pytest

from presswatch_cli.load_settings import load_settings
from presswatch_shared.settings import Settings
from tools.make_settings_page import BY_THE_SYSTEM, PAGE, defaults, rendered

WRITTEN = {field: text for field, text in defaults().items() if field not in BY_THE_SYSTEM and text}


def test_the_page_is_what_the_program_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(), "run `python -m tools.make_settings_page`"


def test_every_setting_has_one_row() -> None:
    rows = re.findall(r"^\| `PRESSWATCH_([A-Z_]+)`", rendered(), re.MULTILINE)
    assert sorted(rows) == sorted(field.upper() for field in Settings.model_fields)


@pytest.mark.parametrize("field", WRITTEN)
def test_a_default_written_as_it_is_shown_is_the_default(field: str) -> None:
    loaded = load_settings({f"PRESSWATCH_{field.upper()}": WRITTEN[field]})
    assert loaded.settings == Settings()
