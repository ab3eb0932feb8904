"""Everything that `presswatch admin kibana` imports."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_cli.kibana.alert_dashboards import alert_dashboards
from presswatch_cli.kibana.article_dashboards import article_dashboards
from presswatch_cli.kibana.data_views import data_views
from presswatch_cli.kibana.saved_object import SavedObject
from presswatch_cli.kibana.searches import ALERTS_SEARCH, SILENT_SEARCH, searches
from presswatch_cli.kibana.source_dashboards import source_dashboards

__all__ = ["kibana_objects"]


def kibana_objects(prefix: str) -> Sequence[SavedObject]:
    """All objects, each once, before those that refer to it.

    `prefix` begins the names of the indices; the ids do not depend on it.
    """
    lists = {saved.id: saved for saved in searches()}
    boards = (
        *article_dashboards(),
        *alert_dashboards(lists[ALERTS_SEARCH]),
        *source_dashboards(lists[SILENT_SEARCH]),
    )
    return list({saved.id: saved for saved in (*data_views(prefix), *lists.values(), *boards)}.values())
