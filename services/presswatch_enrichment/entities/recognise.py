"""All entities of an article: known names, patterns, and names the text introduces itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from presswatch_enrichment.entities.classify import classify
from presswatch_enrichment.entities.gazetteer import load_gazetteer, slug
from presswatch_enrichment.entities.named import Named, of_entry, without_overlaps
from presswatch_enrichment.entities.patterns import find_patterns
from presswatch_enrichment.entities.resolve import resolve, short_forms
from presswatch_enrichment.entities.runs import is_title_case
from presswatch_shared.events import Entity, Mention

__all__ = ["recognise"]

TEXT_MAX = 60_000
ENTITIES_MAX = 200
PATTERN, KNOWN, RECALLED = 4, 3, 1


def recognise(title: str, body: str, lang: str) -> tuple[Entity, ...]:
    """Entities with all their mentions, in the order in which they first appear (title, then body)."""
    texts = {"title": title, "body": body[:TEXT_MAX]}
    found = {field: without_overlaps(list(_named(field, text, lang))) for field, text in texts.items()}
    forms = short_forms([(texts[field], names) for field, names in found.items()])
    for field, text in texts.items():
        known = [*resolve(text, found[field], forms), *_recalled(text, forms)]
        found[field] = without_overlaps(known)
    return _grouped(found.items())


def _named(field: str, text: str, lang: str) -> Iterator[Named]:
    for pattern in find_patterns(text):
        name = text[pattern.start : pattern.end]
        yield Named(pattern.start, pattern.end, pattern.type, name, f"{pattern.type}:{slug(name)}", PATTERN)
    hits = list(load_gazetteer().find(text))
    if field == "title" and is_title_case(text):
        # Capitals tell nothing there.
        yield from (of_entry(hit.start, hit.end, hit.entry, KNOWN) for hit in hits if not hit.entry.ambiguous)
    else:
        yield from classify(text, hits, lang)


def _recalled(text: str, forms: Mapping[str, Named]) -> Iterator[Named]:
    """Words that shorten a person's name, where nothing else was found."""
    for short, person in forms.items():
        if person.type == "person":
            for start in _places(text, short):
                end = start + len(short)
                yield Named(start, end, "person", person.name, person.id, RECALLED, person.entry)


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word stands by itself. An expression of all such words would have to be compiled for each text."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not any(sign.isalnum() or sign in "_-" for sign in beside):
            yield start
        start = text.find(word, start + 1)


def _grouped(fields: Iterable[tuple[str, Iterable[Named]]]) -> tuple[Entity, ...]:
    names: dict[str, Named] = {}
    mentions: dict[str, list[Mention]] = {}
    for field, found in fields:
        for named in found:
            names.setdefault(named.id, named)
            mentions.setdefault(named.id, []).append(Mention(field, named.start, named.end))
    return tuple(_entity(named, mentions[ident]) for ident, named in list(names.items())[:ENTITIES_MAX])


def _entity(named: Named, mentions: Iterable[Mention]) -> Entity:
    entry = named.entry
    return Entity(
        id=named.id,
        name=named.name,
        type=named.type,
        mentions=tuple(mentions),
        country=entry.country if entry else "",
        latitude=entry.latitude if entry else None,
        longitude=entry.longitude if entry else None,
    )
