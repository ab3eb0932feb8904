"""Templates and indices brought to this version's shape, or looked at. Doing it again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from elastic_transport import ApiError

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.elastic.connecting import Server, connect
from presswatch_shared.index.elastic.documents import month_of
from presswatch_shared.index.elastic.failures import asking, reason_of, status_of
from presswatch_shared.index.elastic.mapping import templates_of
from presswatch_shared.index.elastic.settings import ElasticSettings

if TYPE_CHECKING:
    from elasticsearch9 import Elasticsearch

__all__ = ["create_index", "missing_templates", "remove_all", "set_up", "set_up_at", "set_up_if_needed"]

FORBIDDEN = 403
ABSENT = 404
MEND = "run `presswatch admin index` as a user with the cluster privilege `manage_index_templates`"


def set_up(server: Server, settings: ElasticSettings, *, now: Micros) -> Sequence[str]:
    """Put the templates, make this month's indices, bring existing ones up to date; says what changed.

    Raises:
        BadInput: our key or user may not.
        Retry: the server is busy or away.
    """
    return list(_set_up(server, settings, now))


def set_up_at(settings: ElasticSettings, *, now: Micros) -> Sequence[str]:
    """As `set_up`, of the server that the settings name.

    Raises:
        ServerUnreachable: nobody answers.
    """
    server = connect(settings)
    try:
        return set_up(server, settings, now=now)
    finally:
        server.client.close()


def remove_all(settings: ElasticSettings) -> None:
    """Delete all indices and templates of this prefix: of a trial."""
    client = connect(settings).client
    with asking(settings.where, "removing indices and templates"):
        for name in settings.aliases:
            for index in client.indices.get(index=f"{name}-*", allow_no_indices=True):
                client.indices.delete(index=index)
            client.indices.delete_index_template(name=name)
            client.cluster.delete_component_template(name=[f"{name}-settings", f"{name}-mappings"])
    client.close()


def set_up_if_needed(server: Server, settings: ElasticSettings, *, now: Micros) -> None:
    """As `set_up`, where the templates are not those of this version. A user that may not see templates needs them put.

    Raises:
        BadInput: they are missing, and we may not put them.
    """
    try:
        if missing_templates(server, settings):
            set_up(server, settings, now=now)
    except BadInput:
        # Whoever may not read templates may well make an index, and see by it that they are there.
        if not create_index(server.client, settings, settings.articles, month_of(now)):
            raise


def missing_templates(server: Server, settings: ElasticSettings) -> Sequence[str]:
    """Names of the templates that are not as this version wants them.

    Raises:
        BadInput: our key or user may not read templates.
    """
    with _allowed(settings):
        return [name for _, name, _ in _changed_templates(server, settings)]


def create_index(client: Elasticsearch, settings: ElasticSettings, name: str, month: str) -> bool:
    """Make an index of a month if there is none; whether the templates gave it its alias."""
    index = f"{name}-{month}"
    with asking(settings.where, f"making the index {index}"):
        try:
            client.indices.create(index=index)
        except ApiError as error:
            if "resource_already_exists" not in reason_of(error.body):
                raise
        return bool(client.indices.exists_alias(index=index, name=name))


def _set_up(server: Server, settings: ElasticSettings, now: Micros) -> Iterator[str]:
    client = server.client
    with _allowed(settings):
        for kind, name, body in list(_changed_templates(server, settings)):
            if kind == "component":
                client.cluster.put_component_template(
                    name=name, template=body["template"], version=body["version"], meta=body["_meta"]
                )
            else:
                client.indices.put_index_template(name=name, **_arguments(body))
            yield f"{kind} template {name}"
    for name in settings.aliases:
        index = f"{name}-{month_of(now)}"
        with asking(settings.where, "looking for indices"):
            is_new = not client.indices.exists(index=index)
        if is_new and create_index(client, settings, name, month_of(now)):
            yield f"index {index}, alias {name}"
    yield from _update_indices(client, settings, server)


def _update_indices(client: Elasticsearch, settings: ElasticSettings, server: Server) -> Iterator[str]:
    """Fields and settings of this version for the indices that are there."""
    wanted = templates_of(settings, with_custom=not server.is_opensearch)["component"]
    for name in settings.aliases:
        mappings = wanted[f"{name}-mappings"]["template"]["mappings"]
        interval = wanted[f"{name}-settings"]["template"]["settings"]["index"]["refresh_interval"]
        with asking(settings.where, "updating indices"):
            known = client.indices.get(index=f"{name}-*", allow_no_indices=True)
            for index, found in sorted(known.body.items()):
                if found["mappings"].get("_meta") != mappings["_meta"]:
                    client.indices.put_mapping(index=index, properties=mappings["properties"], meta=mappings["_meta"])
                    yield f"fields of {index}"
                if found["settings"]["index"].get("refresh_interval") != interval:
                    client.indices.put_settings(index=index, settings={"index": {"refresh_interval": interval}})
                    yield f"refresh interval of {index}: {interval}"


def _changed_templates(server: Server, settings: ElasticSettings) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Kind, name and body of the templates that are missing or other than wanted. Components first."""
    for kind, bodies in templates_of(settings, with_custom=not server.is_opensearch).items():
        for name, body in bodies.items():
            signed = _signed(body)
            if _stored_digest(server.client, kind, name) != signed["_meta"]["presswatch"]["digest"]:
                yield kind, name, signed


def _signed(body: Mapping[str, Any]) -> dict[str, Any]:
    """With a digest of itself: what a server gives back of a template is not word for word what it was given."""
    digest = hashlib.blake2b(msgspec.json.encode(body, order="deterministic"), digest_size=8).hexdigest()
    meta = {"presswatch": {**body["_meta"]["presswatch"], "digest": digest}}
    return {**body, "_meta": meta}


@contextmanager
def _allowed(settings: ElasticSettings) -> Iterator[None]:
    """Turns a refusal for want of privileges into a sentence that says what to do."""
    with asking(settings.where, "setting up templates"):
        try:
            yield
        except ApiError as error:
            if status_of(error) != FORBIDDEN:
                raise
            raise BadInput(f"our user at {settings.where} may not see to templates: {MEND}") from error


def _stored_digest(client: Elasticsearch, kind: str, name: str) -> str:
    """Of the template with this name; empty where there is none, or none of ours."""
    try:
        if kind == "component":
            found = client.cluster.get_component_template(name=name)["component_templates"][0]["component_template"]
        else:
            found = client.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
    except ApiError as error:
        if status_of(error) != ABSENT:
            raise
        return ""
    return str(found.get("_meta", {}).get("presswatch", {}).get("digest", ""))


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"meta" if name == "_meta" else name: value for name, value in body.items()}
