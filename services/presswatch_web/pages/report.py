"""The page of the accounts: what became of every page that was seen on a day, by source, and who is silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from presswatch_shared.clock import SECOND, to_micros
from presswatch_web.dependencies import Deps
from presswatch_web.pages.templating import render

__all__ = ["router"]

DROPS = ("refused", "failed", "not_articles", "dead_letters")

router = APIRouter(include_in_schema=False)


@router.api_route("/report", methods=["GET", "HEAD"])
async def report_page(
    request: Request,
    deps: Deps,
    day: Annotated[str, Query(max_length=10)] = "",
    source: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Of a day in UTC, today without one; with a source, hour by hour."""
    today = datetime.fromtimestamp(deps.clock.now() / SECOND, UTC)
    shown = _day(day) or today.replace(hour=0, minute=0, second=0, microsecond=0)
    after = shown + timedelta(days=1)
    report = await deps.report(to_micros(shown), to_micros(after), source or None)
    return render(
        request,
        "report.html",
        status=200,
        report=report,
        rows=_rows(report, source, shown),
        hourly=bool(source),
        day=shown,
        before=_address(shown - timedelta(days=1), source),
        after=_address(after, source) if after <= today else "",
        now=deps.clock.now(),
    )


def _day(text: str) -> datetime | None:
    """The beginning of a day; what is none is taken as today. The first years cannot be paged back from."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if 1970 < found.year < 9999 else None


def _rows(report: Any, source: str, day: datetime) -> list[dict[str, Any]]:
    """A line a source that leads to its hours, or a line an hour."""
    if not source:
        return [
            {"name": one["name"], "meta": one["host"], "href": _address(day, one["id"]), **_drops(one["total"])}
            for one in report["sources"]
        ]
    return [
        {"name": f"{hour['hour'][11:13]}:00", "meta": "", "href": "", **_drops(hour)}
        for one in report["sources"]
        for hour in one["hours"]
    ]


def _drops(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures, with all drops in one list: most first."""
    drops = [(reason, count) for name in DROPS for reason, count in figures[name].items()]
    drops += [(name, figures[name]) for name in ("not_modified", "superseded") if figures[name]]
    return {**figures, "drops": sorted(drops, key=lambda drop: (-drop[1], drop[0]))}


def _address(day: datetime, source: str) -> str:
    return "/report?" + urlencode({"day": f"{day:%Y-%m-%d}"} | ({"source": source} if source else {}))
