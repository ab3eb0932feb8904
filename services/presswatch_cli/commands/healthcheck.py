"""`presswatch healthcheck`: what a container's health check asks."""

from __future__ import annotations

import http.client
import json

from presswatch_shared.errors import BadInput, CheckFailed
from presswatch_shared.settings import BindAddress, Settings

__all__ = ["ask", "lives"]

SECONDS = 8.0
# Read here, not listened on.
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (where to ask; nothing listens there)


def ask(settings: Settings, service: str) -> str:
    """Ask `/readyz` of the service that runs here with these settings.

    Raises:
        CheckFailed: it does not answer, or says that it cannot do its work; the text has its reasons.
        BadInput: its port is chosen anew at every start, so that nobody can ask.
    """
    bind = settings.bind if service in ("web", "all") else settings.metrics_bind
    if bind.port == 0:
        raise BadInput(f"the {service} service listens on a port chosen at its start: set a fixed one")
    try:
        status, body = _get(bind, "/readyz")
    except (OSError, http.client.HTTPException) as error:
        raise CheckFailed(f"the {service} service does not answer at {bind}: {error}") from error
    if status != 200:
        raise CheckFailed(f"the {service} service is not ready: {_reasons(body)}")
    return f"the {service} service is ready"


def lives(bind: BindAddress) -> bool:
    """Whether what listens there is a Presswatch, of whatever data folder."""
    try:
        status, body = _get(bind, "/livez")
        return status == 200 and json.loads(body) == {"status": "alive"}
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _get(bind: BindAddress, path: str) -> tuple[int, bytes]:
    host = EVERY_ADDRESS.get(bind.host, bind.host)
    connection = http.client.HTTPConnection(host, bind.port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _reasons(body: bytes) -> str:
    try:
        checks = json.loads(body)["checks"]
        return "; ".join(f"{name}: {answer}" for name, answer in checks.items() if answer != "ok")
    except (ValueError, KeyError, AttributeError):
        return "it gave no reason"
