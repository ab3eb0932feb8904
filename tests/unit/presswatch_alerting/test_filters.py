from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from presswatch_alerting.filters import Withheld, withheld
from presswatch_shared.clock import DAY
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.watches import WATCH


@pytest.mark.parametrize(
    ("watch", "article", "expected"),
    [
        pytest.param({}, {}, None, id="may fire"),
        pytest.param({}, {"reprocessed": True}, Withheld.REPROCESSED, id="re-processed from the log"),
        pytest.param({"active_from": FETCHED_AT}, {}, None, id="from the moment the watch holds"),
        pytest.param({"active_from": FETCHED_AT + 1}, {}, Withheld.BEFORE_WATCH, id="before the watch held"),
        pytest.param({}, {"published_at": FETCHED_AT - 3 * DAY}, None, id="just young enough"),
        pytest.param({}, {"published_at": FETCHED_AT - 3 * DAY - 1}, Withheld.TOO_OLD, id="too old"),
        pytest.param({}, {"published_at": None}, None, id="without a date"),
        pytest.param({}, {"published_at": FETCHED_AT + DAY}, None, id="dated in the future"),
        pytest.param({"max_age_seconds": 0.0}, {"published_at": 0}, None, id="age does not matter"),
        pytest.param(
            {},
            {"published_at": FETCHED_AT - 4 * DAY, "first_seen_at": FETCHED_AT - 3 * DAY},
            None,
            id="seen early and edited late",
        ),
        pytest.param({"include_sources": ("norddeich-kurier.example",)}, {}, None, id="included"),
        pytest.param({"include_sources": ("other.example",)}, {}, Withheld.SOURCE, id="not included"),
        pytest.param({"exclude_sources": ("norddeich-kurier.example",)}, {}, Withheld.SOURCE, id="excluded"),
        pytest.param(
            {"include_sources": ("kurier.example",)}, {"source": "en.kurier.example"}, None, id="a sub-domain"
        ),
        pytest.param(
            {"include_sources": ("kurier.example",)},
            {"source": "norddeich-kurier.example"},
            Withheld.SOURCE,
            id="only the end of a label",
        ),
        pytest.param(
            {"include_sources": ("kurier.example",), "exclude_sources": ("sport.kurier.example",)},
            {"source": "sport.kurier.example"},
            Withheld.SOURCE,
            id="excluded beats included",
        ),
    ],
)
def test_a_match_fires_or_is_withheld_for_a_reason(
    watch: dict[str, Any], article: dict[str, Any], expected: Withheld | None
) -> None:
    assert withheld(replace(WATCH, **watch), article_enriched(**article), FETCHED_AT) is expected
