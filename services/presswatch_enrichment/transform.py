"""All that is computed from a page alone, in one call: extraction, language, entities, summary, fingerprint."""

from __future__ import annotations

import time

import msgspec

from presswatch_enrichment.entities.recognise import recognise
from presswatch_enrichment.extract import Limits, extract, extract_text_only
from presswatch_enrichment.language import detect_language
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.similarity import Fingerprint, fingerprint
from presswatch_enrichment.summary import count_words, keyphrases, summarise
from presswatch_enrichment.tone import tone_of, with_tones
from presswatch_shared.events import Entity

__all__ = ["HandOver", "Transformed", "enrich_text", "extract_step", "transform", "work"]


class Transformed(msgspec.Struct, frozen=True, kw_only=True):
    """A page's article with what its text tells. `seconds` is the CPU time it took."""

    extracted: Extracted
    lang: str = ""
    entities: tuple[Entity, ...] = ()
    summary: str = ""
    keyphrases: tuple[str, ...] = ()
    tone: float | None = None
    word_count: int = 0
    fingerprint: Fingerprint | None = None
    seconds: float = 0.0


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """Pages for a worker.

    With `text_only` nothing but the visible text is looked for: that is linear in the page. With `extract_only` the
    chain ends after the language.
    """

    pages: tuple[Page, ...]
    text_only: bool = False
    extract_only: bool = False


_decoder = msgspec.msgpack.Decoder(HandOver)
_encoder = msgspec.msgpack.Encoder()


def work(payload: bytes) -> bytes:
    """What runs in a worker process: a `HandOver` in, one `Transformed` a page out."""
    job = _decoder.decode(payload)
    if job.text_only:
        return _encoder.encode([Transformed(extracted=extract_text_only(page)) for page in job.pages])
    step = extract_step if job.extract_only else transform
    return _encoder.encode([step(page) for page in job.pages])


def extract_step(page: Page, limits: Limits | None = None) -> Transformed:
    """Extraction and the language."""
    started = time.process_time()
    found = page.given or extract(page, limits)
    lang = detect_language(found.title, found.body, found.lang_hint)
    return Transformed(extracted=found, lang=lang, seconds=time.process_time() - started)


def transform(page: Page, limits: Limits | None = None) -> Transformed:
    """The whole chain. Where the page is no article only its extraction is filled."""
    started = time.process_time()
    found = page.given or extract(page, limits)
    if found.outcome != "article":
        return Transformed(extracted=found, seconds=time.process_time() - started)
    return msgspec.structs.replace(enrich_text(found), seconds=time.process_time() - started)


def enrich_text(found: Extracted) -> Transformed:
    """What title and body tell, whatever they were extracted from."""
    lang = detect_language(found.title, found.body, found.lang_hint)
    entities = with_tones(found.title, found.body, lang, recognise(found.title, found.body, lang))
    return Transformed(
        extracted=found,
        lang=lang,
        entities=entities,
        tone=tone_of(entities),
        summary=summarise(found.title, found.body, lang),
        keyphrases=keyphrases(found.title, found.body, lang),
        word_count=count_words(found.body),
        fingerprint=fingerprint(found.title, found.body, lang),
    )
