"""Articles and alerts as documents, and back.

A document holds the article's own fields, with moments as ISO text so that Kibana reads them, and under `search` what
questions are asked of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from presswatch_query.analyser import ANALYSER_VERSION
from presswatch_query.article import lead_of
from presswatch_query.index_form import IndexForm, index_form, indexed_token
from presswatch_shared.clock import Micros, from_micros, to_micros
from presswatch_shared.errors import Poison
from presswatch_shared.events import AlertFired, ArticleEnriched
from presswatch_shared.index.counts import facet_values
from presswatch_shared.index.dates import article_date, day_number, sort_key
from presswatch_shared.index.elastic.mapping import SCHEMA_VERSION
from presswatch_shared.index.exact_values import stored_values
from presswatch_shared.index.outcomes import PageOutcome
from presswatch_shared.query_article import query_article

__all__ = [
    "BETWEEN_VALUE_AND_LABEL",
    "alert_document",
    "article_document",
    "digest_of",
    "month_of",
    "outcome_document",
    "read_article",
]

MOMENTS = ("published_at", "modified_at", "first_seen_at", "fetched_at")
NAMED_TYPES = ("person", "organisation", "place", "weapon", "vehicle")
BETWEEN_VALUE_AND_LABEL = "\t"

_encode = msgspec.json.Encoder().encode


def month_of(moment: Micros) -> str:
    """`2026.01`, the end of an index's name."""
    try:
        return from_micros(moment).strftime("%Y.%m")
    except OverflowError as error:
        raise Poison(f"the moment {moment} is in no month", reason="unindexable") from error


def digest_of(article: ArticleEnriched) -> str:
    """Two articles of one digest give the same document."""
    versions = f"{SCHEMA_VERSION} {ANALYSER_VERSION} ".encode()
    return hashlib.blake2b(versions + _json(article, article.article_id), digest_size=12).hexdigest()


def article_document(article: ArticleEnriched, digest: str) -> bytes:
    """The document of an article, whose digest it holds.

    Raises:
        Poison: it cannot be written as JSON.
    """
    document: dict[str, Any] = msgspec.to_builtins(article)
    for name in MOMENTS:
        document[name] = _as_date(document[name])
    document["date"] = _as_date(article_date(article))
    document["entity_names"] = list(dict.fromkeys(entity.name for entity in article.entities))
    for kind in NAMED_TYPES:
        document[f"entity_{kind}"] = list(dict.fromkeys(e.name for e in article.entities if e.type == kind))
    document["search"] = {**_searched(article), "digest": digest}
    return _json(document, article.article_id)


def read_article(source: Mapping[str, Any]) -> ArticleEnriched:
    """The article that a document was made of."""
    moments = {name: _as_moment(source.get(name)) for name in MOMENTS}
    return msgspec.convert({**source, **moments}, ArticleEnriched)


def alert_document(alert: AlertFired) -> bytes:
    """The document of an alert, flat."""
    document: dict[str, Any] = msgspec.to_builtins(alert)
    article = document.pop("article")
    for name in ("url", "title", "source", "lang"):
        document[name] = article[name]
    document |= {"article_id": article["id"], "article_version": article["version"]}
    moments = {"fired_at": alert.fired_at, "fetched_at": alert.fetched_at, "published_at": alert.article.published_at}
    return _json({**document, **{name: _as_date(moment) for name, moment in moments.items()}}, alert.alert_id)


def outcome_document(outcome: PageOutcome, written_at: Micros) -> bytes:
    """The document of an outcome, as it was counted at that moment."""
    document: dict[str, Any] = msgspec.to_builtins(outcome)
    moments = {"hour": outcome.hour, "silent_since": outcome.silent_since, "written_at": written_at}
    return _json({**document, **{name: _as_date(moment) for name, moment in moments.items()}}, outcome.id)


def _searched(article: ArticleEnriched) -> dict[str, Any]:
    seen = query_article(article)
    forms: dict[str, list[IndexForm]] = {
        "title": [index_form(seen.title)],
        "body": [index_form(seen.body)],
        "lead": [index_form(lead_of(seen))],
        "author": [index_form(author) for author in seen.authors],
        "url": [index_form(seen.url)],
    }
    return {
        **{name: [form.terms for form in texts] for name, texts in forms.items()},
        "trait": sorted(frozenset[str]().union(*(form.traits for texts in forms.values() for form in texts))),
        **{name: [indexed_token(value) for value in values] for name, values in stored_values(article).items()},
        "facet_entity": [f"{value}{BETWEEN_VALUE_AND_LABEL}{name}" for value, name in facet_values(article, "entity")],
        "date": article_date(article),
        "day": day_number(article_date(article)),
        "order": sort_key(article),
    }


def _as_date(moment: Micros | None) -> str | int | None:
    """ISO text; the number itself where no calendar reaches, which the server keeps and does not index."""
    if moment is None:
        return None
    try:
        return from_micros(moment).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        return moment


def _as_moment(stored: str | int | None) -> Micros | None:
    return to_micros(datetime.fromisoformat(stored)) if isinstance(stored, str) else stored


def _json(value: Any, key: str) -> bytes:
    try:
        return _encode(value)
    except (UnicodeEncodeError, OverflowError) as error:
        raise Poison(f"{key} cannot be indexed: {error}", reason="unindexable") from error
