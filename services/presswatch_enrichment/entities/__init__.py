"""Entities without a model: gazetteers, patterns, honorifics and first names, and what the document itself has said."""
