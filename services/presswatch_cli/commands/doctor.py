"""`presswatch doctor`: looks at every configured part and says how to mend what fails."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from presswatch_cli.commands.healthcheck import lives
from presswatch_cli.composition import extraction_workers, open_current_store, open_stream
from presswatch_cli.data_folder import hold, prepare
from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput, PresswatchError
from presswatch_shared.index.open_index import clients_installed, elastic_of, is_embedded, open_index
from presswatch_shared.logs import redact_text
from presswatch_shared.settings import Settings
from presswatch_shared.store import watches
from presswatch_shared.stream.pause_mark import paused_stages

__all__ = ["Finding", "examine", "render_text"]

FREE_MIB = 500
SQLITE_NEEDED = (3, 35, 0)
PAGE = (
    b"<html><head><title>Doctor</title></head><body><h1>Doctor</h1><p>A page to try the workers with.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, what was seen, and what to do."""

    part: str
    ok: bool
    seen: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


Check = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings) -> Sequence[Finding]:
    """One finding a check, in order; a check that fails does not keep the others from running."""
    findings = []
    for part, check, mend in CHECKS:
        try:
            findings.append(Finding(part, True, await check(settings)))
        except PresswatchError as error:
            findings.append(Finding(part, False, str(error), mend))
    return findings


def render_text(findings: Sequence[Finding]) -> None:
    """A line a finding, and what to do below those that failed."""
    console = Console()
    for finding in findings:
        mark = Text("✓ ", style="green") if finding.ok else Text("✗ ", style="bold red")
        console.print(mark + Text(f"{finding.part}: ", style="bold") + Text(finding.seen), soft_wrap=True)
        if finding.mend:
            console.print(Text(f"  → {finding.mend}", style="yellow"), soft_wrap=True)


async def _data(settings: Settings) -> str:
    folder = prepare(settings.data)
    free = shutil.disk_usage(folder).free // 1024**2
    if free < FREE_MIB:
        raise BadInput(f"{folder} has only {free} MiB left")
    return f"{folder}, {free:,} MiB free"


async def _running(settings: Settings) -> str:
    folder = prepare(settings.data)
    try:
        with hold(folder, "run"):
            return "no Presswatch runs on this folder"
    except BadInput:
        return "a Presswatch runs on this folder"


async def _sqlite(_: Settings) -> str:
    if sqlite3.sqlite_version_info < SQLITE_NEEDED:
        raise BadInput(f"SQLite {sqlite3.sqlite_version} is too old")
    return f"SQLite {sqlite3.sqlite_version}"


async def _store(settings: Settings) -> str:
    store = await asyncio.to_thread(open_current_store, settings)
    try:
        return f"{redact_text(settings.store)}, {await store.read(watches.count_watches)} watches"
    finally:
        store.close()


async def _stream(settings: Settings) -> str:
    stream = open_stream(settings, SystemClock())
    try:
        paused = paused_stages(settings.data / "stages")
        if paused:
            raise BadInput("; ".join(f"{note.stage} is paused: {note.reason}" for note in paused))
        return f"{redact_text(settings.stream)}, {len(await stream.topics())} topics"
    finally:
        await stream.close()


async def _index(settings: Settings) -> str:
    if not is_embedded(settings):
        with clients_installed():
            from presswatch_shared.index.elastic.examining import examine as examine_server

            return await asyncio.to_thread(examine_server, elastic_of(settings))
    index = await asyncio.to_thread(open_index, settings, prepare(settings.data), write=False)
    try:
        return f"{settings.index}, {await index.count():,} articles"
    finally:
        await index.close()


async def _workers(settings: Settings) -> str:
    from presswatch_enrichment.page import Page
    from presswatch_enrichment.transform import HandOver

    page = Page(url="https://doctor.example/", body=PAGE, fetched_at=SystemClock().now(), content_type="text/html")
    async with extraction_workers(settings, 1) as pool:
        await pool.call(msgspec.msgpack.encode(HandOver(pages=(page,))))
    return "an extraction worker starts and answers"


async def _models(settings: Settings) -> str:
    from presswatch_enrichment.models.open_models import open_models

    if not settings.enrichment_models:
        return "none is set"
    models = await asyncio.to_thread(open_models, settings.enrichment_models)
    return ", ".join(f"{model.name} is live ({_languages(model.languages)})" for model in models)


def _languages(languages: frozenset[str]) -> str:
    return " ".join(sorted(languages)) or "any language"


async def _mail(settings: Settings) -> str:
    from presswatch_cli.delivery_parts import mail_server_settings

    chosen = mail_server_settings(settings)
    if chosen is None:
        return "no mail server is set"
    from presswatch_delivery.channels.mail_server import MailRefused, MailServer, MailUnreachable

    server = MailServer(chosen, SystemClock())
    try:
        return f"{await server.check()}, from {chosen.sender}"
    except (MailRefused, MailUnreachable) as error:
        raise BadInput(f"{chosen.host}:{chosen.port}: {error}") from error
    finally:
        await server.close()


async def _port(settings: Settings) -> str:
    bind = settings.bind
    try:
        family = socket.getaddrinfo(bind.host, bind.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind.host, bind.port))
    except OSError as error:
        if await asyncio.to_thread(lives, bind):
            return f"{bind} is in use by Presswatch"
        raise BadInput(f"{bind} cannot be listened on: {error.strerror}") from error
    return f"{bind} is free"


CHECKS: Sequence[tuple[str, Check, str]] = (
    ("data folder", _data, "set PRESSWATCH_DATA to a folder that you may write to and that has room"),
    ("process", _running, ""),
    ("sqlite", _sqlite, "use a Python built with a newer SQLite"),
    (
        "store",
        _store,
        "embedded: restore the file from a backup, or move it away to begin anew; PostgreSQL: see the reason above",
    ),
    ("stream", _stream, "start the server or mend PRESSWATCH_STREAM; `presswatch dlq resume STAGE` lifts a pause"),
    (
        "index",
        _index,
        "`presswatch admin reindex` builds the embedded index anew; `presswatch admin index` sets a search server up",
    ),
    ("extraction", _workers, "install presswatch[enrichment], or raise PRESSWATCH_ENRICHMENT_MEMORY_MIB"),
    ("entity models", _models, "install what it needs, or take it from PRESSWATCH_ENRICHMENT_MODELS"),
    ("mail", _mail, "mend PRESSWATCH_SMTP, its password or its certificates"),
    ("web address", _port, "set PRESSWATCH_BIND to a free address"),
)
