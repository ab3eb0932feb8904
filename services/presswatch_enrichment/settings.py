"""What enrichment can be told."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_enrichment.site_memory import NOTHING, SiteMemory

__all__ = ["EnrichmentSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichmentSettings:
    """Worker processes, their limits, and how far back copies are looked for."""

    workers: int = 1
    deadline_seconds: float = 1.5
    """CPU time a page may take; its worker is killed after that."""
    memory_bytes: int = 1_500_000_000
    pages_a_worker: int = 8
    """Of a batch: the first article of a batch waits for the last, and many small batches cost transactions."""
    story_days: int = 4
    """Days (UTC) whose texts a new one is compared with, its own included."""
    site_memory: SiteMemory = NOTHING
    """What is known of sites; it stays as it is while the stage runs."""
