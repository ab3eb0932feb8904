"""From an enriched article to what the watches find in it. Works the CPU, touches no store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from presswatch_alerting.alert_snippet import one_line
from presswatch_alerting.filters import Withheld, withheld
from presswatch_alerting.matching import Loaded, WatchSet
from presswatch_alerting.material import found_words
from presswatch_alerting.places import Place
from presswatch_alerting.record import Examined, Finding
from presswatch_alerting.settings import AlertingSettings
from presswatch_query import analyse_article
from presswatch_query.snippet import make_snippet
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched, MatchSpan
from presswatch_shared.query_article import query_article

__all__ = ["examine"]


def examine(
    article: ArticleEnriched, at: Micros, watches: WatchSet, settings: AlertingSettings
) -> tuple[Examined, Counter[Withheld]]:
    """The watches that match and may fire, and how many may not, by reason. `at` is the moment of the event."""
    analysed = analyse_article(query_article(article))
    reasons: Counter[Withheld] = Counter()
    findings: list[Finding] = []
    for loaded in watches.match(analysed):
        reason = withheld(loaded.watch, article, at)
        if reason is not None:
            reasons[reason] += 1
        elif (places := watches.places(loaded, analysed)) is not None:
            findings.append(_finding(loaded, places, article, settings))
    return Examined(article=article, findings=findings), reasons


def _finding(loaded: Loaded, places: Sequence[Place], article: ArticleEnriched, settings: AlertingSettings) -> Finding:
    snippet = make_snippet(query_article(article), places, width=settings.snippet_width)
    text, spans = one_line(snippet)
    matches = sorted({(place.field, place.start, place.end) for place in places}, key=_title_first)
    return Finding(
        watch=loaded.watch,
        matches=tuple(MatchSpan(*match) for match in matches[: settings.most_matches]),
        found=found_words(places),
        snippet=text,
        snippet_spans=spans,
    )


def _title_first(match: tuple[str, int, int]) -> tuple[bool, str, int, int]:
    return (match[0] != "title", *match)
