from __future__ import annotations

import json
from pathlib import Path

import pytest

from presswatch_shared.envelope import decode, encode, wrap
from presswatch_shared.errors import Poison
from presswatch_shared.events import (
    AlertFired,
    ArticleEnriched,
    ArticleRef,
    Entity,
    Event,
    Heartbeat,
    MatchSpan,
    Mention,
    PageFetched,
)

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
EVENTS: dict[str, Event] = {
    "page_fetched": PageFetched(
        url="https://herald.example/a",
        url_hash="u1",
        version=1_700_000_000_000_001,
        visit=2,
        final_url="https://herald.example/a",
        source_id="src_1",
        fetched_at=1_700_000_000_000_000,
        status=200,
        content_type="text/html; charset=utf-8",
        content_encoding="gzip",
        body=bytes(range(256)),
        headers={"content-language": "en"},
        feed_published_at=1_699_999_000_000_000,
    ),
    "article_enriched": ArticleEnriched(
        article_id="a1",
        version=1_700_000_000_000_001,
        url="https://herald.example/a",
        url_hash="u1",
        visit=2,
        canonical_url="https://herald.example/a",
        source_id="src_1",
        source="herald.example",
        title="Ростех opens a yard",
        body="First.\n\nSecond.",
        first_seen_at=1_700_000_000_000_000,
        fetched_at=1_700_000_000_000_000,
        entities=(Entity(id="org:rostec", name="Rostec", type="organisation", mentions=(Mention("title", 0, 6),)),),
        story_id="s1",
    ),
    "alert_fired": AlertFired(
        alert_id="al1",
        kind="fired",
        watch_id="w1",
        watch_version=1,
        watch_name="Rostec",
        query="Rostec",
        article=ArticleRef(id="a1", version=1, url="https://herald.example/a", title="T", source="herald.example"),
        story_id="s1",
        snippet="Rostec opens",
        matches=(MatchSpan("body", 0, 6),),
        fired_at=1_700_000_001_000_000,
        fetched_at=1_700_000_000_000_000,
    ),
    "heartbeat": Heartbeat(sequence=7, sent_at=1_700_000_000_000_000),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_comes_back_as_it_was_sent(name: str) -> None:
    envelope = wrap(EVENTS[name], at=5, trace="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    assert decode(encode(envelope)) == envelope


@pytest.mark.parametrize("name", EVENTS)
def test_version_1_stays_readable_and_is_written_as_it_always_was(name: str) -> None:
    golden = (GOLDEN / f"{name}.v1.json").read_bytes()
    envelope = wrap(EVENTS[name], at=1_700_000_000_000_000)
    assert decode(golden) == envelope
    assert json.loads(encode(envelope)) == json.loads(golden)


def test_the_same_content_has_the_same_id_and_other_content_another() -> None:
    first = wrap(Heartbeat(sequence=1, sent_at=1), at=1).id
    assert wrap(Heartbeat(sequence=1, sent_at=1), at=2).id == first
    assert wrap(Heartbeat(sequence=2, sent_at=1), at=1).id != first


WIRE = {"id": "x", "type": "Heartbeat", "v": 1, "key": "k", "at": 1, "trace": "", "data": {"sequence": 1, "sent_at": 1}}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(json.dumps(WIRE | {"type": "PageEaten"}).encode(), id="unknown type"),
        pytest.param(json.dumps(WIRE | {"v": 2}).encode(), id="unknown version"),
        pytest.param(json.dumps(WIRE | {"data": {"sequence": "one"}}).encode(), id="wrong field"),
        pytest.param(json.dumps({k: v for k, v in WIRE.items() if k != "id"}).encode(), id="no id"),
        pytest.param(b"[" * 100_000, id="deeply nested"),
    ],
)
def test_what_is_no_event_is_poison_and_says_undecodable(raw: bytes) -> None:
    with pytest.raises(Poison) as refused:
        decode(raw)
    assert refused.value.reason == "undecodable"


def test_fields_added_by_a_newer_writer_are_ignored() -> None:
    newer = WIRE | {"extra": 1, "data": {"sequence": 1, "sent_at": 1, "mood": "calm"}}
    assert decode(json.dumps(newer).encode()).event == Heartbeat(sequence=1, sent_at=1)
