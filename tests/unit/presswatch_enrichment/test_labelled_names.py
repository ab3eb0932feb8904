"""Floors under the scores on labelled sentences that the weights were not fitted on: exact span and type."""

from __future__ import annotations

from itertools import islice

import pytest

from presswatch_enrichment.entities.fit_weights import labelled
from presswatch_enrichment.entities.recognise import recognise
from presswatch_enrichment.entities.weights import KINDS
from tests.fixtures.shared_data import shared_data

COUNTED = frozenset(("person", "organisation", "place"))
FITTED = {"wikigold": 71, "wnut17.test": 0}


@pytest.mark.parametrize(("name", "floor"), [("wikigold", 0.66), ("wnut17.test", 0.37)])
def test_names_are_found_as_well_in_sentences_not_fitted_on(name: str, floor: float) -> None:
    right = found = wanted = 0
    for text, names in islice(labelled(shared_data(f"ner/{name}.conll")), FITTED[name], None):
        gold = {(start, end, KINDS[kind]) for start, (end, kind) in names.items() if KINDS[kind] in COUNTED}
        told = {(m.start, m.end, e.type) for e in recognise("", text, "en") for m in e.mentions if e.type in COUNTED}
        right, found, wanted = right + len(gold & told), found + len(told), wanted + len(gold)
    assert 2 * right / (found + wanted) >= floor
