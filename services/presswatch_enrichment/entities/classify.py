"""What the segments of a text name: what the tables say of them, else what the evidence says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from presswatch_enrichment.entities.evidence import document
from presswatch_enrichment.entities.gazetteer import Hit, load_gazetteer, slug
from presswatch_enrichment.entities.named import Named, of_entry
from presswatch_enrichment.entities.segments import NONE, OTHER, Segment, name_segments
from presswatch_enrichment.entities.weights import KINDS, load_scorer
from presswatch_enrichment.entities.words import words
from presswatch_enrichment.stopwords import stopwords

__all__ = ["classify"]

# In languages that write every noun with a capital it says little, so more must speak for a name.
CAPITAL_NOUNS = frozenset(("de", "lb"))
LEAD_OF_A_NOUN = 4.0
LEARNED = "en"
LEAD_ELSEWHERE = 1.0
"""The evidence was weighed on English: elsewhere it must be clearer."""
NAMELESS = (KINDS[NONE], KINDS[OTHER])
KNOWN, GUESSED, INSIDE = 3, 2, 1


def classify(text: str, hits: Sequence[Hit], lang: str) -> Iterator[Named]:
    """The names in a text, given the known ones in it; both in order."""
    gazetteer = load_gazetteer()
    about = document(text, gazetteer.rank)
    segments = list(name_segments(about, load_scorer()))
    skip = stopwords(lang) if lang != LEARNED else frozenset()
    grouped = list(_by_segment(hits, segments))
    for segment, inside in zip(segments, grouped, strict=True):
        yield from _of_segment(segment, inside, text, lang, skip)
    within = {(hit.start, hit.end) for inside in grouped for hit in inside}
    # Known names across the cuts, and in lower case or in scripts without capitals.
    outside = (hit for hit in hits if (hit.start, hit.end) not in within and not hit.entry.ambiguous)
    yield from (of_entry(hit.start, hit.end, hit.entry, KNOWN) for hit in outside)


def _by_segment(hits: Sequence[Hit], segments: Sequence[Segment]) -> Iterator[list[Hit]]:
    """The hits that lie inside each segment."""
    place = 0
    for segment in segments:
        while place < len(hits) and hits[place].start < segment.start:
            place += 1
        inside = []
        while place < len(hits) and hits[place].start < segment.end:
            if hits[place].end <= segment.end:
                inside.append(hits[place])
            place += 1
        yield inside


def _of_segment(segment: Segment, hits: Sequence[Hit], text: str, lang: str, skip: frozenset[str]) -> Iterator[Named]:
    start, end = segment.start, segment.end
    whole = next((hit.entry for hit in hits if (hit.start, hit.end) == (start, end)), None)
    kind = "organisation" if _has_legal_form(segment) else KINDS[segment.kind]
    if whole is not None and (whole.type == kind or not whole.ambiguous):
        yield of_entry(start, end, whole, KNOWN)
    elif kind in NAMELESS or not _sure(segment, lang, skip):
        yield from (of_entry(hit.start, hit.end, hit.entry, INSIDE) for hit in hits if not hit.entry.ambiguous)
    else:
        name = text[start:end]
        entry = load_gazetteer().get(name)
        if entry is not None and entry.type == kind:
            yield of_entry(start, end, entry, GUESSED)
        else:
            yield Named(start, end, kind, name, f"{kind}:{slug(name)}", GUESSED)


def _has_legal_form(segment: Segment) -> bool:
    """Whatever surrounds it, "Graulund Shipyard Ltd" is a company."""
    return segment.j - segment.i > 1 and segment.run.words[segment.j - 1].text.rstrip(".") in words("legal_forms")


def _sure(segment: Segment, lang: str, skip: frozenset[str]) -> bool:
    if lang == LEARNED or _has_legal_form(segment):
        return True
    if segment.run.words[segment.i].text.casefold() in skip:
        return False
    return segment.lead > (LEAD_OF_A_NOUN if lang in CAPITAL_NOUNS else LEAD_ELSEWHERE)
