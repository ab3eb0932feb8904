from __future__ import annotations

import pytest

from presswatch_indexing.reconcile import Reconciled, reconcile
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.events import Heartbeat
from presswatch_shared.index.in_memory import InMemoryIndex
from tests.fixtures.enriched import enriched
from tests.unit.presswatch_indexing.test_rebuild import OldLog, PickyIndex

LOG = OldLog(
    {
        0: [enriched("whole"), enriched("missing"), enriched("old", version=1), enriched("old", version=2)],
        1: [enriched("missing", version=2), Heartbeat(sequence=1, sent_at=1), b"{", enriched("newer", version=1)],
    }
)


async def gappy_index() -> InMemoryIndex:
    index = InMemoryIndex()
    await index.put([enriched("whole"), enriched("old", version=1), enriched("newer", version=5), enriched("foreign")])
    return index


@pytest.mark.parametrize("batch", [1, 3, 200])
async def test_what_the_index_lacks_is_counted_by_article_at_its_newest_version(batch: int) -> None:
    found = await reconcile(LOG, await gappy_index(), IndexingSettings(batch=batch), repair=False)
    assert found == Reconciled(articles=4, missing=1, outdated=1, examples=("missing", "old"), repaired=0)
    assert not found.is_whole


async def test_repair_puts_just_that_and_then_nothing_is_missing() -> None:
    index = await gappy_index()
    repaired = await reconcile(LOG, index, IndexingSettings(), repair=True)
    assert (repaired.repaired, repaired.is_whole) == (2, True)
    assert await index.versions(["missing", "old", "newer"]) == {"missing": 2, "old": 2, "newer": 5}
    again = await reconcile(LOG, index, IndexingSettings(), repair=True)
    assert (again.missing, again.outdated, again.repaired, again.is_whole) == (0, 0, 0, True)


async def test_an_article_that_the_index_refuses_stays_missing() -> None:
    found = await reconcile(
        OldLog({0: [enriched("a"), enriched("b", title="bad")]}), PickyIndex(), IndexingSettings(), repair=True
    )
    assert (found.missing, found.repaired, found.is_whole) == (2, 1, False)


async def test_what_becomes_searchable_meanwhile_is_not_missing() -> None:
    class Late(InMemoryIndex):
        """Shows what was put only when asked for the second time, as an index with a refresh interval does."""

        asked = 0

        async def versions(self, article_ids):  # type: ignore[no-untyped-def]  # as in the port
            self.asked += 1
            return {} if self.asked == 1 else await super().versions(article_ids)

    index = Late()
    await index.put([enriched("a")])
    found = await reconcile(OldLog({0: [enriched("a")]}), index, IndexingSettings(), repair=False)
    assert found.is_whole
