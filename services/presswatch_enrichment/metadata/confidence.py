"""How sure a field is, by its source: estimates that order the sources, with no calibration behind them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["confidence_of"]

RIGHT = {
    "title": {"jsonld": 0.9, "og": 0.9, "h1": 0.9, "itemprop": 0.8, "title": 0.65, "twitter": 0.75, "feed": 0.9},
    "published_at": {"jsonld": 0.95, "meta": 0.9, "itemprop": 0.95, "time": 0.85, "text": 0.85, "feed": 0.9},
    "modified_at": {"jsonld": 0.95, "meta": 0.9, "itemprop": 0.9},
    "authors": {"jsonld": 0.85, "meta": 0.75, "itemprop": 0.75, "byline": 0.65, "text": 0.6, "feed": 0.8},
    "canonical_url": {"link": 1.0, "og": 0.95, "fetched": 0.8},
    "body": {"blocks": 0.95, "site": 0.9, "trafilatura": 0.85, "jsonld": 0.7, "captions": 0.6},
}
UNKNOWN = 0.5


def confidence_of(provenance: Mapping[str, str]) -> dict[str, float]:
    """For each field with a known source."""
    return {name: RIGHT.get(name, {}).get(origin, UNKNOWN) for name, origin in provenance.items()}
