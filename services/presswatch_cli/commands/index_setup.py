"""`presswatch admin index`: templates, this month's indices and aliases on the search server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput
from presswatch_shared.index.open_index import clients_installed, elastic_of, is_embedded
from presswatch_shared.settings import Settings

__all__ = ["apply_index", "printed_templates"]


async def apply_index(settings: Settings) -> Sequence[str]:
    """Set up what is missing or other than it should be; what changed, a line each.

    Raises:
        BadInput: the index is embedded, or our user may not see to templates.
        ServerUnreachable: nobody answers.
    """
    if is_embedded(settings):
        raise BadInput("PRESSWATCH_INDEX is embedded, which sets itself up: set it to http://host:9200")
    with clients_installed():
        from presswatch_shared.index.elastic.setting_up import set_up_at

        return await asyncio.to_thread(set_up_at, elastic_of(settings), now=SystemClock().now())


def printed_templates(settings: Settings) -> dict[str, Any]:
    """The templates as they are put, for those who keep them with their cluster's other files."""
    from presswatch_shared.index.elastic.mapping import templates_of

    if is_embedded(settings):
        settings = settings.model_copy(update={"index": "http://localhost:9200"})
    templates = templates_of(elastic_of(settings), with_custom=True)
    paths = {"component": "_component_template", "index": "_index_template"}
    return {f"PUT /{paths[kind]}/{name}": body for kind, bodies in templates.items() for name, body in bodies.items()}
