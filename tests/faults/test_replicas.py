"""Several processes on one PostgreSQL: nothing is claimed twice, no host is burst, one text is one story."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from presswatch_shared.store import frontier, ledger, outbox, sources, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.stores import StoreAddress

pytestmark = [pytest.mark.servers, pytest.mark.parametrize("store_address", ["postgresql"], indirect=True)]

PROCESSES = 3
HOSTS, PAGES_A_HOST, DELAY = 30, 6, 0.25
BEGIN = """
import json, sys, time
from pathlib import Path
from presswatch_shared.store import counters, hosts, outbox, polls, visits, ledger
from presswatch_shared.store.database import database_now, open_store

store = open_store(sys.argv[1], Path(sys.argv[2]))
deadline = time.monotonic() + 60
print("ready", flush=True)
sys.stdin.readline()
"""
CRAWLS = (
    BEGIN
    + """
from presswatch_crawler.service import claim_work
from presswatch_crawler.settings import CrawlerSettings

settings = CrawlerSettings(host_delay=0.25, lease=30.0)

def claim(tx):
    now = database_now(tx)
    work = claim_work(tx, settings, 7, now=now)
    return now, work

def end(tx, pages, sources):
    now = database_now(tx)
    visits.finish(tx, [visits.Finished(page=page, outcome=ledger.FETCHED, version=now) for page in pages], now=now)
    for source in sources:
        polls.postpone_poll(tx, source, due_at=now * 2)
    keys = [page.politeness_key for page in pages] + [source.politeness_key for source in sources]
    hosts.release(tx, keys, setting=0.25, now=now)

while time.monotonic() < deadline:
    now, work = store.run_now(claim)
    pages = [page for group in work.groups for page in group]
    for page in pages:
        print(json.dumps([page.url_hash, page.politeness_key, now, page.visit]))
    for source in work.sources:
        print(json.dumps([source.id, source.politeness_key, now, 0]))
    if pages or work.sources:
        store.run_now(end, pages, work.sources)
    elif not store.read_now(lambda tx: visits.has_due(tx, now=database_now(tx) * 2)):
        break
    else:
        time.sleep(0.01)
"""
)
DELIVERS = (
    BEGIN
    + """
def claim(tx):
    now = database_now(tx)
    return outbox.claim(tx, now=now, leased_until=now + 60_000_000, limit=9, per_endpoint=4, trial_after=5)

while time.monotonic() < deadline:
    taken = store.run_now(claim)
    for item in taken:
        print(json.dumps(item.id))
        store.run_now(outbox.finish, item.id, "delivered", now=1)
    if not taken and not store.read_now(outbox.pending):
        break
"""
)
ADMITS = (
    BEGIN
    + """
from presswatch_enrichment.similarity import fingerprint
from presswatch_enrichment.stories import Newcomer, admit
from presswatch_shared.store.articles import ArticleRow

number = int(sys.argv[3])
for story in range(25):
    body = " ".join(f"word{story}x{place}" for place in range(60))
    row = ArticleRow(
        article_id=f"s{story}n{number}", version=1, url="u", url_hash=f"{story}-{number}", source=f"h{number}.example",
        source_id="src", title="t", lang="en", published_at=None, first_seen_at=1, story_id="", duplicate_of="",
    )
    newcomer = Newcomer(row=row, body=body, fetched_at=1, fingerprint=fingerprint("t", body, "en"))
    (place,) = store.run_now(admit, [newcomer], story_days=7)
    print(json.dumps([story, place.story_id, place.duplicate_of]))
"""
)
WATCHES = (
    BEGIN
    + """
from presswatch_shared.store.watches import NewWatch, add_watch

def add(tx):
    watch = add_watch(tx, NewWatch(query="Rostec"), now=1)
    time.sleep(0.002)
    return watch.seq

for _ in range(60):
    print(store.run_now(add))
"""
)


def together(
    program: str, address: StoreAddress, processes: int = PROCESSES, meanwhile: Callable[[], None] = lambda: None
) -> list[Any]:
    """What the processes print, which are all ready before any begins."""
    command = [sys.executable, "-c", program, address.url, str(address.folder)]
    started = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(processes)
    ]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    meanwhile()
    lines = [line for process in started for line in process.communicate(timeout=90)[0].splitlines()]
    assert [process.returncode for process in started] == [0] * processes
    return [json.loads(line) for line in lines]


def test_no_page_or_source_is_claimed_twice_and_every_host_rests(store: Store, store_address: StoreAddress) -> None:
    def fill(tx: Tx) -> None:
        urls = [f"http://h{host}.example/{page}" for host in range(HOSTS) for page in range(PAGES_A_HOST)]
        frontier.add_items(tx, [FrontierItem(url=url, source_id="s", found_in="f") for url in urls], now=1)
        for host in range(HOSTS):
            sources.add_source(tx, url=f"http://h{host}.example/feed", now=1)

    store.run_now(fill)
    claims = together(CRAWLS, store_address)
    assert len(claims) == len({key for key, *_ in claims}) == HOSTS * (PAGES_A_HOST + 1)
    moments: dict[str, list[int]] = defaultdict(list)
    for _, host, now, _ in claims:
        moments[host].append(now)
    gaps = [later - earlier for found in moments.values() for earlier, later in pairwise(sorted(found))]
    assert min(gaps) >= DELAY * 1_000_000
    assert store.read_now(ledger.balance).seen == HOSTS * PAGES_A_HOST


def test_no_delivery_is_claimed_twice(store: Store, store_address: StoreAddress) -> None:
    for number in range(12):
        store.run_now(queue, store.run_now(add_webhook, f"https://e{number}.example/", f"wat_{number}x"), 20)
    claimed: Sequence[int] = together(DELIVERS, store_address)
    assert len(claimed) == len(set(claimed)) == 240
    assert store.read_now(outbox.pending) == {}


def test_copies_of_one_text_on_several_enrichers_at_once_are_one_story(
    store: Store, store_address: StoreAddress
) -> None:
    places = together(ADMITS, store_address)
    assert len(places) == 25 * PROCESSES
    for story in range(25):
        mine = [(story_id, original) for number, story_id, original in places if number == story]
        assert len({story_id for story_id, _ in mine}) == 1
        assert sum(original == "" for _, original in mine) == 1


def test_whoever_follows_a_sequence_misses_nothing(store: Store, store_address: StoreAddress) -> None:
    seen: list[int] = []

    def follow() -> None:
        until = time.monotonic() + 60
        while len(seen) < 240 and time.monotonic() < until:
            found = store.read_now(watches.watches_changed_since, seen[-1] if seen else 0)
            seen.extend(watch.seq for watch in found)

    taken: list[int] = together(WATCHES, store_address, processes=4, meanwhile=follow)
    assert seen == sorted(taken) == list(range(1, 241))
