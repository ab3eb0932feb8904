"""Settings from the environment and a TOML file: the environment wins, and every value knows where it came from."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from presswatch_shared.durations import format_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.logs import redact_text
from presswatch_shared.setting_examples import EXAMPLES
from presswatch_shared.settings import Settings

__all__ = ["LoadedSettings", "load_settings"]

PREFIX = "PRESSWATCH_"
TESTS = f"{PREFIX}TEST_"
FILE = "_FILE"
HIDDEN = "•••"


@dataclass(frozen=True)
class LoadedSettings:
    """The settings and, a name, where each came from."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Name, value as it would be written (secrets hidden), origin, meaning."""
        for field, info in Settings.model_fields.items():
            value = getattr(self.settings, field)
            yield (
                _environment_name(field),
                # Every number with a fraction in the table is a duration.
                format_duration(value) if isinstance(value, float) else _shown(value),
                self.origins.get(field, "default"),
                info.description or "",
            )


def load_settings(environment: Mapping[str, str], config: Path | None = None) -> LoadedSettings:
    """The effective settings.

    Raises:
        BadInput: an unknown name, or a value that does not fit; the text names it and says what would.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for field, value, origin in [*_from_file(config), *_from_environment(environment)]:
        values[field], origins[field] = value, origin
    try:
        return LoadedSettings(Settings(**values), origins)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        reason = redact_text(str(first["msg"]).removeprefix("Value error, "))
        shown = HIDDEN if _is_secret(field) else repr(redact_text(str(values.get(field, ""))))
        name = _environment_name(field)
        works = f"for example {name}={EXAMPLES[field]} works"
        raise BadInput(f"{name} ({origins.get(field, 'default')}) is {shown}: {reason}; {works}") from error


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any, str]]:
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX) or name.startswith(TESTS):
            continue
        if name.endswith(FILE) and name[: -len(FILE)].removeprefix(PREFIX).lower() in Settings.model_fields:
            field = name[: -len(FILE)].removeprefix(PREFIX).lower()
            yield field, _file_content(name, Path(value)), f"file named by {name}"
        else:
            yield _known_field(name.removeprefix(PREFIX).lower(), name), value, "environment"


def _file_content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{name} names {path}, which cannot be read: {_reason(error)}") from error


def _from_file(config: Path | None) -> Iterator[tuple[str, Any, str]]:
    if config is None:
        return
    try:
        content = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"--config {config} cannot be read: {_reason(error)}") from error
    for name, value in _flat(content):
        field = _known_field(name.lower(), f"{name} in {config}")
        yield field, _as_text(value), str(config)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}", value


def _as_text(value: Any) -> Any:
    return ",".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _known_field(field: str, shown: str) -> str:
    if field in Settings.model_fields:
        return field
    near = difflib.get_close_matches(field, Settings.model_fields, n=1, cutoff=0.5)
    hint = f"did you mean {_environment_name(near[0])}?" if near else "`presswatch config` lists all"
    raise BadInput(f"{shown} is no setting of Presswatch: {hint}")


def _environment_name(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def _is_secret(field: str) -> bool:
    return Settings.model_fields[field].annotation is SecretStr


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return redact_text(str(value))


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error).splitlines()[0]
