"""Objects into Kibana: wait until it is ready, make the space, import, and read what it says about each object."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from presswatch_cli.kibana.client import Answer, KibanaClient
from presswatch_cli.kibana.saved_object import SavedObject, ndjson
from presswatch_shared.errors import BadInput, ServerUnreachable

__all__ = ["Imported", "import_objects", "make_space", "wait_until_ready"]

LEAST, BELOW = (8, 19), (10, 0)
BETWEEN_TRIES = 2.0
DENIED = (401, 403)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many objects Kibana took, and a sentence for each that it did not."""

    taken: int
    refused: Sequence[str]


def wait_until_ready(
    client: KibanaClient,
    *,
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Kibana's version, once it is available; it starts for a minute or two.

    Raises:
        ServerUnreachable: it does not answer, or is not available, after so many seconds.
        BadInput: it is no Kibana, one of a version that does not fit, or it does not let us in.
    """
    end = clock() + seconds
    while True:
        try:
            state = _state(client)
        except ServerUnreachable:
            if clock() >= end:
                raise
            state = "does not answer"
        else:
            if isinstance(state, _Version):
                return _fitting(state.number, client.settings.url)
        if clock() >= end:
            raise ServerUnreachable(f"Kibana at {client.settings.url} {state}, after {seconds:.0f} s")
        sleep(min(BETWEEN_TRIES, max(0.0, end - clock())))


@dataclass(frozen=True, slots=True)
class _Version:
    number: str


def _state(client: KibanaClient) -> _Version | str:
    answer = client.get("/api/status")
    if answer.status in DENIED:
        raise _denied(client, answer)
    overall: Mapping[str, Any] = answer.body.get("status", {}).get("overall", {}) if answer.status < 500 else {}
    level = overall.get("level")
    if level == "available":
        return _Version(str(answer.body.get("version", {}).get("number", "")))
    if level or answer.status == 503:
        return f"is not ready ({level or answer.reason})"
    raise BadInput(f"PRESSWATCH_KIBANA: what answers at {client.settings.url} is no Kibana (HTTP {answer.status})")


def _fitting(number: str, url: str) -> str:
    version = re.match(r"(\d+)\.(\d+)", number)
    if version is None or not LEAST <= (int(version[1]), int(version[2])) < BELOW:
        raise BadInput(f"Kibana at {url} is of version {number or '(none)'}; these objects fit 8.19 and 9")
    return number


def make_space(client: KibanaClient) -> bool:
    """Make the space of the settings where it is missing; whether it was.

    Raises:
        BadInput: we may not.
    """
    space = client.settings.space
    if not space or client.get(f"/api/spaces/space/{space}").status == 200:
        return False
    answer = client.post("/api/spaces/space", {"id": space, "name": space})
    if answer.status == 409:
        return False
    if answer.status != 200:
        raise BadInput(f"Kibana's space {space!r} is not there and cannot be made: {answer.reason}")
    return True


def import_objects(client: KibanaClient, objects: Sequence[SavedObject]) -> Imported:
    """Put all objects where they belong; those of the same id are replaced.

    Raises:
        BadInput: Kibana does not let us in, or refused the file as a whole.
    """
    path = "/api/saved_objects/_import?overwrite=true"
    answer = client.upload_in_space(path, "presswatch.ndjson", ndjson(objects).encode())
    if answer.status in DENIED:
        raise _denied(client, answer)
    if answer.status != 200 or "success" not in answer.body:
        raise BadInput(f"Kibana at {client.settings.url} refused the import (HTTP {answer.status}): {answer.reason}")
    # It answers 200 where some or all objects were refused.
    refused = [_sentence(error) for error in answer.body.get("errors", ())]
    taken = int(answer.body.get("successCount", 0))
    if not answer.body["success"] and not refused:
        refused = [f"{len(objects) - taken} objects: Kibana does not say why"]
    return Imported(taken, refused)


def _sentence(error: Mapping[str, Any]) -> str:
    why: Mapping[str, Any] = error.get("error", {})
    missing = ", ".join(f"{one.get('type')} {one.get('id')}" for one in why.get("references", ()))
    reason = (
        f"it refers to {missing}, not there" if missing else why.get("message") or why.get("type") or "no reason given"
    )
    title = error.get("title") or error.get("meta", {}).get("title") or error.get("id")
    return f"{error.get('type')} {title!r}: {reason}"


def _denied(client: KibanaClient, answer: Answer) -> BadInput:
    return BadInput(
        f"Kibana at {client.settings.url} does not let us in (HTTP {answer.status}): "
        "set PRESSWATCH_KIBANA_API_KEY, or user and password in PRESSWATCH_KIBANA; "
        "they need all of Saved Objects Management"
    )
