"""Entities from language models: a stage of its own behind enrichment, off unless the settings name a model."""
