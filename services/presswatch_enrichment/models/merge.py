"""The entities of an article with those of models.

The rule: what is there already stays as it is. A name that a model finds is added where it overlaps none that is there;
where its text is the name of an entity of the same type, or has that entity's id, it is one more mention of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from presswatch_enrichment.entities.gazetteer import slug
from presswatch_enrichment.models.port import Found
from presswatch_shared.events import Entity, Mention

__all__ = ["merge"]


def merge(entities: Sequence[Entity], field: str, text: str, found: Iterable[Found]) -> tuple[Entity, ...]:
    """The entities with what was found in a field."""
    taken = [(m.start, m.end) for entity in entities for m in entity.mentions if m.field == field]
    merged = {entity.id: entity for entity in entities}
    names = {(entity.type, entity.name): entity.id for entity in entities}
    for one in found:
        if any(one.start < end and start < one.end for start, end in taken):
            continue
        taken.append((one.start, one.end))
        name = text[one.start : one.end]
        ident = names.get((one.type, name), f"{one.type}:{slug(name)}")
        known = merged.get(ident) or Entity(id=ident, name=name, type=one.type)
        mentions = sorted({*known.mentions, Mention(field, one.start, one.end)}, key=_in_order)
        merged[ident] = msgspec.structs.replace(known, mentions=tuple(mentions))
    return tuple(merged.values())


def _in_order(mention: Mention) -> tuple[bool, str, int]:
    """The title first."""
    return mention.field != "title", mention.field, mention.start
