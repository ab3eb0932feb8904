"""The kinds of files that `watch import` reads; the command line offers them without loading what reads them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["WatchFormat"]


class WatchFormat(StrEnum):
    """What a file holds. A closed set."""

    LINES = "lines"
    """A JSON object or a query of the watch language a line."""
    LUCENE = "lucene"
    """A Lucene query a line; or Kibana's exported objects, a JSON object a line."""
    KQL = "kql"
    KEYWORDS = "keywords"
    CSV = "csv"
