"""All entities of an article: known names, patterns, and names the text introduces itself.

A name that was given in full is recognised by its last part afterwards ("Maduro" is the Nicolás Maduro above).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from presswatch_enrichment.entities.classify import Named, classify
from presswatch_enrichment.entities.gazetteer import Hit, load_gazetteer, slug
from presswatch_enrichment.entities.patterns import find_patterns
from presswatch_enrichment.entities.runs import Run, find_runs, is_title_case
from presswatch_shared.events import Entity, Mention

__all__ = ["recognise"]

TEXT_MAX = 60_000
ENTITIES_MAX = 200


def recognise(title: str, body: str, lang: str) -> tuple[Entity, ...]:
    """Entities with all their mentions, in the order in which they first appear (title, then body)."""
    body = body[:TEXT_MAX]
    fields = [Field("title", title, tuple(find_runs(title))), Field("body", body, tuple(find_runs(body)))]
    found = {field.name: list(_named(field, lang)) for field in fields}
    persons = _introduced(named for names in found.values() for named in names)
    for field in fields:
        found[field.name] += _recalled(field, persons)
    return _grouped((field.name, _without_overlaps(found[field.name])) for field in fields)


@dataclass(frozen=True, slots=True)
class Field:
    """A text and the runs of capitalised words in it."""

    name: str
    text: str
    runs: Sequence[Run]


def _named(field: Field, lang: str) -> Iterator[Named]:
    text = field.text
    for pattern in find_patterns(text):
        name = text[pattern.start : pattern.end]
        yield Named(pattern.start, pattern.end, pattern.type, name, f"{pattern.type}:{slug(name)}", 4)
    hits = list(load_gazetteer().find(text))
    # In a headline in title case capitals tell nothing.
    telling = () if field.name == "title" and is_title_case(text) else field.runs
    inside = _by_run(hits, telling)
    for run, known in zip(telling, inside, strict=True):
        yield from classify(run, known, text, lang)
    covered = {hit.start for known in inside for hit in known}
    yield from (_known(hit) for hit in hits if hit.start not in covered and not hit.entry.ambiguous)


def _by_run(hits: Sequence[Hit], runs: Sequence[Run]) -> Sequence[Sequence[Hit]]:
    """The hits inside each run; both are in the order of the text."""
    grouped: list[list[Hit]] = []
    place = 0
    for run in runs:
        while place < len(hits) and hits[place].start < run.start:
            place += 1
        inside = []
        look = place
        while look < len(hits) and hits[look].start < run.end:
            if hits[look].end <= run.end:
                inside.append(hits[look])
            look += 1
        grouped.append(inside)
    return grouped


def _known(hit: Hit) -> Named:
    return Named(hit.start, hit.end, hit.entry.type, hit.entry.name, hit.entry.id, 2)


def _introduced(names: Iterable[Named]) -> dict[str, Named]:
    """Last part of each person's full name to the person; a part shared by two persons tells nothing."""
    persons: dict[str, Named] = {}
    shared: set[str] = set()
    for named in names:
        parts = named.name.split()
        if named.type == "person" and len(parts) > 1:
            earlier = persons.setdefault(parts[-1], named)
            if earlier.id != named.id:
                shared.add(parts[-1])
    return {part: person for part, person in persons.items() if part not in shared and len(part) > 2}


def _recalled(field: Field, persons: dict[str, Named]) -> Iterator[Named]:
    for run in field.runs:
        for word in run.words:
            person = persons.get(word.text)
            if person is not None:
                yield Named(word.start, word.end, "person", person.name, person.id, 1)


def _without_overlaps(names: Sequence[Named]) -> Sequence[Named]:
    """The stronger and longer of those that overlap, in the order of the text."""
    kept: list[Named] = []
    for named in sorted(names, key=lambda n: (-n.strength, n.start - n.end, n.start)):
        if all(named.end <= other.start or other.end <= named.start for other in kept):
            kept.append(named)
    return sorted(kept, key=lambda n: n.start)


def _grouped(fields: Iterable[tuple[str, Sequence[Named]]]) -> tuple[Entity, ...]:
    names: dict[str, Named] = {}
    mentions: dict[str, list[Mention]] = {}
    for field, found in fields:
        for named in found:
            names.setdefault(named.id, named)
            mentions.setdefault(named.id, []).append(Mention(field, named.start, named.end))
    entities = (
        Entity(id=ident, name=named.name, type=named.type, mentions=tuple(mentions[ident]))
        for ident, named in names.items()
    )
    return tuple(entities)[:ENTITIES_MAX]
