"""What was changed in an article since it was first seen."""

from __future__ import annotations

import httpx

from presswatch_shared.store import articles
from presswatch_shared.store.articles import ArticleRow, ArticleText
from presswatch_shared.store.database import Tx
from tests.fixtures.articles import article_enriched
from tests.fixtures.web import Site

TEXTS = (
    "Six cranes came.\n\nThe port is small.\n\nNobody was hurt.\n\nWork goes on.\n\nRain is coming.",
    "Nine cranes came.\n\nThe port is small.\n\nNobody was hurt.\n\nWork goes on.\n\nRain is <b>coming</b>.",
    "Nine cranes came.\n\nThe port is small.\n\nNobody was hurt.\n\nWork goes on.\n\nRain has come.",
)


async def keep(site: Site, *bodies: str, titles: tuple[str, ...] = ()) -> None:
    """An article in the index, and the texts of its versions in the store."""
    await site.index.put([article_enriched("a1", version=len(bodies), body=bodies[-1])])

    def work(tx: Tx) -> None:
        article = article_enriched("a1")
        same = {name: getattr(article, name) for name in ArticleRow.__slots__}
        articles.add_article(tx, ArticleRow(**same))
        for number, body in enumerate(bodies, 1):
            title = titles[number - 1] if titles else article.title
            articles.add_text(
                tx,
                ArticleText(
                    article_id="a1", version=number, title=title, body=body, published_at=None,
                    fetched_at=site.clock.now() + number * 3_600_000_000,
                ),
            )  # fmt: skip

    await site.store.run(work)


async def test_the_last_change_is_marked_word_by_word(site: Site, client: httpx.AsyncClient) -> None:
    await keep(site, *TEXTS[:2], titles=("Six cranes", "Nine cranes"))
    page = (await client.get("/articles/a1/versions")).text
    assert "<del>Six</del><ins>Nine</ins> cranes came." in page
    assert "Rain is <ins>&lt;b&gt;</ins>coming<ins>&lt;/b&gt;</ins>." in page
    assert "<h1" in page and "<del>Six</del><ins>Nine</ins> cranes</h1>" in page
    assert 'href="/articles/a1/versions"' in (await client.get("/articles/a1")).text


async def test_paragraphs_far_from_a_change_are_folded(site: Site, client: httpx.AsyncClient) -> None:
    await keep(site, *TEXTS[1:])
    page = (await client.get("/articles/a1/versions")).text
    assert "3 paragraphs without a change" in page


async def test_any_two_versions_are_compared_in_the_order_of_time(site: Site, client: httpx.AsyncClient) -> None:
    await keep(site, *TEXTS)
    for address in ("old=1&new=3", "old=3&new=1"):
        page = (await client.get(f"/articles/a1/versions?{address}")).text
        assert "<del>Six</del><ins>Nine</ins>" in page and "has come" in page
    assert (await client.get("/articles/a1/versions?old=1&new=77")).status_code == 200
    assert (await client.get("/articles/a1/versions?old=-1")).status_code == 422


async def test_one_version_says_what_would_stand_here(site: Site, client: httpx.AsyncClient) -> None:
    await keep(site, TEXTS[0])
    assert "One version so far" in (await client.get("/articles/a1/versions")).text
    assert "changed" not in (await client.get("/articles/a1")).text
    assert (await client.get("/articles/nothing/versions")).status_code == 404
