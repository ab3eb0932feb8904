"""Sentences for people (`presswatch_query.texts`): there, because the query language is a package that stands alone."""

from presswatch_query.texts import Text, gettext, ngettext

__all__ = ["Text", "gettext", "ngettext"]
