"""Templates: autoescaped, no undefined names, and the few functions they may call."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from presswatch_shared.clock import Micros, iso
from presswatch_shared.durations import format_duration
from presswatch_shared.logs import redact_text
from presswatch_shared.watch_policy import format_clock
from presswatch_web.marked import marked, visible
from presswatch_web.pages import times

__all__ = ["STATIC", "outside", "render"]

FOLDER = Path(__file__).parent.parent
STATIC = FOLDER / "static"


class Place(Protocol):
    """Code points of a text, end exclusive."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. `now` is the moment times are told from."""
    page = _environment().get_template(template)
    principal = request.scope.get("state", {}).get("principal")
    return HTMLResponse(page.render(path=request.url.path, principal=principal, **values), status)


def outside(url: str) -> str:
    """An address of somebody else that may be linked to; empty for anything but http and https."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "marked": marked,
        "outside": outside,
        "number": _number,
        "places": _places,
        "duration": format_duration,
        "redacted": redact_text,
        "clock": format_clock,
        "moment_text": iso,
    }
    made.globals |= {"static": _static, "time_tag": _time_tag, "absolute": times.absolute}
    return made


@cache
def _static(name: str) -> str:
    """The address of a file of our own; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _time_tag(moment: Micros, now: Micros) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        times.machine(moment), times.absolute(moment), times.ago(moment, now)
    )


def _shown(value: Any) -> Any:
    """Whatever a template puts out passes here, before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _places(marks: Iterable[Place]) -> list[tuple[int, int]]:
    return [(mark.start, mark.end) for mark in marks]


def _number(count: int) -> str:
    """Thousands apart by a narrow space."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
