"""Corrected queries for what a check refuses; each passes the check itself."""

from presswatch_query.repair.repair import with_suggestions

__all__ = ["with_suggestions"]
