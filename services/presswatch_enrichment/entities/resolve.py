"""Names that a text introduces in full and then shortens: all mentions of one thing get one id.

"Maduro" is the Nicolás Maduro of the same text, "IAEA" the International Atomic Energy Agency (IAEA), "Graulund" the
Graulund Shipyard Ltd. A short form of two things tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from presswatch_enrichment.entities.named import Named

__all__ = ["resolve", "short_forms"]

BRACKETED = re.compile(r"\s?\(\s?([^\W\d_a-zа-я][^\W\d_]{1,9})\s?\)")
CAPITALS = re.compile(r"[^\W\d_a-zà-ÿа-я]")
SHORT_MIN = 3

Texts = Sequence[tuple[str, Sequence[Named]]]
"""Fields with the names found in each."""


def short_forms(texts: Texts) -> Mapping[str, Named]:
    """Short form to the thing it stands for in these texts."""
    forms: dict[str, Named] = {}
    shared: set[str] = set()
    for short, named in _introduced(texts):
        earlier = forms.setdefault(short, named)
        if earlier.id != named.id:
            shared.add(short)
    return {short: named for short, named in forms.items() if short not in shared}


def _introduced(texts: Texts) -> Iterator[tuple[str, Named]]:
    for text, names in texts:
        for named in names:
            written = text[named.start : named.end].split()
            if named.type == "person" and len(written) > 1:
                yield from _if_long(written[-1], named)
            elif named.type == "organisation" and len(written) > 1:
                yield from _if_long(written[0], named)
                if len(written) > 2:
                    yield " ".join(written[:-1]), named
                yield from _acronym(text, named)


def _if_long(short: str, named: Named) -> Iterator[tuple[str, Named]]:
    if len(short) >= SHORT_MIN and short[0].isupper():
        yield short, named


def _acronym(text: str, named: Named) -> Iterator[tuple[str, Named]]:
    match = BRACKETED.match(text, named.end)
    if match and match[1][0] == text[named.start] and len(CAPITALS.findall(match[1])) > 1:
        yield match[1], named


def resolve(text: str, names: Iterable[Named], forms: Mapping[str, Named]) -> Iterator[Named]:
    """The names with those that are short forms turned into what they stand for."""
    for named in names:
        full = forms.get(text[named.start : named.end])
        fits = full is not None and full.id != named.id and named.entry is None
        if fits and full is not None and (named.type == full.type or named.type == "organisation"):
            yield full._replace(start=named.start, end=named.end, strength=named.strength)
        else:
            yield named
