"""The file of a memory of sites: read before a run, written after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from presswatch_enrichment.page import Page
from presswatch_enrichment.settings import EnrichmentSettings
from presswatch_enrichment.site_memory import (
    NOTHING,
    Sighting,
    SiteMemory,
    learned,
    read,
    sighting,
    with_memory,
    written,
)
from presswatch_enrichment.transform import Transformed
from presswatch_shared.errors import BadInput

__all__ = ["SitesOfRun", "read_site_memory", "with_site_memory"]


class SitesOfRun:
    """The memory that a run is given, the same for each page of it, and what its pages teach."""

    def __init__(self, given: SiteMemory = NOTHING) -> None:
        self._given = given
        self._seen: Counter[Sighting] = Counter()

    def recall(self, page: Page) -> Page:
        return with_memory(page, self._given)

    def note(self, page: Page, found: Transformed) -> None:
        seen = sighting(page.url, found.extracted)
        if seen is not None:
            self._seen[seen] += 1

    def save(self, path: Path) -> None:
        """Write what was given with what was learned.

        Raises:
            BadInput: the file cannot be written.
        """
        try:
            path.write_bytes(written(learned(self._given, self._seen)))
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}") from error


def read_site_memory(path: Path | None) -> SiteMemory:
    """Nothing without a file.

    Raises:
        BadInput: it cannot be read, or is no memory of sites.
    """
    if path is None:
        return NOTHING
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    return read(raw, str(path))


def with_site_memory(settings: EnrichmentSettings, path: Path | None) -> EnrichmentSettings:
    """The settings with the memory in the file, as `read_site_memory`."""
    return replace(settings, site_memory=read_site_memory(path))
