"""`/livez`, `/readyz` and `/metrics`: of the web service, and alone for services without pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress
from presswatch_web.middleware import Faults, SecurityHeaders
from presswatch_web.ports import Check
from presswatch_web.server import serve

__all__ = ["HealthServer", "ReadyBody", "answers_of", "health_routes"]

CHECK_SECONDS = 5.0
OK = "ok"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text"


class ReadyBody(BaseModel):
    """Whether the service can do its work, and each check's answer: `ok`, or what is wrong."""

    ready: bool
    checks: dict[str, str]


def health_routes(checks: Mapping[str, Check], metrics: Metrics) -> APIRouter:
    """Routes for the orchestrator and Prometheus. Checks run at once, each with a deadline."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", response_model=dict[str, str])
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/readyz", response_model=ReadyBody, responses={503: {"model": ReadyBody}})
    async def ready() -> Response:
        """The process can do its work."""
        answers = await answers_of(checks)
        body = ReadyBody(ready=all(answer == OK for answer in answers.values()), checks=dict(answers))
        return JSONResponse(body.model_dump(), 200 if body.ready else 503)

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}, OPENMETRICS: {}}}})
    async def exposed(request: Request) -> Response:
        """All metrics, as OpenMetrics for those that accept it, else in the Prometheus text format."""
        if OPENMETRICS in request.headers.get("accept", ""):
            content_type = f"{OPENMETRICS}; version=1.0.0; charset=utf-8"
            return Response(metrics.expose_openmetrics(), headers={"content-type": content_type})
        return Response(metrics.expose(), headers={"content-type": TEXT})

    return router


class HealthServer:
    """The three routes alone, for a service that has no pages."""

    name = "health"

    def __init__(self, bind: BindAddress, *, checks: Mapping[str, Check], metrics: Metrics) -> None:
        self._bind = bind
        self._app = FastAPI(title="Presswatch health", docs_url=None, redoc_url=None, openapi_url=None)
        self._app.include_router(health_routes(checks, metrics))
        self._app.add_middleware(Faults)
        self._app.add_middleware(SecurityHeaders)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set.

        Raises:
            BadInput: the address cannot be listened on.
        """
        await serve(self._app, self._bind, stop, setting="PRESSWATCH_METRICS_BIND", within=1.0)


async def answers_of(checks: Mapping[str, Check]) -> Mapping[str, str]:
    """`ok`, or what is wrong, by name. All are asked at once, each with a deadline."""
    answers = await asyncio.gather(*(_answer(check) for check in checks.values()))
    return {name: answer or OK for name, answer in zip(checks, answers, strict=True)}


async def _answer(check: Check) -> str:
    """A check that raises or hangs has failed; the others are asked all the same."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    # Whatever a dependency raises, the answer to "are you ready" is no, with the reason.
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
