"""Languages: which one a browser asks for, and how moments, numbers and sentences are said in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from presswatch_shared.clock import SECOND
from presswatch_shared.languages import Language, preferred
from presswatch_shared.texts import Text, gettext, ngettext

NOW = 1_795_540_000_000_000
CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "%(count)s herring"
msgid_plural "%(count)s herrings"
msgstr[0] "%(count)s сельдь"
msgstr[1] "%(count)s сельди"
msgstr[2] "%(count)s сельдей"

msgid "The %(what)s is empty."
msgstr "Пусто: %(what)s."

msgid "barrel"
msgstr "бочка"
"""


@pytest.fixture
def russian(tmp_path: Path) -> Language:
    path = tmp_path / "ru" / "LC_MESSAGES" / "presswatch.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return Language("ru", tmp_path)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", ""),
        ("es", "es"),
        ("de-CH, ru;q=0.8, en;q=0.7", "ru"),
        ("en;q=0.2, es-MX;q=0.9", "es"),
        ("es;q=0, ru;q=0.1", "ru"),
        ("fr, de", ""),
        ("es;q=two, *", ""),
        ("es;q=nan", ""),
        ("ru," * 100_000, "ru"),
    ],
)
def test_the_browser_s_first_language_of_ours_is_taken(header: str, code: str) -> None:
    assert preferred(header) == code


@pytest.mark.parametrize(
    ("seconds", "texts"),
    [
        (0, ("just now", "just now")),
        (9, ("just now", "just now")),
        (10, ("10 sec ago", "hace 10 s")),
        (60, ("1 min ago", "hace 1 min")),
        (3599, ("59 min ago", "hace 59 min")),
        (7200, ("2 hr ago", "hace 2 h")),
        (86_400 * 3, ("3 days ago", "hace 3 d")),
        (86_400 * 40, ("15 Oct 2026", "15 oct 2026")),
        (-30, ("just now", "just now")),
        (-3600, ("24 Nov 2026, 18:06 UTC", "24 nov 2026, 18:06 UTC")),
    ],
)
def test_how_long_ago(seconds: int, texts: tuple[str, str], tmp_path: Path) -> None:
    said = tuple(Language(code, tmp_path).ago(NOW - seconds * SECOND, NOW) for code in ("en", "es"))
    assert said == texts


def test_numbers_are_grouped_as_the_language_does(tmp_path: Path) -> None:
    said = [Language(code, tmp_path).number(1_234_567.5, 1) for code in ("en", "es", "ru")]
    assert said == ["1,234,567.5", "1.234.567,5", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5"]


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 сельдь"), (3, "3 сельди"), (5, "5 сельдей"), (11, "11 сельдей"), (21, "21 сельдь"), (1003, "1 003 сельди")],
)
def test_a_plural_takes_the_form_of_its_language(count: int, said: str, russian: Language) -> None:
    text = ngettext("%(count)s herring", "%(count)s herrings", count)
    assert russian.said(text).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_sentence_is_english_until_it_is_said_in_another_language(russian: Language) -> None:
    text = gettext("The %(what)s is empty.", what=gettext("barrel"))
    assert text == "The barrel is empty."
    assert russian.said(text) == "Пусто: бочка."


def test_an_error_remembers_what_its_sentence_was_made_from(russian: Language) -> None:
    kept = str(ValueError(gettext("barrel")))
    assert isinstance(kept, Text)
    assert russian.said(kept) == "бочка"


def test_what_is_no_sentence_of_ours_is_said_as_it_is(russian: Language) -> None:
    assert russian.said("barrel") == "barrel"
