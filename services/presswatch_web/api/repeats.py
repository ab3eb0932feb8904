"""`Idempotency-Key`: a request sent twice takes effect once."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response
from pydantic import BaseModel

from presswatch_shared.ids import derived_id
from presswatch_shared.store.database import Tx
from presswatch_shared.store.idempotency import OtherRequest, once
from presswatch_web.access.principal import principal_in
from presswatch_web.dependencies import WebDependencies
from presswatch_web.problems import Problem

__all__ = ["create"]


async def create(
    dependencies: WebDependencies, request: Request, body: BaseModel, key: str | None, work: Callable[[Tx], BaseModel]
) -> Response:
    """Do `work` in one transaction and answer 201 with what it made; under a known key answer the same again.

    Raises:
        Problem: 409, the key was used for another request.
    """

    def answer(tx: Tx) -> str:
        return work(tx).model_dump_json()

    if key is None:
        content: str | OtherRequest = await dependencies.store.run(answer)
    else:
        content = await dependencies.store.run(
            once,
            key=derived_id("idempotency", principal_in(request.scope).name, request.url.path, key),
            request=derived_id("request", body.model_dump_json()),
            effect=answer,
            now=dependencies.clock.now(),
        )
    if isinstance(content, OtherRequest):
        raise Problem(409, "this Idempotency-Key was used for another request")
    return Response(content, 201, media_type="application/json")
