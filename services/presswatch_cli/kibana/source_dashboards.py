"""Dashboard over page outcomes: what became of every page that was seen, and which sources are silent."""

from __future__ import annotations

from presswatch_cli.kibana.columns import by_time, most_frequent, total
from presswatch_cli.kibana.dashboard import dashboard, row
from presswatch_cli.kibana.data_views import OUTCOMES
from presswatch_cli.kibana.lens import chart, table
from presswatch_cli.kibana.saved_object import SavedObject

__all__ = ["source_dashboards"]

STEPS = (
    ("seen", "Pages seen"),
    ("fetched", "Pages fetched"),
    ("articles", "Articles"),
    ("dropped", "Pages dropped"),
)


def source_dashboards(silent_search: SavedObject) -> tuple[SavedObject, ...]:
    """Panels and dashboards; the saved search lists silent sources."""
    return dashboard(
        "presswatch-dashboard-outcomes",
        "Presswatch: pages and sources",
        "What became of the pages that were seen, by source and hour, as presswatch report counts them.",
        (
            row(13, _over_time()),
            row(16, *(_by_source(step, title) for step, title in STEPS)),
            row(16, _reasons(), silent_search),
        ),
        since="now-24h",
    )


def _over_time() -> SavedObject:
    pages = total("pages", "pages")
    step = most_frequent("step", "step", size=10, by=pages)
    x = by_time("hour", interval="1h")
    return chart("presswatch-outcomes-time", "Pages by step", OUTCOMES, x=x, y=(pages,), split=step, form="line")


def _by_source(step: str, title: str) -> SavedObject:
    pages = total("pages", "pages")
    columns = (most_frequent("source_name", "source", size=200, by=pages), pages)
    return table(f"presswatch-outcomes-{step}", title, OUTCOMES, columns, query=f'step: "{step}"')


def _reasons() -> SavedObject:
    pages = total("pages", "pages")
    columns = (
        most_frequent("outcome", "reason", size=50, by=pages),
        most_frequent("source_name", "source", size=10, by=pages),
        pages,
    )
    return table(
        "presswatch-outcomes-reasons", "Why pages became no article", OUTCOMES, columns, query='step: "dropped"'
    )
