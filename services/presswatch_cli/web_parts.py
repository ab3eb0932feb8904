"""What the web service needs of the other services, handed in as plain callables."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from presswatch_cli.completeness import report_reader
from presswatch_cli.composition import Parts
from presswatch_cli.kibana.named import kibana_of
from presswatch_cli.probing import index_check, store_check
from presswatch_cli.status_reader import pipeline_of, status_reader
from presswatch_query import Query
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.open_index import is_embedded
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import Watch
from presswatch_shared.stream.health import stream_check
from presswatch_web.dependencies import WebDependencies
from presswatch_web.ports import Backtester, Comparer, Previewer, WatchExplainer
from presswatch_web.settings import OpenIdSettings, WebSettings

__all__ = ["web_dependencies"]


async def web_dependencies(parts: Parts) -> WebDependencies:
    """Everything the web service uses."""
    from presswatch_cli.dead_letter_desk import DeadLetterDesk

    index = await asyncio.to_thread(parts.index, write=False)
    parts.checks |= {
        "store": store_check(parts.store),
        "stream": stream_check(parts.stream),
        "index": index_check(index),
    }
    return WebDependencies(
        store=parts.store,
        index=index,
        clock=parts.clock,
        metrics=parts.metrics,
        status=status_reader(parts.store, parts.stream, index, pipeline_of(parts.settings)),
        dead_letters=DeadLetterDesk(parts.stream, parts.settings.data / "stages", parts.clock),
        preview=_previewer(parts),
        backtest=_backtester(parts, index),
        compare=_comparer(parts, index),
        explain=_explainer(parts.store),
        report=report_reader(parts.store, parts.stream, parts.clock, parts.silent_sources),
        checks=parts.checks,
        settings=_web_settings(parts.settings),
    )


def _web_settings(chosen: Settings) -> WebSettings:
    """Raises: BadInput: OpenID is set by half."""
    openid = None
    if chosen.openid_issuer:
        if not chosen.openid_client:
            raise BadInput("PRESSWATCH_OPENID_ISSUER needs PRESSWATCH_OPENID_CLIENT, the client id at the provider")
        openid = OpenIdSettings(
            issuer=chosen.openid_issuer,
            client_id=chosen.openid_client,
            client_secret=chosen.openid_secret.get_secret_value(),
            role="" if chosen.openid_role == "none" else chosen.openid_role,
        )
    return WebSettings(
        bind=chosen.bind,
        public_url=chosen.public_url,
        language=chosen.language,
        apprise_schemes=chosen.apprise_schemes,
        always_login=chosen.login == "always",
        secret_key=chosen.secret_key.get_secret_value(),
        openid=openid,
        kibana=_kibana(chosen),
    )


def _kibana(chosen: Settings) -> str:
    """Nothing where the articles are not in a search server: Kibana would find none."""
    kibana = None if is_embedded(chosen) else kibana_of(chosen)
    return kibana.root if kibana else ""


def _previewer(parts: Parts) -> Previewer:
    client = parts.client()

    async def preview(url: str) -> Mapping[str, Any]:
        from presswatch_crawler.preview import preview_source

        return await preview_source(client, url)

    return preview


def _backtester(parts: Parts, index: ArticleIndex) -> Backtester:
    async def run(text: str, query: Query, days: int) -> Mapping[str, Any]:
        from presswatch_alerting.backtest import backtest, backtest_json

        return backtest_json(await backtest(index, text, query, now=parts.clock.now(), days=days))

    return run


def _comparer(parts: Parts, index: ArticleIndex) -> Comparer:
    async def run(watch: Watch, old: Query, new: Query, days: int) -> Mapping[str, Any]:
        from presswatch_alerting.backtest import scope_of
        from presswatch_alerting.backtest_difference import backtest_difference, difference_json

        now = parts.clock.now()
        return difference_json(await backtest_difference(index, old, new, now=now, days=days, scope=scope_of(watch)))

    return run


def _explainer(store: Store) -> WatchExplainer:
    async def run(watch: Watch, query: Query, article: ArticleEnriched) -> Mapping[str, Any]:
        from presswatch_alerting.explain import alerts_of_story, explain_watch

        records = await store.read(alerts_of_story, watch.id, article.story_id)
        # A very long article takes seconds.
        explained = await asyncio.to_thread(explain_watch, watch, query, article, records)
        return explained.as_json()

    return run
