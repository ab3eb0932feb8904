"""Writes docs/settings.md from the table of settings: `python -m tools.make_settings_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from presswatch_cli.load_settings import PREFIX, LoadedSettings
from presswatch_shared.setting_examples import EXAMPLES
from presswatch_shared.settings import Settings

__all__ = ["PAGE", "defaults", "rendered"]

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
BY_THE_SYSTEM = {"data": "the folder for data of whoever runs it"}
"""Fields whose default is not the same everywhere."""
HEAD = """\
# Settings
All of them, written by `python -m tools.make_settings_page` from `presswatch_shared/settings.py`. `presswatch config`
prints the values in force and where each came from, secrets hidden.

- **Environment**: `PRESSWATCH_CRAWLER_HOST_DELAY=10s`.
- **File**: `presswatch --config presswatch.toml run`, with the names in small letters and without `PRESSWATCH_`
  (`crawler_host_delay = "10s"`, or `host_delay` in a table `[crawler]`). The environment wins.
- **From a file of its own**: `PRESSWATCH_SMTP_PASSWORD_FILE=/run/secrets/smtp` sets `PRESSWATCH_SMTP_PASSWORD` to what
  is in the file, and so for every other setting. Best for those marked *secret*.
- **Durations** are a number and a unit: `500ms`, `5s`, `5m`, `24h`, `3d`, `2w`; `0` is off. Commas separate lists.
- **Read once, at start.** What is unknown or does not fit is refused with its name, the reason and an example that
  works, exit code 2.
"""
SECTIONS: dict[str, tuple[str, ...]] = {
    "Data folder and store": ("data", "store"),
    "Stream": ("stream",),
    "Search": ("index",),
    "Kibana": ("kibana",),
    "Page, API, logins, health": ("bind", "login", "secret", "openid", "metrics", "public"),
    "What may be fetched from": ("allow",),
    "Crawler": ("crawler",),
    "Enrichment": ("enrichment",),
    "Delivery": ("delivery", "language", "smtp", "apprise"),
    "How long things are kept": ("retention",),
    "Logs": ("log",),
}
"""The first words of the fields that stand below a heading."""


def rendered() -> str:
    """The page.

    Raises:
        ValueError: a setting has no section.
    """
    rows = dict(_rows())
    headings = {word: heading for heading, words in SECTIONS.items() for word in words}
    if lost := [field for field in rows if field.partition("_")[0] not in headings]:
        raise ValueError(f"no section of the page takes {', '.join(lost)}")
    parts = [HEAD]
    for heading in SECTIONS:
        below = [row for field, row in rows.items() if headings[field.partition("_")[0]] == heading]
        parts.append(
            "\n".join([f"## {heading}", "| setting | default | for example | |", "|---|---|---|---|", *below, ""])
        )
    return "\n".join(parts)


def defaults() -> dict[str, str]:
    """Field → its default as one would write it; empty where it is off or not set."""
    shown = {name.removeprefix(PREFIX).lower(): value for name, value, _, _ in LoadedSettings(Settings(), {}).rows()}
    return {field: BY_THE_SYSTEM.get(field, "" if value == "None" else value) for field, value in shown.items()}


def _rows() -> Iterator[tuple[str, str]]:
    for field, default in defaults().items():
        info = Settings.model_fields[field]
        secret = " *secret*" if info.annotation is SecretStr else ""
        shown = default if field in BY_THE_SYSTEM or not default else f"`{default}`"
        meaning = (info.description or "").replace("|", "\\|")
        yield field, f"| `{PREFIX}{field.upper()}`{secret} | {shown} | `{EXAMPLES[field]}` | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
