"""Brings the gettext catalogues up to date with the texts in templates and code: `make translations`.

New texts come in untranslated, those that are gone leave; `tests/unit/presswatch_web/test_catalogues.py` says what is
left to do. Nothing is guessed (no fuzzy entries): a wrong sentence is worse than a missing one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

__all__ = ["LANGUAGES", "extracted", "path_of", "translated"]

ROOT = Path(__file__).parent.parent
WEB = ROOT / "services" / "presswatch_web"
MAILS = ROOT / "services" / "presswatch_delivery"
SHARED = "shared/presswatch_shared"
LANGUAGES = ("es", "ru")
WIDTH = 120
TEMPLATE_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true"}
Keywords = Mapping[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None]
KEYWORDS: Keywords = {"gettext": None, "_": None, "ngettext": (1, 2)}
# Errors that a page may show: their text is the message where it is written in one piece.
WITH_PROBLEMS: Keywords = {**KEYWORDS, "Problem": (2,)}
WITH_BAD_INPUT: Keywords = {**KEYWORDS, "BadInput": (1,)}
SHOWN_ON_PAGES = frozenset(
    ROOT / SHARED / name
    for name in (
        "channel_rules.py",
        "durations.py",
        "mail_addresses.py",
        "moments.py",
        "passwords.py",
        "store/users.py",
        "watch_policy.py",
        "watch_rules.py",
        "webhooks.py",
    )
)


def extracted() -> Catalog:
    """Every text that a page, a mail or a feed can show, with where it stands."""
    catalogue = Catalog(project="Presswatch", charset="utf-8")
    for path in [*sorted(WEB.rglob("*.html")), *sorted(MAILS.rglob("*.html"))]:
        _add(catalogue, path, "jinja2.ext:babel_extract", KEYWORDS, TEMPLATE_OPTIONS)
    for path in _modules():
        keywords = WITH_BAD_INPUT if path in SHOWN_ON_PAGES else KEYWORDS
        _add(catalogue, path, "python", WITH_PROBLEMS if path.is_relative_to(WEB) else keywords, {})
    return catalogue


def path_of(language: str) -> Path:
    return ROOT / SHARED / "locales" / language / "LC_MESSAGES" / "presswatch.po"


def translated(language: str) -> Catalog:
    """What there is in a language."""
    with path_of(language).open("rb") as source:
        return read_po(source, locale=language)


def _modules() -> Iterator[Path]:
    services = ("services/presswatch_web", "services/presswatch_alerting", "services/presswatch_delivery")
    for name in (*services, "shared/presswatch_query", SHARED):
        folder = ROOT / name
        yield from sorted(path for path in folder.rglob("*.py") if path.name != "texts.py" and _may_have_texts(path))


def _may_have_texts(path: Path) -> bool:
    """Taking a module apart costs far more than a look at it."""
    source = path.read_text(encoding="utf-8")
    return any(word in source for word in ("gettext(", "Problem(", "BadInput("))


def _add(catalogue: Catalog, path: Path, method: str, keywords: Keywords, options: dict[str, str]) -> None:
    for line, message, comments, context in extract_from_file(method, path, keywords, (), options):
        catalogue.add(message, None, [(str(path.relative_to(ROOT)), line)], auto_comments=comments, context=context)


def _update(language: str) -> int:
    """Rewrites one catalogue; gives how many of its texts are not translated."""
    catalogue = translated(language)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.msgid_bugs_address = ""
    with path_of(language).open("wb") as target:
        write_po(target, catalogue, width=WIDTH, include_lineno=False, sort_by_file=True)
    return sum(not _is_whole(message) for message in catalogue if message.id)


def _is_whole(message: Message) -> bool:
    forms = message.string
    return bool(forms) if isinstance(forms, str | None) else all(forms)


def main() -> None:
    for language in LANGUAGES:
        sys.stdout.write(f"{path_of(language).relative_to(ROOT)}: {_update(language)} texts are not translated\n")


if __name__ == "__main__":
    main()
