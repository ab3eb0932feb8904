"""When an article was published and changed: what is written on the page, believed only where it can be true."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.near_title import labelled_dates, lines_near_title
from presswatch_enrichment.metadata.structured import Described
from presswatch_enrichment.metadata.written_dates import read_written_date
from presswatch_shared.clock import MINUTE, SECOND, Micros, from_micros, to_micros

__all__ = ["Dated", "believable", "choose_dates", "declares", "parse_moment", "search_text_date", "zone_of"]

EARLIEST = to_micros(datetime(1990, 1, 1, tzinfo=UTC))
# A page's clock and zone may be a little off; a day ahead is already another claim.
TOLERANCE = 15 * MINUTE
PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publishdate",
    "pubdate",
    "article.published",
    "article_date_original",
    "og:published_time",
    "originalpublicationdate",
    "last-published",
    "date",
)
MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
    "article.updated",
)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(.*))?$")
ZONE = re.compile(r"(?:UTC|GMT)?\s*([+-])\s*(\d{1,2}):?(\d{2})?")
ENDING_ZONE = re.compile(r"\d:\d{2}(?:[.,]\d+)?\s*(?:UTC|GMT)?\s*([+-])\s*(\d{1,2}):?(\d{2})?$")
ZONE_MAX = 14 * 60
SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
ADDRESS_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_-])(\d\d?)\2(\d\d?)(?!\d)|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{4,}|(?!\d)))"
)
ARCHIVED = re.compile(r"/web/\d{14}(?:[a-z]{2}_)?/")
GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[,\s-]+(\d{1,2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment, where it was found, and the minutes its page's zone is east of UTC."""

    moment: Micros | None = None
    origin: str = ""
    zone: int = 0


def choose_dates(head: Head, described: Described, *, now: Micros) -> tuple[Dated, Dated]:
    """(published, modified)."""
    published = _first((*_declared(head, described), *((value, "time") for value in head.times[:1])), now)
    modified = _first(
        (
            (described.modified, "jsonld"),
            *((value, "meta") for name in MODIFIED for value in head.meta.get(name, ())),
            (head.itemprop_modified, "itemprop"),
        ),
        now,
    )
    if published.moment is not None and modified.moment is not None and modified.moment < published.moment:
        modified = Dated()
    return published, modified


def declares(head: Head, described: Described) -> bool:
    """The page names a date of publication, be it believable or not: then no other one is to be guessed from it."""
    return any(parse_moment(text) is not None for text, _ in _declared(head, described))


def _declared(head: Head, described: Described) -> Iterable[tuple[str, str]]:
    yield described.published, "jsonld"
    yield from ((value, "meta") for name in PUBLISHED for value in head.meta.get(name, ()))
    yield head.itemprop_published, "itemprop"


def _first(candidates: Iterable[tuple[str, str]], now: Micros) -> Dated:
    for text, origin in candidates:
        moment = parse_moment(text) if text else None
        if believable(moment, now=now):
            return Dated(moment, origin, zone_of(text))
    return Dated()


def zone_of(text: str) -> int:
    """Minutes east of UTC that a written time stamp ends with; 0 where it names none."""
    match = ENDING_ZONE.search(text.strip()[:64])
    if match is None:
        return 0
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return 0 if minutes > ZONE_MAX else -minutes if match[1] == "-" else minutes


def believable(moment: Micros | None, *, now: Micros) -> bool:
    """Not before 1990 and not after the fetch."""
    return moment is not None and EARLIEST <= moment <= now + TOLERANCE


def parse_moment(text: str) -> Micros | None:
    """A written time stamp; without a zone it is taken as UTC."""
    text = text.strip()[:64]
    for reader in (_iso, _number, _email, _slashed):
        try:
            moment = reader(text)
            if moment is not None:
                return to_micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _iso(text: str) -> datetime | None:
    match = ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    return moment - _offset(zone or "")


def _offset(zone: str) -> timedelta:
    match = ZONE.match(zone.strip())
    if match is None:
        return timedelta(0)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset


def _number(text: str) -> datetime | None:
    if not text.isdigit() or len(text) not in (10, 13):
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC) if text.isdigit() and len(text) == 8 else None
    return from_micros(int(text) * (SECOND if len(text) == 10 else SECOND // 1_000))


def _email(text: str) -> datetime | None:
    return parsedate_to_datetime(text) if re.search(r"[A-Za-z]{3}", text) and re.search(r"\d{4}", text) else None


def _slashed(text: str) -> datetime | None:
    if match := SLASHED.match(text):
        year, month, day, hour, minute, second = match.groups()
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    if match := GERMAN.match(text):
        day, month, year, hour, minute = match.groups()
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC)
    return None


def search_text_date(head: Head, markup: str, url: str, *, now: Micros) -> Micros | None:
    """A date that is shown to readers, or stands in the address, where the page declares none."""
    month_first = head.language.lower() == "en-us"

    def written(texts: Iterable[str]) -> Micros | None:
        moments = (read_written_date(text, month_first=month_first) for text in texts)
        return next((moment for moment in moments if believable(moment, now=now)), None)

    # Dates of several articles, one of which is this page's: a label tells which.
    several = len({read_written_date(text, month_first=month_first) for text in head.dated}) > 1
    return (
        (written(labelled_dates(markup)) if several else None)
        or written(head.dated)
        or _in_address(url, now)
        or written(lines_near_title(markup))
        or _searched(markup, url, now)
    )


def _in_address(url: str, now: Micros) -> Micros | None:
    """The day of "/2026/03/04/" or "/20260304…"; that of an archive's copy is the copy's."""
    match = ADDRESS_DAY.search(ARCHIVED.sub("", url))
    if match is None:
        return None
    year, _, month, day, short_month, short_day = match.groups()
    moment = parse_moment(f"{year}-{month or short_month}-{day or short_day}")
    return moment if believable(moment, now=now) else None


def _searched(markup: str, url: str, now: Micros) -> Micros | None:
    from htmldate import find_date

    found = find_date(
        markup,
        original_date=True,
        # The extensive search compiles the calendars of 200 locales: ten seconds in every new process.
        extensive_search=False,
        url=url,
        min_date="1990-01-01",
        max_date=from_micros(now).strftime("%Y-%m-%d"),
        outputformat="%Y-%m-%d",
    )
    return parse_moment(found) if found else None
