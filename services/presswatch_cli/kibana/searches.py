"""Saved searches for Discover: lists of documents with the columns an analyst reads."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_cli.kibana.data_views import ALERTS, ARTICLES, OUTCOMES, TIMES
from presswatch_cli.kibana.saved_object import Reference, SavedObject, search_source

__all__ = ["ALERTS_SEARCH", "ALERT_COLUMNS", "SILENT_SEARCH", "saved_search", "searches"]

ALERTS_SEARCH = "presswatch-search-alerts"
SILENT_SEARCH = "presswatch-search-silent-sources"

ARTICLE_COLUMNS = ("title", "source", "lang", "story_id", "url")
ALERT_COLUMNS = ("watch_name", "title", "source", "lang", "outlets", "snippet", "url")
OUTCOME_COLUMNS = ("source_name", "step", "outcome", "pages")


def searches() -> tuple[SavedObject, ...]:
    """Those that do not depend on what is watched."""
    return (
        saved_search(
            "presswatch-search-articles",
            "Presswatch: articles",
            ARTICLES,
            ARTICLE_COLUMNS,
            about="The start of a search of your own: type a query and save it under another name.",
        ),
        saved_search(
            "presswatch-search-watch",
            "Presswatch: one watch (template)",
            ALERTS,
            ALERT_COLUMNS,
            query='watch_name: "*"',
            about="Alerts of one watch: write its name for the star and save under another name. "
            "presswatch admin kibana --watches makes one of these a watch.",
        ),
        saved_search(
            ALERTS_SEARCH,
            "Presswatch: alerts",
            ALERTS,
            ALERT_COLUMNS,
            about="Every alert that fired, the newest first.",
        ),
        saved_search(
            "presswatch-search-first-texts",
            "Presswatch: articles without copies",
            ARTICLES,
            ARTICLE_COLUMNS,
            query="not duplicate_of: *",
            about="Near-duplicates of a text that was seen before are left out.",
        ),
        saved_search(
            SILENT_SEARCH,
            "Presswatch: silent sources",
            OUTCOMES,
            ("source_name", "silent_since"),
            query='step: "silence"',
            about="Sources that were silent for longer than is usual for them, and since when.",
        ),
        saved_search(
            "presswatch-search-dropped",
            "Presswatch: pages that became no article",
            OUTCOMES,
            OUTCOME_COLUMNS,
            query='step: "dropped" and pages > 0',
            about="Where pages are lost on the way, and for which reasons.",
        ),
    )


def saved_search(
    object_id: str, title: str, view: str, columns: Sequence[str], *, query: str = "", about: str = ""
) -> SavedObject:
    """The newest document first; `query` is KQL."""
    attributes = {
        "columns": list(columns),
        "description": about,
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": search_source(query, with_view=True),
        "sort": [[TIMES[view], "desc"]],
        "timeRestore": False,
        "title": title,
    }
    reference = Reference("kibanaSavedObjectMeta.searchSourceJSON.index", "index-pattern", view)
    return SavedObject(type="search", id=object_id, attributes=attributes, references=(reference,))
