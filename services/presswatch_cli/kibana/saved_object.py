"""One saved object of Kibana, as its import takes it: a JSON object a line.

Each carries the lowest versions whose shape it uses: Kibana 8.19 and 9 bring it up to their own when they import it.
A missing version would mean that all old migrations run over it.
Source: Kibana's saved objects import API, https://www.elastic.co/docs/api/doc/kibana/group/endpoint-saved-objects
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Reference", "SavedObject", "compact", "ndjson", "search_source"]

CORE_VERSION = "8.8.0"
TYPE_VERSIONS = {"index-pattern": "8.0.0", "search": "10.2.0", "lens": "8.9.0", "dashboard": "10.2.0"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object that this one needs; `name` is what this one calls it."""

    name: str
    type: str
    id: str

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "name": self.name, "type": self.type}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedObject:
    """`id` is ours and stays, so that an import again takes the place of what is there."""

    type: str
    id: str
    attributes: Mapping[str, Any]
    references: Sequence[Reference] = field(default=())

    @property
    def title(self) -> str:
        return str(self.attributes.get("name") or self.attributes["title"])

    def as_json(self) -> dict[str, Any]:
        return {
            "attributes": dict(self.attributes),
            "coreMigrationVersion": CORE_VERSION,
            "id": self.id,
            "references": [reference.as_json() for reference in self.references],
            "type": self.type,
            "typeMigrationVersion": TYPE_VERSIONS[self.type],
        }


def ndjson(objects: Sequence[SavedObject]) -> str:
    """A line an object, keys sorted, so that two versions can be compared."""
    return "".join(compact(saved.as_json()) + "\n" for saved in objects)


def compact(value: object) -> str:
    """JSON as it stands inside attributes that hold JSON in a text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def search_source(query: str = "", *, with_view: bool = False) -> dict[str, str]:
    """The attribute in which searches and dashboards keep their KQL; `with_view`: over the data view referred to."""
    source: dict[str, Any] = {"filter": [], "query": {"language": "kuery", "query": query}}
    if with_view:
        source["indexRefName"] = "kibanaSavedObjectMeta.searchSourceJSON.index"
    return {"searchSourceJSON": compact(source)}
