"""The client that fits the server: asked first who it is."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elastic_transport import NodeConfig, Transport, TransportError
from elastic_transport.client_utils import basic_auth_to_header, url_to_node_config

from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.index.elastic.failures import reason_of, silence
from presswatch_shared.index.elastic.settings import ElasticSettings

if TYPE_CHECKING:
    from elasticsearch9 import Elasticsearch

__all__ = ["Server", "connect"]

REQUEST_SECONDS = 30.0
PROBE_SECONDS = 5.0
FITTING = "Presswatch works with Elasticsearch 8 and 9, and with OpenSearch 2"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered, and the client of its version."""

    client: Elasticsearch
    product: str
    """Name and version, such as `Elasticsearch 9.4.3`."""
    is_opensearch: bool


def connect(settings: ElasticSettings) -> Server:
    """Ask the server who it is, and choose the client.

    Raises:
        ServerUnreachable: nobody answers, or not as a search server does.
        BadInput: it lets us not in, or its version does not fit.
    """
    version = _greeting(settings)
    number, is_opensearch = str(version.get("number", "?")), version.get("distribution") == "opensearch"
    product = f"{'OpenSearch' if is_opensearch else 'Elasticsearch'} {number}"
    major = number.partition(".")[0]
    if is_opensearch and major == "2":
        from presswatch_shared.index.elastic.opensearch_node import OpenSearchNode

        return Server(_client8(settings, node_class=OpenSearchNode), product, is_opensearch)
    if not is_opensearch and major == "8":
        return Server(_client8(settings), product, is_opensearch)
    if not is_opensearch and major == "9":
        return Server(_client9(settings), product, is_opensearch)
    raise BadInput(f"{settings.where} is {product}, which does not fit: {FITTING}")


def _greeting(settings: ElasticSettings) -> dict[str, Any]:
    """The `version` of the server's answer to `GET /`."""
    context = _tls(settings)
    nodes = [_node(url, context) for url in settings.urls]
    transport = Transport(nodes, max_retries=len(nodes) - 1, retry_on_timeout=True)
    headers = {"accept": "application/json", **_authorization(settings)}
    try:
        answer = transport.perform_request("GET", "/", headers=headers, request_timeout=PROBE_SECONDS)
    except TransportError as error:
        raise ServerUnreachable(f"the search server at {settings.where} does not answer: {silence(error)}") from error
    finally:
        transport.close()
    if answer.meta.status in (401, 403):
        raise BadInput(
            f"the search server at {settings.where} does not let us in ({answer.meta.status}: "
            f"{reason_of(answer.body)}): check PRESSWATCH_INDEX_API_KEY, or the user in PRESSWATCH_INDEX; "
            "it needs the cluster privilege `monitor`"
        )
    version = answer.body.get("version") if isinstance(answer.body, dict) else None
    if answer.meta.status != 200 or not isinstance(version, dict):
        raise ServerUnreachable(f"{settings.where} answers {answer.meta.status}, but not as a search server does")
    return version


def _node(url: str, context: ssl.SSLContext | None) -> NodeConfig:
    plain = url_to_node_config(url, use_default_ports_for_scheme=True)
    return plain if context is None else plain.replace(ssl_context=context)


def _tls(settings: ElasticSettings) -> ssl.SSLContext | None:
    """A context where an authority of its own is named; None leaves the client's usual one."""
    if not settings.authority:
        return None
    is_text = "-----BEGIN" in settings.authority
    try:
        return ssl.create_default_context(
            cadata=settings.authority if is_text else None, cafile=None if is_text else settings.authority
        )
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"PRESSWATCH_INDEX_CA is no certificate authority: {error}") from error


def _authorization(settings: ElasticSettings) -> dict[str, str]:
    if settings.api_key:
        return {"authorization": f"ApiKey {settings.api_key}"}
    if settings.user:
        return {"authorization": basic_auth_to_header((settings.user, settings.password))}
    return {}


def _options(settings: ElasticSettings) -> dict[str, Any]:
    # Who retries is the bulk loop and the engine: a client that does so by itself would hide it.
    options: dict[str, Any] = {
        "hosts": list(settings.urls),
        "request_timeout": REQUEST_SECONDS,
        "max_retries": max(0, len(settings.urls) - 1),
        "retry_on_status": (),
    }
    context = _tls(settings)
    if context is not None:
        options["ssl_context"] = context
    if settings.api_key:
        options["api_key"] = settings.api_key
    elif settings.user:
        options["basic_auth"] = (settings.user, settings.password)
    return options


def _client8(settings: ElasticSettings, **more: Any) -> Elasticsearch:
    import elasticsearch8

    client: Any = elasticsearch8.Elasticsearch(**_options(settings), **more)
    return client  # type: ignore[no-any-return]  # both majors have the methods that we call


def _client9(settings: ElasticSettings) -> Elasticsearch:
    import elasticsearch9

    return elasticsearch9.Elasticsearch(**_options(settings))
