"""A mail as HTML: autoescaped, no pictures, no scripts, nothing from other hosts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from presswatch_delivery.mails.view import MailView
from presswatch_shared.languages import Language

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["mail_html"]

TEMPLATES = Path(__file__).parent.parent / "templates"


def mail_html(view: MailView) -> str:
    """A whole document."""
    return _environment(view.language).get_template("mail.html").render(view=view)


@cache
def _environment(language: Language) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = language.sentence
    return environment
