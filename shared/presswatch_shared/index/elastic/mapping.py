"""What our indices look like: the one source of the templates. `presswatch admin index --print` shows them as JSON.

A field that is here once keeps its type for good: another type is another field, so that what is indexed stays readable
and `presswatch admin reindex` can fill it while searches go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from presswatch_query.analyser import ANALYSER_VERSION
from presswatch_shared.index.elastic.settings import ElasticSettings

__all__ = ["GAP", "SCHEMA_VERSION", "TEXT_FIELDS", "Templates", "templates_of"]

SCHEMA_VERSION = 1
"""Changes with the fields below and with the form of what they hold."""
GAP = 200
"""Positions between two texts of one field: more than any NEAR or slop spans."""
LONGEST_KEYWORD = 8_191
"""Characters; Lucene takes terms of 32,766 bytes."""
TEXT_FIELDS = ("title", "body", "lead", "author", "url")
PRIORITY = 300

Properties = Mapping[str, Any]
Templates = Mapping[str, Mapping[str, Any]]
"""Kind (`component`, `index`) → name → body."""

ANALYSIS = {
    "analyzer": {
        "presswatch_prose": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}
    }
}
TOKENS = {"type": "text", "analyzer": "whitespace", "position_increment_gap": GAP}
"""The tokens of the watch language, joined by spaces."""
PROSE = {"type": "text", "analyzer": "presswatch_prose"}
"""For Kibana: words of any language, without case and accents."""
KEYWORD = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
MOMENT = {"type": "date", "ignore_malformed": True, "format": "strict_date_optional_time"}
LONG = {"type": "long"}
ONLY_STORED = {"type": "object", "enabled": False}

SEARCH: Properties = {
    **dict.fromkeys(TEXT_FIELDS, TOKENS),
    **dict.fromkeys(
        ("source", "lang", "country", "category", "entity", "story", "trait", "facet_entity"),
        KEYWORD,
    ),
    **dict.fromkeys(("date", "day", "order"), LONG),
    "digest": {"type": "keyword", "index": False},
}
"""What `presswatch search` asks: exact forms, and moments in µs."""

ARTICLE: Properties = {
    **dict.fromkeys(("title", "body", "lead", "summary"), PROSE),
    **dict.fromkeys(
        (
            "article_id",
            "url",
            "canonical_url",
            "source_id",
            "source",
            "authors",
            "lang",
            "country",
            "category",
            "collection",
            "keywords",
            "keyphrases",
            "story_id",
            "duplicate_of",
            "extractor",
            "entity_names",
            "entity_person",
            "entity_organisation",
            "entity_place",
            "entity_weapon",
            "entity_vehicle",
        ),
        KEYWORD,
    ),
    **dict.fromkeys(("date", "published_at", "modified_at", "first_seen_at", "fetched_at"), MOMENT),
    "version": LONG,
    "word_count": {"type": "integer"},
    "tone": {"type": "float"},
    "paywalled": {"type": "boolean"},
    "reprocessed": {"type": "boolean"},
    **dict.fromkeys(("entities", "rights", "provenance"), ONLY_STORED),
    "search": {"properties": SEARCH},
}

ALERT: Properties = {
    **dict.fromkeys(("title", "snippet", "query"), PROSE),
    **dict.fromkeys(
        ("alert_id", "kind", "watch_id", "watch_name", "article_id", "url", "source", "lang", "story_id"),
        KEYWORD,
    ),
    **dict.fromkeys(("fired_at", "fetched_at", "published_at"), MOMENT),
    **dict.fromkeys(("watch_version", "article_version"), LONG),
    "outlets": {"type": "integer"},
    "matches": ONLY_STORED,
}

OUTCOME: Properties = {
    **dict.fromkeys(("source_id", "source_name", "step", "outcome"), KEYWORD),
    **dict.fromkeys(("hour", "written_at", "silent_since"), MOMENT),
    "pages": LONG,
}


def templates_of(settings: ElasticSettings, *, with_custom: bool) -> Templates:
    """The templates of articles, alerts and page outcomes.

    `with_custom`: settings of the operator's own, in a component template `…@custom` that need not be there.
    """
    component: dict[str, Any] = {}
    index: dict[str, Any] = {}
    for name, properties in zip(settings.aliases, (ARTICLE, ALERT, OUTCOME), strict=True):
        component[f"{name}-settings"] = {"template": {"settings": _settings(settings)}, **_meta()}
        component[f"{name}-mappings"] = {
            "template": {"settings": {"index": {"analysis": ANALYSIS}}, "mappings": _mappings(properties)},
            **_meta(),
        }
        index[name] = _index_template(name, with_custom=with_custom)
    return {"component": component, "index": index}


def _index_template(name: str, *, with_custom: bool) -> dict[str, Any]:
    parts, custom = [f"{name}-settings", f"{name}-mappings"], f"{name}@custom"
    optional = {"ignore_missing_component_templates": [custom]} if with_custom else {}
    return {
        "index_patterns": [f"{name}-*"],
        "composed_of": [*parts, custom] if with_custom else parts,
        **optional,
        "priority": PRIORITY,
        "template": {"aliases": {name: {}}},
        **_meta(),
    }


def _settings(settings: ElasticSettings) -> dict[str, Any]:
    return {
        "index": {
            "number_of_shards": "1",
            # One copy as soon as there is a second node; a single node stays green.
            "auto_expand_replicas": "0-1",
            "refresh_interval": f"{round(settings.refresh_seconds * 1000) or 1000}ms",
            # A deleted article may come again with any version.
            "gc_deletes": "0s",
        }
    }


def _mappings(properties: Properties) -> dict[str, Any]:
    # `false`, not `strict`: events gain fields, and a template of yesterday must not refuse today's articles.
    return {"dynamic": "false", "_meta": _meta()["_meta"], "properties": dict(properties)}


def _meta() -> dict[str, Any]:
    return {
        "version": SCHEMA_VERSION,
        "_meta": {"presswatch": {"schema": SCHEMA_VERSION, "analyser": ANALYSER_VERSION}},
    }
