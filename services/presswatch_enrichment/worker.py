"""The target of the worker processes: `KillablePool("presswatch_enrichment.worker:work", …)`.

Importing this module is the start of a worker, so it loads libraries, models and tables then: the first page's deadline
must not pay for them.
"""

from __future__ import annotations

import py3langid

from presswatch_enrichment.content.second_opinion import second_opinion
from presswatch_enrichment.page import Page
from presswatch_enrichment.transform import transform, work

__all__ = ["TARGET", "work"]

TARGET = f"{__name__}:work"
SENTENCE = (
    "The harbour office of Eastmere said on Monday that the ferry to the outer islands runs again after the storm. "
)
SAMPLE = f"<html><body><article><h1>Ferry runs again</h1><p>{SENTENCE * 9}</p></article></body></html>"


def warm_up() -> None:
    """Pages through the whole chain, and through what only some pages need: the library behind the body (and the 27 MB
    of word lists that it loads for pages with little text), the search for a date, the third language detector."""
    transform(Page(url="https://eastmere.example/1", body=SAMPLE.encode(), fetched_at=0))
    transform(Page(url="https://eastmere.example/2", body=SAMPLE.replace("the", "el").encode(), fetched_at=0))
    second_opinion(SAMPLE, "https://eastmere.example/3")
    second_opinion("<html><body><p>The ferry runs.</p></body></html>", "https://eastmere.example/4")
    py3langid.classify(SENTENCE)


warm_up()
