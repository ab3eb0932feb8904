"""Lets the official client of Elasticsearch 8 talk to OpenSearch 2, which parted from Elasticsearch 7.10.

What differs of what we use: the vendor media types (answered with 406), the header by which the client knows the
product, and the names around points in time.
"""

from __future__ import annotations

import re

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport._models import DEFAULT, DefaultType
from elastic_transport._node import NodeApiResponse

__all__ = ["OpenSearchNode"]

VENDOR = re.compile(r"application/vnd\.elasticsearch\+(x-ndjson|json)\s*;\s*compatible-with=\d+")
PIT_ID = re.compile(rb'"id"\s*:\s*("[^"]*")')


class OpenSearchNode(Urllib3HttpNode):
    """One node of an OpenSearch cluster."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        target, body = _renamed(method, target, body)
        plain = HttpHeaders({key: VENDOR.sub(r"application/\1", value) for key, value in (headers or {}).items()})
        answer = super().perform_request(method, target, body=body, headers=plain, request_timeout=request_timeout)
        answer.meta.headers = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return answer._replace(body=answer.body.replace(b'{"pit_id":', b'{"id":', 1))


def _renamed(method: str, target: str, body: bytes | None) -> tuple[str, bytes | None]:
    path, _, query = target.partition("?")
    if method == "POST" and path.endswith("/_pit"):
        return f"{path.removesuffix('/_pit')}/_search/point_in_time?{query}", body
    if method == "DELETE" and path == "/_pit":
        return "/_search/point_in_time", PIT_ID.sub(rb'"pit_id":[\1]', body or b"")
    return target, body
