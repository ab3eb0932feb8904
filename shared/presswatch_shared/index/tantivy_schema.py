"""What a document of the embedded index holds.

The text fields hold the tokens of the watch language, joined by spaces and split there again: tantivy's own analysers
never see the text. The article itself is kept whole, for the evaluator and for snippets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presswatch_query.article import lead_of
from presswatch_query.index_form import index_form
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import facet_values
from presswatch_shared.index.dates import article_date, day_number, sort_key
from presswatch_shared.index.exact_values import stored_values
from presswatch_shared.index.port import FACETS
from presswatch_shared.query_article import query_article

if TYPE_CHECKING:
    import tantivy

__all__ = [
    "SCHEMA_VERSION",
    "TOKENIZER",
    "build_schema",
    "facet_field",
    "make_document",
    "read_article",
    "split_facet",
    "stored_form",
]

SCHEMA_VERSION = 1
"""Changes with the fields below and with the form of what they hold."""
TOKENIZER = "presswatch_space"
TEXT_FIELDS = ("title", "body", "lead", "author", "url")
VALUE_FIELDS = ("id", "source", "lang", "country", "category", "entity", "story", "trait")
NUMBER_FIELDS = ("date", "day", "order")
BETWEEN_VALUE_AND_LABEL = "\t"

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ArticleEnriched)


def build_schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=TOKENIZER, index_option="position")
    for name in VALUE_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(facet_field(facet), tokenizer_name="raw", index_option="basic", fast=True)
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("article", stored=True)
    return builder.build()


def make_document(article: ArticleEnriched) -> tantivy.Document:
    """The document of an article."""
    import tantivy

    document = tantivy.Document()
    document.add_text("id", article.article_id)
    _add_texts(document, article)
    for name, values in stored_values(article).items():
        for value in values:
            document.add_text(name, value)
    for facet in FACETS:
        for value, label in facet_values(article, facet):
            document.add_text(facet_field(facet), f"{value}{BETWEEN_VALUE_AND_LABEL}{label}")
    document.add_integer("date", article_date(article))
    document.add_integer("day", day_number(article_date(article)))
    document.add_integer("order", sort_key(article))
    document.add_bytes("article", _encoder.encode(article))
    return document


def _add_texts(document: tantivy.Document, article: ArticleEnriched) -> None:
    seen = query_article(article)
    forms = {
        "title": index_form(seen.title),
        "body": index_form(seen.body),
        "lead": index_form(lead_of(seen)),
        "author": index_form(*seen.authors),
        "url": index_form(seen.url),
    }
    for name, form in forms.items():
        document.add_text(name, form.terms)
    for trait in frozenset[str]().union(*(form.traits for form in forms.values())):
        document.add_text("trait", trait)


def read_article(document: tantivy.Document) -> ArticleEnriched:
    """The article that a document was made of."""
    return _decoder.decode(stored_form(document))


def stored_form(document: tantivy.Document) -> bytes:
    """The article as it is stored."""
    raw = document.get_first("article")
    if not isinstance(raw, bytes):
        raise TypeError("a document of the index without its article")
    return raw


def facet_field(facet: str) -> str:
    return f"facet_{facet}"


def split_facet(stored: str) -> tuple[str, str]:
    """Value and label of a stored facet."""
    value, _, label = stored.partition(BETWEEN_VALUE_AND_LABEL)
    return value, label
