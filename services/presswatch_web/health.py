"""`/livez`, `/readyz` and `/metrics` of the web service."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from presswatch_shared.health import OK, OPENMETRICS, Check, answers_of, exposition
from presswatch_shared.metrics import Metrics

__all__ = ["ReadyBody", "health_routes"]


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
        body, content_type = exposition(metrics, request.headers.get("accept", ""))
        return Response(body, headers={"content-type": content_type})

    return router
