"""The languages people read Presswatch in: sentences from gettext catalogues, dates, numbers and plurals from CLDR.

A catalogue is read from its `.po` file when it is first needed: nothing is built, and nothing can be out of date.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from presswatch_shared.clock import SECOND, Micros, from_micros
from presswatch_shared.texts import Text, gettext

__all__ = ["DEFAULT", "DOMAIN", "LANGUAGES", "Language", "language_named", "preferred"]

DOMAIN = "presswatch"
DEFAULT = "en"
LANGUAGES = {"en": "English", "es": "Español", "ru": "Русский"}
"""Each by its own name."""
# English with the day before the month, which is read alike everywhere.
LOCALES = {"en": "en_GB", "es": "es", "ru": "ru"}
CATALOGUES = Path(__file__).parent / "locales"
LONGEST_HEADER = 200

Unit = Literal["second", "minute", "hour", "day"]
JUST_NOW_SECONDS = 10
AHEAD_SECONDS = 60
"""A clock that is less ahead than this is not told from ours."""
DATED_SECONDS = 30 * 86_400
STEPS: tuple[tuple[int, Unit, int], ...] = (
    (60, "second", 1),
    (3600, "minute", 60),
    (86_400, "hour", 3600),
    (DATED_SECONDS, "day", 86_400),
)


class Language:
    """One language, with the catalogue of one folder (`{folder}/{code}/LC_MESSAGES/presswatch.po`)."""

    def __init__(self, code: str, folder: Path = CATALOGUES) -> None:
        self.code = code
        self._locale = Locale.parse(LOCALES[code])
        self._catalogue = _catalogue(folder / code / "LC_MESSAGES" / f"{DOMAIN}.po", code)

    def said(self, text: str) -> str:
        """The text in this language, if it is one that can be said in others; else as it is."""
        if not isinstance(text, Text):
            return text
        found = self.counted(text.one, text.many, text.number) if text.many else self.sentence(text.one)
        return found % {name: self.shown(value) for name, value in text.values.items()}

    def told(self, text: str) -> str:
        """`said`, also for a sentence that was passed on as a plain text: of an error."""
        return self.said(text) if isinstance(text, Text) or not text else self.sentence(text)

    def sentence(self, message: str) -> str:
        """A message of the catalogue, its placeholders as they are."""
        return self._catalogue.gettext(message)

    def counted(self, one: str, many: str, count: int) -> str:
        """The form of a message that goes with a number, its placeholders as they are."""
        return self._catalogue.ngettext(one, many, count)

    def shown(self, value: Any) -> Any:
        """What stands for a value inside a sentence."""
        if isinstance(value, str):
            return self.said(value)
        return self.number(value) if isinstance(value, int) else value

    def number(self, value: float, places: int = 0) -> str:
        """Grouped as usual, with this many decimals."""
        return _decimal(value, f"#,##0.{'0' * places}" if places else "#,##0", self._locale)

    def day(self, day: date) -> str:
        return _date(day, "d MMM y", self._locale)

    def day_of_month(self, day: date) -> str:
        return _date(day, "d MMM", self._locale)

    def moment(self, moment: Micros) -> str:
        """To the minute, in UTC, which it says."""
        return format_datetime(from_micros(moment), "d MMM y, HH:mm 'UTC'", locale=self._locale)

    def day_in(self, moment: Micros, zone: str) -> str:
        """The day in a zone, with the name of its month."""
        return format_date(from_micros(moment).astimezone(ZoneInfo(zone)), "long", locale=self._locale)

    def moment_in(self, moment: Micros, zone: str) -> str:
        """To the minute in a zone, which it says."""
        local = from_micros(moment).astimezone(ZoneInfo(zone))
        return f"{self.day_in(moment, zone)}, {local:%H:%M %Z}"

    def ago(self, moment: Micros, now: Micros) -> str:
        """How long ago; the day where it is more than a month."""
        seconds = (now - moment) // SECOND
        if seconds < JUST_NOW_SECONDS:
            return self.said(gettext("just now")) if seconds > -AHEAD_SECONDS else self.moment(moment)
        for below, unit, size in STEPS:
            if seconds < below:
                return self._units_ago(seconds // size * size, unit)
        return self.day(from_micros(moment))

    def _units_ago(self, seconds: int, unit: Unit) -> str:
        # No number of units is so large that a larger unit is used.
        return format_timedelta(
            timedelta(seconds=-seconds),
            granularity=unit,
            threshold=DATED_SECONDS,
            add_direction=True,
            format="short",
            locale=self._locale,
        )


@lru_cache(maxsize=10_000)
def _decimal(value: float, pattern: str, locale: Locale) -> str:
    """A page of results has hundreds of small numbers, and they come again."""
    return format_decimal(value, format=pattern, locale=locale)


@lru_cache(maxsize=10_000)
def _date(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


@cache
def language_named(code: str) -> Language:
    """One of `LANGUAGES`; English for what is none."""
    return Language(code if code in LANGUAGES else DEFAULT)


def preferred(accept_language: str) -> str:
    """The first of ours that a browser names (RFC 9110, 12.5.4), or an empty text."""
    found: list[tuple[float, str]] = []
    for part in accept_language[:LONGEST_HEADER].split(","):
        name, _, weight = part.partition(";")
        code = name.strip().split("-")[0].lower()
        if code in LANGUAGES and (value := _weight(weight)) > 0:
            found.append((value, code))
    return max(found, key=lambda each: each[0])[1] if found else ""


def _weight(text: str) -> float:
    """Of `q=0.8`; 1 where nothing is said, 0 where it is no number."""
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0


def _catalogue(path: Path, code: str) -> NullTranslations:
    """English needs none: its sentences are the keys of the others."""
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Translations(compiled)
