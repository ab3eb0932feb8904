"""What the application is made of, and how a request handler gets at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from presswatch_shared.clock import Clock
from presswatch_shared.health import Check
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from presswatch_web.live import LiveAlerts
from presswatch_web.ports import (
    Backtester,
    Comparer,
    DeadLetters,
    Previewer,
    ReportReader,
    StatusReader,
    WatchExplainer,
)
from presswatch_web.settings import WebSettings

__all__ = ["Deps", "Live", "WebDependencies"]


@dataclass(frozen=True, kw_only=True)
class WebDependencies:
    """Everything the web service uses, made by the composition root."""

    store: Store
    index: ArticleIndex
    clock: Clock
    metrics: Metrics
    status: StatusReader
    dead_letters: DeadLetters
    preview: Previewer
    backtest: Backtester
    compare: Comparer
    explain: WatchExplainer
    report: ReportReader
    checks: Mapping[str, Check] = field(default_factory=dict)
    settings: WebSettings = field(default_factory=WebSettings)


def _dependencies(request: Request) -> WebDependencies:
    return cast(WebDependencies, request.app.state.dependencies)


def _live(request: Request) -> LiveAlerts:
    return cast(LiveAlerts, request.app.state.live)


Deps = Annotated[WebDependencies, Depends(_dependencies)]
Live = Annotated[LiveAlerts, Depends(_live)]
