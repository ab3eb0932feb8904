"""`presswatch admin kibana`: data views, saved searches and dashboards into Kibana."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from presswatch_cli.kibana.catalogue import kibana_objects
from presswatch_cli.kibana.client import KibanaClient
from presswatch_cli.kibana.importing import import_objects, make_space, wait_until_ready
from presswatch_cli.kibana.named import kibana_of
from presswatch_cli.kibana.saved_object import SavedObject, ndjson
from presswatch_cli.kibana.watch_searches import remove_strays, watch_searches
from presswatch_shared.errors import BadInput
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import Watch, list_watches

__all__ = ["Outcome", "apply_kibana", "printed_objects", "render_text"]

AT_ONCE = 1_000
MOST_WATCHES = 9_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was imported where."""

    url: str
    version: str
    space_made: bool
    taken: int
    refused: Sequence[str] = ()
    """A sentence for each object that Kibana did not take."""
    not_removed: Sequence[str] = ()
    """Searches of watches that are gone, which Kibana would not remove."""

    def as_json(self) -> dict[str, Any]:
        return {
            "kibana": self.url,
            "version": self.version,
            "space_made": self.space_made,
            "imported": self.taken,
            "refused": list(self.refused),
            "not_removed": list(self.not_removed),
        }


def apply_kibana(settings: Settings, store: Store | None, *, wait_seconds: float) -> Outcome:
    """Import everything; with a `store` a saved search for each of its watches, too.

    Raises:
        BadInput: there is no PRESSWATCH_KIBANA, or Kibana does not fit or does not let us.
        ServerUnreachable: it is not there or not ready in time.
    """
    kibana = kibana_of(settings)
    if kibana is None:
        raise BadInput("PRESSWATCH_KIBANA is not set: give Kibana's address, such as http://localhost:5601")
    client = KibanaClient(kibana)
    version = wait_until_ready(client, seconds=wait_seconds)
    made = make_space(client)
    of_watches = _of_watches(store) if store else ()
    parts = (kibana_objects(settings.index_prefix), *_parts(of_watches))
    imported = [import_objects(client, part) for part in parts]
    strays = remove_strays(client, of_watches) if store else ()
    return Outcome(
        url=client.settings.root,
        version=version,
        space_made=made,
        taken=sum(one.taken for one in imported),
        refused=[sentence for one in imported for sentence in one.refused],
        not_removed=strays,
    )


def printed_objects(settings: Settings) -> str:
    """The objects as lines, for an import by hand."""
    return ndjson(kibana_objects(settings.index_prefix))


def render_text(outcome: Outcome) -> str:
    """A few lines for a terminal."""
    lines = [f"Kibana {outcome.version} at {outcome.url}: {outcome.taken} objects imported"]
    lines += ["the space was made"] if outcome.space_made else []
    lines += [f"{name}: its watch is gone, remove it in Kibana by hand" for name in outcome.not_removed]
    return "\n".join(lines)


def _parts(objects: Sequence[SavedObject]) -> Iterator[Sequence[SavedObject]]:
    return (objects[start : start + AT_ONCE] for start in range(0, len(objects), AT_ONCE))


def _of_watches(store: Store) -> Sequence[SavedObject]:
    found: list[Watch] = []
    while len(found) <= MOST_WATCHES:
        after = (found[-1].created_at, found[-1].id) if found else None
        part = store.read_now(list_watches, after=after)
        if not part:
            return watch_searches(found)
        found += part
    raise BadInput(f"there are more than {MOST_WATCHES} watches: Kibana exports no more searches than 10000")
