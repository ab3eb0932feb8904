"""Entities with a form of their own: weapon and vehicle designations, money, percentages, dates, tickers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Found", "find_patterns"]

# An expression that begins with a set of characters is looked for at those alone, one that begins with a look behind at
# each place of the text: hence look-behinds stand after the first character.
# Makers' and services' prefixes before a number. One letter alone needs its hyphen: "F-16", never "F 16" or "F16a".
AIRCRAFT = r"Su|MiG|Mig|MIG|SU|Mi|Ka|Yak|Tu|Il|An|Be|Су|МиГ|Ми|Ка|Як|Ту|Ил|Ан"
MISSILES = (
    r"Kh|Х|BM|БМ|AIM|AGM|BGM|MIM|RIM|FIM|FGM|GBU|JASSM|PAC|SS|SA|SM|DF|CJ|PL|HQ|R|Р|С|S|KN|KAB|КАБ|FAB|ФАБ|ODAB|RS|РС"
)
GUNS = r"AK|АК|AKM|АКМ|RPG|РПГ|RPK|PKM|ПКМ|SVD|СВД|RPO|ATGM|D|Д|M|TOS|ТОС"
ARMOUR = r"T|Т|BMP|БМП|BTR|БТР|BMD|БМД|BRDM|БРДМ|MT|МТ|PT|ПТ|ZSU|ЗСУ|AMX|VBL"
WESTERN = r"F|FA|A|B|C|E|KC|EA|EC|EF|RQ|MQ|UH|AH|CH|MH|OH|SH|HH|TB|JF|J|K|H|Q|P|U|V|X|CV|NH|Ju|He|Bf|Me"
DESIGNATION = re.compile(
    rf"(?<![\w.-])(?:(?:{AIRCRAFT}|{MISSILES}|{GUNS}|{ARMOUR}|{WESTERN})-\d{{1,4}}(?!\d)"
    rf"|(?:Su|MiG|Mi|Ka|BMP|BTR|BRDM|AK|RPG|FH|Су|МиГ|Ми|БМП|БТР)\s?\d{{2,4}}(?![\d.,]))"
    r"(?:[A-ZА-ЯMKСМКБВ]{1,4}\d{0,2}[A-Z]{0,2})?(?:-\d?[A-ZА-Я]{0,3}\d{0,3})?(?![\w])"
)
NUMBERED = re.compile(r"-\d")
SPACED = re.compile(r"(?:Su|MiG|Mi|Ka|BMP|BTR|BRDM|AK|RPG|FH|Су|МиГ|Ми|БМП|БТР)\s?\d\d")
PREFIX_MAX = 5
GRAU = re.compile(r"\d(?<![\w-]\d)[A-ZА-Я]\d{1,3}(?:[A-ZА-Я]\d?)?(?![\w-])")
NOT_DESIGNATIONS = re.compile(
    r"^(?:[ACSEMBKTPRD]-[12]?\d?|A-\d{1,3}|B-\d|S-\d|U-\d{1,2}|E-\d{1,2}|H-\d|K-\d|C-\d|R-\d|V-\d|X-\d|P-\d|J-\d|Q-\d)$"
)
KNOWN_SHORT = re.compile(
    r"^(?:[FTSMPV]-[1-9]\d{1,2}|[CK]-\d{2,3}|B-(?:1B|2A|17|21|24|25|29|52)|U-2|A-10|A-4|A-50|AV-8|S-8|V-22|E-3|P-8"
    r"|J-\d\d|X-47|D-30)$"
)
CIVIL = re.compile(
    r"(?:Boeing\s7\d7(?:[\s-]\d{1,3}|[\s-]MAX(?:\s\d)?)?|Airbus\sA3\d{2}(?:neo|-\d{3})?|A3[2345]\dneo"
    r"|Tesla\sModel\s[3SXY])\b"
)
SHIP = re.compile(r"(?:USS|HMS|HMAS|INS|RFS)\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?")

SCALE = (
    r"(?:thousand|million|billion|trillion|mn|bn|tn|m|k|mil(?:es)?|millones|mil millones|billones"
    r"|Millionen|Milliarden|Mio\.?|Mrd\.?|millions?|milliards?|milioni|miliardi|milhões|bilhões|тыс\.?|млн"
    r"|млрд|трлн|миллион\w*|миллиард\w*)"
)
# Its first digit is looked for before it.
NUMBER = r"(?:\d{0,2}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d*(?:[.,]\d+)?)"
CURRENCY = r"(?:US\$|A\$|C\$|HK\$|R\$|\$|€|£|¥|₽|₹|₩|₴|USD|EUR|GBP|CHF|RUB|JPY|CNY)"
UNIT = (
    r"(?:(?:US |American |Canadian |Australian )?dollars?|euros?|pounds?(?! of)|roubles?|rubles?|yen|yuan"
    r"|rupees?|pesos?|francs?|bol[íi]vares|d[óo]lares|libras|Dollar|Euro|Pfund|Rubel|Franken|рубл\w+"
    r"|доллар\w*|евро|гривен|USD|EUR|GBP|CHF|RUB|€|\$|£)"
)
PRICE = re.compile(rf"{CURRENCY}\s?\d{NUMBER}(?:[\s-]?{SCALE}(?!\w))?")
MONEY = re.compile(rf"\d(?<!\w\d){NUMBER}(?:\s?{SCALE})?(?:\s(?:de|of))?\s?{UNIT}(?!\w)")
PERCENT = re.compile(
    rf"\d(?<![\w.,]\d){NUMBER}\s?(?:%|percent|per cent|pct|Prozent|por ciento|pour cent|per cento|por cento"
    rf"|procent\w*|процент\w*)(?!\w)"
)

MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|enero|febrero|marzo|abril|mayo|junio|julio"
    r"|agosto|septiembre|octubre|noviembre|diciembre"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|gennaio"
    r"|febbraio|aprile|maggio|giugno|luglio|settembre"
    r"|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
DATE = re.compile(
    rf"\d(?<![\w.]\d)(?:\d?(?:st|nd|rd|th|\.|º|er)?\s(?:of\s|de\s)?(?:{MONTHS})\.?(?:,?\s(?:de\s|del\s)?\d{{4}})?"
    rf"|\d{{3}}-\d\d-\d\d|\d?\.\d{{1,2}}\.\d{{4}})(?!\w)"
)
MONTH = re.compile(rf"(?:{MONTHS})(?:\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\s(?:de\s)?\d{{4}})(?!\w)")
MONTH_BEFORE = re.compile(rf"(?:{MONTHS})(?:\.?\s|\s(?:de\s)?)$")
"""A month that the text up to a number ends with."""
MONTH_REACH = 16
LISTED = re.compile(r"\(((?:NYSE|NASDAQ|Nasdaq|LSE|LON|FRA|TSX|ASX|HKG|MOEX|ETR|EPA)\s?:\s?[A-Z0-9.]{1,6})\)")
CASHTAG = re.compile(r"\$(?<![\w$]\$)[A-Z]{2,5}(?!\w)")


NUMBER_BEGINS = re.compile(r"\d(?<!\w\d)")
OF_NUMBERS = ((GRAU, "weapon"), (PERCENT, "percent"), (MONEY, "money"), (DATE, "date"))
"""They begin with a number, so each is tried at those alone."""
SIGNS = ("$", "€", "£", "¥", "₽", "₹", "₩", "₴", "USD", "EUR", "GBP", "CHF", "RUB", "JPY", "CNY")
OTHERS = (
    (CIVIL, "vehicle", ("Boeing", "Airbus", "A3", "Tesla")),
    (SHIP, "vehicle", ("USS", "HMS", "HMAS", "INS", "RFS")),
    (PRICE, "money", SIGNS),
    (LISTED, "other", ("(",)),
    (CASHTAG, "other", ("$",)),
)
"""With what a text without any match has none of: that is found out far quicker."""
WORDS = frozenset((CIVIL, SHIP, PRICE))
"""They begin with letters, and so with a word."""


class Found(NamedTuple):
    start: int
    end: int
    type: str


def find_patterns(text: str) -> Iterator[Found]:
    """All of them; where two overlap the caller decides."""
    for match in _designations(text):
        if not NOT_DESIGNATIONS.match(match[0]) or KNOWN_SHORT.match(match[0]):
            yield Found(match.start(), match.end(), "weapon")
    for number in NUMBER_BEGINS.finditer(text):
        yield from _at_number(text, number.start())
    for pattern, kind, needed in OTHERS:
        if any(part in text for part in needed):
            for match in pattern.finditer(text):
                start, end = match.span(match.lastindex or 0)
                if pattern not in WORDS or not _within_word(text, start):
                    yield Found(start, end, kind)


def _at_number(text: str, start: int) -> Iterator[Found]:
    for pattern, kind in OF_NUMBERS:
        if match := pattern.match(text, start):
            yield Found(start, match.end(), kind)
    if text[start - 1 : start].isspace():
        month = MONTH_BEFORE.search(text, max(0, start - MONTH_REACH), start)
        match = MONTH.match(text, month.start()) if month and not _within_word(text, month.start()) else None
        if match:
            yield Found(match.start(), match.end(), "date")


def _designations(text: str) -> Iterator[re.Match[str]]:
    numbered = (_prefix_of(text, match.start()) for match in NUMBERED.finditer(text))
    starts = sorted({*numbered, *(match.start() for match in SPACED.finditer(text))})
    end = 0
    for start in starts:
        match = DESIGNATION.match(text, start) if start >= end else None
        if match is not None:
            yield match
            end = match.end()


def _prefix_of(text: str, hyphen: int) -> int:
    """Where the letters before a hyphen begin."""
    start = hyphen
    while start and hyphen - start < PREFIX_MAX and text[start - 1].isalpha():
        start -= 1
    return start


def _within_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
