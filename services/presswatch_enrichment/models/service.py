"""The stage of models: `articles.enriched` in, the same articles with more entities out, on the same topic.

Alerts never wait for a model: they come from the article as enrichment told it. What this stage tells again is the
same version under an extractor's name of its own (`…+natasha`) and marked as re-processed, so the index takes it and no
alert comes of it. An article with such a name has been through the stage already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec

from presswatch_enrichment.models.merge import merge
from presswatch_enrichment.models.port import EntityModel
from presswatch_shared.events import ArticleEnriched, Event
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ARTICLES_ENRICHED, Topic

__all__ = ["ModelStage", "with_models"]

MARK = "+"
TEXT_MAX = 20_000


class ModelStage:
    """Articles get the entities that models find."""

    name = "models"
    inputs: Sequence[Topic[Event]] = (ARTICLES_ENRICHED,)

    def __init__(self, models: Sequence[EntityModel]) -> None:
        self._models = models

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        outs = []
        for record in batch:
            article = record.event
            if isinstance(article, ArticleEnriched) and MARK not in article.extractor:
                richer = await asyncio.to_thread(with_models, article, self._models)
                if richer is not article:
                    outs.append(Out(ARTICLES_ENRICHED, richer, at=article.fetched_at, trace=record.envelope.trace))
        return outs


def with_models(article: ArticleEnriched, models: Iterable[EntityModel]) -> ArticleEnriched:
    """The article itself where no model knows its language or finds anything new."""
    fitting = [model for model in models if not model.languages or article.lang in model.languages]
    entities = article.entities
    for model in fitting:
        for field, text in (("title", article.title), ("body", article.body[:TEXT_MAX])):
            entities = merge(entities, field, text, model.find(text))
    if entities == article.entities:
        return article
    extractor = MARK.join((article.extractor, *(model.name for model in fitting)))
    return msgspec.structs.replace(article, entities=entities, extractor=extractor, reprocessed=True)
