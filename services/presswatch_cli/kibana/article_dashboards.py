"""Dashboards over articles: coverage, the names in it, copies, and how fresh it is."""

from __future__ import annotations

from presswatch_cli.kibana.columns import by_time, count, distinct, either, most_frequent, percentile
from presswatch_cli.kibana.dashboard import dashboard, row
from presswatch_cli.kibana.data_views import ARTICLES
from presswatch_cli.kibana.lens import chart, number, table
from presswatch_cli.kibana.saved_object import SavedObject

__all__ = ["article_dashboards"]

NAMES = (
    ("entity_person", "persons"),
    ("entity_organisation", "organisations"),
    ("entity_place", "places"),
    ("entity_weapon", "weapons"),
    ("entity_vehicle", "vehicles"),
)


def article_dashboards() -> tuple[SavedObject, ...]:
    """Panels and dashboards."""
    return (*_coverage(), *_names(), *_copies(), *_freshness())


def _coverage() -> tuple[SavedObject, ...]:
    articles = count("articles")
    return dashboard(
        "presswatch-dashboard-coverage",
        "Presswatch: coverage",
        "How much is written, by whom and in which languages. Type a query above to see it for that alone.",
        (
            row(
                6,
                number("presswatch-articles-count", "Articles", ARTICLES, articles),
                number("presswatch-articles-outlets", "Outlets", ARTICLES, distinct("source", "outlets")),
                number("presswatch-articles-stories", "Stories", ARTICLES, distinct("story_id", "stories")),
            ),
            row(13, _over_time("presswatch-articles-by-language", "Articles over time, by language", "lang")),
            row(13, _over_time("presswatch-articles-by-outlet", "Articles over time, by outlet", "source")),
            row(
                15,
                _outlets(),
                _ranked("presswatch-articles-languages", "Languages", "lang", "languages"),
                _ranked("presswatch-articles-categories", "Categories", "category", "categories"),
                widths=(24, 12, 12),
            ),
        ),
    )


def _names() -> tuple[SavedObject, ...]:
    ranked = [
        _ranked(f"presswatch-articles-{plural}", f"Most named {plural}", field, plural) for field, plural in NAMES
    ]
    times = [
        _over_time(f"presswatch-articles-{plural}-time", f"{plural.capitalize()} over time", field)
        for field, plural in NAMES
    ]
    return dashboard(
        "presswatch-dashboard-names",
        "Presswatch: names in the news",
        "Persons, organisations, places, weapons and vehicles that articles name.",
        tuple(row(14, ranks, time, widths=(16, 32)) for ranks, time in zip(ranked, times, strict=True)),
    )


def _copies() -> tuple[SavedObject, ...]:
    kinds = either((("first texts", "not duplicate_of: *"), ("near-duplicates", "duplicate_of: *")))
    articles, outlets = count("articles"), distinct("source", "outlets")
    return dashboard(
        "presswatch-dashboard-duplicates",
        "Presswatch: copies and stories",
        "Which texts are taken over, and by how many outlets.",
        (
            row(
                13,
                chart(
                    "presswatch-articles-copies-time",
                    "First texts and near-duplicates over time",
                    ARTICLES,
                    x=by_time("date"),
                    y=(articles,),
                    split=kinds,
                    form="bar_stacked",
                ),
            ),
            row(
                18,
                table(
                    "presswatch-articles-stories-spread",
                    "Stories by outlets",
                    ARTICLES,
                    (most_frequent("story_id", "story", size=50, by=outlets), outlets, articles),
                ),
                table(
                    "presswatch-articles-copiers",
                    "Outlets by near-duplicates",
                    ARTICLES,
                    (
                        most_frequent("source", "outlet", size=50, by=articles),
                        articles,
                        distinct("duplicate_of", "texts taken over"),
                    ),
                    query="duplicate_of: *",
                ),
            ),
        ),
    )


def _freshness() -> tuple[SavedObject, ...]:
    middle = percentile("seconds_to_fetch", 50, "half within")
    most = percentile("seconds_to_fetch", 95, "95 % within")
    articles = count("articles")
    return dashboard(
        "presswatch-dashboard-freshness",
        "Presswatch: freshness of articles",
        "How long after its publication an article was fetched. Articles without a time of publication do not count.",
        (
            row(
                6,
                number("presswatch-articles-delay-half", "Half of the articles within", ARTICLES, middle),
                number("presswatch-articles-delay-most", "95 % of the articles within", ARTICLES, most),
            ),
            row(
                13,
                chart(
                    "presswatch-articles-delay-time",
                    "From publication to fetch",
                    ARTICLES,
                    x=by_time("date"),
                    y=(middle, most),
                    form="line",
                ),
            ),
            row(
                18,
                table(
                    "presswatch-articles-delay-outlets",
                    "From publication to fetch, by outlet",
                    ARTICLES,
                    (most_frequent("source", "outlet", size=100, by=articles), articles, middle, most),
                ),
            ),
        ),
        since="now-24h",
    )


def _over_time(object_id: str, title: str, field: str) -> SavedObject:
    articles = count("articles")
    split = most_frequent(field, field, size=10, by=articles, other=True)
    return chart(object_id, title, ARTICLES, x=by_time("date"), y=(articles,), split=split, form="bar_stacked")


def _ranked(object_id: str, title: str, field: str, label: str) -> SavedObject:
    articles = count("articles")
    return table(object_id, title, ARTICLES, (most_frequent(field, label, size=50, by=articles), articles))


def _outlets() -> SavedObject:
    articles = count("articles")
    columns = (
        most_frequent("source", "outlet", size=100, by=articles),
        articles,
        distinct("story_id", "stories"),
        count("near-duplicates", name="copies", query="duplicate_of: *"),
    )
    return table("presswatch-articles-outlets-table", "Outlets", ARTICLES, columns)
