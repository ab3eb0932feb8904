"""Templates: autoescaped, no undefined names, in the reader's language, and the few functions they may call.

Every text of a template is a message of the catalogues: `{{ _("…") }}`, or `{% trans %}` for a sentence with links or
plurals. Python makes them by `presswatch_shared.texts.gettext`; they are put out in the language of the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from presswatch_shared.clock import Micros, to_micros
from presswatch_shared.durations import format_duration
from presswatch_shared.languages import LANGUAGES, Language, language_named
from presswatch_shared.logs import redact_text
from presswatch_shared.watch_policy import format_clock
from presswatch_web.marked import marked, visible
from presswatch_web.pages import times
from presswatch_web.pages.reading import language_of
from presswatch_web.pages.terms import scope_term, term

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
    """A page in the reader's language. `now` is the moment times are told from."""
    language = language_of(request)
    page = _environment(language).get_template(template)
    principal = request.scope.get("state", {}).get("principal")
    shown = page.render(path=request.url.path, back_path=_back_path(request), principal=principal, **values)
    return HTMLResponse(shown, status, {"content-language": language})


def outside(url: str) -> str:
    """An address of somebody else that may be linked to; empty for anything but http and https."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


@cache
def _environment(code: str) -> Environment:
    language = language_named(code)

    def shown(value: Any) -> Any:
        """Whatever a template puts out passes here, before it is escaped."""
        return visible(language.said(value)) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "marked": marked,
        "outside": outside,
        "number": language.number,
        "day": language.day,
        "day_of_month": language.day_of_month,
        "places": _places,
        "duration": format_duration,
        "redacted": redact_text,
        "clock": format_clock,
        "date_moment": lambda moment: language.moment(to_micros(moment)),
        "term": term,
        "scope_term": scope_term,
        "told": language.told,
    }
    made.globals |= {
        "static": _static,
        "time_tag": partial(_time_tag, language),
        "absolute": language.moment,
        "language": language,
        "languages": LANGUAGES,
    }
    _speak(made, language, shown)
    return made


def _speak(made: Environment, language: Language, shown: Callable[[Any], Any]) -> None:
    """Messages are our own markup; what is put into them is escaped, and passes where everything foreign passes."""

    def fill(message: str, values: Mapping[str, Any]) -> Markup:
        # A message without markup may stand in an attribute, which a quotation mark of its own would end.
        safe = message if "<" in message else message.replace('"', "&#34;")
        template = Markup(safe)  # noqa: S704 (templates and catalogues are ours)
        return template % {name: shown(language.shown(value)) for name, value in values.items()}

    def gettext(message: str, /, **values: Any) -> Markup:
        return fill(language.sentence(message), values)

    def ngettext(one: str, many: str, number: int, /, **values: Any) -> Markup:
        return fill(language.counted(one, many, number), {"num": number, **values})

    # Set before the extension is added, it leaves the values to the two functions.
    made.extend(newstyle_gettext=True)
    made.add_extension("jinja2.ext.i18n")
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {"gettext": gettext, "ngettext": ngettext, "_": gettext}


def _back_path(request: Request) -> str:
    """Where a form that changes how pages look leads: here, unless this page is the answer to another form."""
    if request.method not in ("GET", "HEAD"):
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


@cache
def _static(name: str) -> str:
    """The address of a file of our own; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _time_tag(language: Language, moment: Micros, now: Micros) -> Markup:
    """`data-age` tells the script that the text grows older."""
    shown = language.ago(moment, now)
    is_age = Markup(" data-age") if shown != language.moment(moment) else ""
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        times.machine(moment), language.moment(moment), is_age, shown
    )


def _places(marks: Iterable[Place]) -> list[tuple[int, int]]:
    return [(mark.start, mark.end) for mark in marks]
