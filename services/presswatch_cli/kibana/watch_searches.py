"""One saved search a watch: the alerts that it fired. Those whose watch is gone are removed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from presswatch_cli.kibana.client import KibanaClient
from presswatch_cli.kibana.data_views import ALERTS
from presswatch_cli.kibana.saved_object import SavedObject, compact
from presswatch_cli.kibana.searches import ALERT_COLUMNS, saved_search
from presswatch_shared.errors import BadInput
from presswatch_shared.store.watches import Watch

__all__ = ["remove_strays", "watch_searches"]

PREFIX = "presswatch-watch-"


def watch_searches(watches: Sequence[Watch]) -> Sequence[SavedObject]:
    """The alerts of each watch, by its id: a new name changes the title alone."""
    return [
        saved_search(
            f"{PREFIX}{watch.id}",
            f"Presswatch watch: {watch.name}",
            ALERTS,
            ALERT_COLUMNS,
            query=f"watch_id: {compact(watch.id)}",
            about=watch.query,
        )
        for watch in watches
    ]


def remove_strays(client: KibanaClient, kept: Sequence[SavedObject]) -> Sequence[str]:
    """Remove the searches of watches that are gone; the ids of those that Kibana would not remove.

    Raises:
        BadInput: Kibana does not tell which searches it has.
    """
    answer = client.post_in_space("/api/saved_objects/_export", {"type": ["search"], "excludeExportDetails": True})
    if answer.status != 200:
        raise BadInput(f"Kibana does not tell which searches it has (HTTP {answer.status}): {answer.reason}")
    ids = {str(json.loads(line).get("id")) for line in answer.text.splitlines() if line.strip()}
    strays = sorted(one for one in ids - {saved.id for saved in kept} if one.startswith(PREFIX))
    return [one for one in strays if client.delete_in_space(f"/api/saved_objects/search/{quote(one)}").status != 200]
