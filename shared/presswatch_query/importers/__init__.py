"""Queries and lists of other tools as queries of the watch language, with all that could not be carried over."""

from presswatch_query.importers.foreign import Remark, Translated, Unreadable
from presswatch_query.importers.keywords import import_keyword, import_keywords
from presswatch_query.importers.kql import import_kql
from presswatch_query.importers.lucene import import_lucene

__all__ = [
    "Remark",
    "Translated",
    "Unreadable",
    "import_keyword",
    "import_keywords",
    "import_kql",
    "import_lucene",
]
