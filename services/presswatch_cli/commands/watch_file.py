"""`presswatch watch import|export`: a watch a line, as a JSON object or a plain query; or what other tools hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from presswatch_cli.commands.policy import PolicyOptions, changed
from presswatch_cli.commands.query_refusal import refusal
from presswatch_cli.commands.watch_formats import convert
from presswatch_cli.commands.watch_kinds import WatchFormat
from presswatch_query import Aliases, check
from presswatch_query.importers import Remark
from presswatch_shared.clock import Micros
from presswatch_shared.durations import format_duration, parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.mail_addresses import check_mail_address
from presswatch_shared.store import aliases, channels, policies, watches
from presswatch_shared.store.channels import EMAIL, WEBHOOK, Channel
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.watches import DEFAULT_MAX_AGE, NewWatch, Watch, WatchChanges
from presswatch_shared.watch_policy import Policy
from presswatch_shared.watch_policy_json import policy_json
from presswatch_shared.watch_rules import check_storable, check_watch_id, check_watch_name, source_host
from presswatch_shared.webhooks import check_webhook_url, new_secret, secret_key

__all__ = ["Imported", "LineRemark", "RefusedLine", "export_watches", "import_watches"]

LINES_A_TRANSACTION = 500


class _Webhook(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    secret: str = ""


class _Line(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A watch as a line; only the query is needed."""

    query: str
    id: str = ""
    name: str = ""
    owner: str = ""
    state: str = watches.ACTIVE
    max_age: str = ""
    include_sources: tuple[str, ...] = ()
    exclude_sources: tuple[str, ...] = ()
    webhooks: tuple[_Webhook, ...] = ()
    emails: tuple[str, ...] = ()
    policy: PolicyOptions | None = None
    """What is left out is as for a new watch."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that gave no watch, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineRemark:
    """Something of a line that the watch does not have as it was."""

    number: int
    remark: Remark


@dataclass(slots=True)
class Imported:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    remarks: list[LineRemark] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": [{"line": refused.number, "reason": refused.reason} for refused in self.refused],
            "remarks": [
                {"line": said.number, "what": said.remark.what, "why": said.remark.why} for said in self.remarks
            ],
        }


def import_watches(
    store: Store,
    lines: Iterable[str],
    *,
    now: Micros,
    kind: WatchFormat = WatchFormat.LINES,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Add or change watches. A line with a known id changes that watch; the same query under the same name for the
    same owner is there already. Bad lines are reported and the others imported; `progress` hears of lines done.

    Raises:
        BadInput: the file as a whole is not of its kind.
    """
    result = Imported()
    known = Aliases(store.read_now(aliases.all_aliases))
    for chunk in _chunks(_usable(lines, kind, result)):
        good = list(_readable(chunk, known, result))
        store.run_now(_take, good, now, result)
        progress(len(chunk))
    return result


def _usable(lines: Iterable[str], kind: WatchFormat, result: Imported) -> Iterator[tuple[int, str]]:
    """Lines as this command reads them; whatever was lost on the way goes into the result."""
    for converted in convert(lines, kind):
        result.remarks += [LineRemark(converted.number, remark) for remark in converted.remarks]
        if converted.line:
            yield converted.number, converted.line
        elif converted.line is not None:
            result.refused.append(RefusedLine(converted.number, "gave no watch"))


def _chunks(lines: Iterator[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    chunk: list[tuple[int, str]] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == LINES_A_TRANSACTION:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _readable(chunk: Sequence[tuple[int, str]], known: Aliases, result: Imported) -> Iterator[_Line]:
    for number, text in chunk:
        try:
            yield _read(text, known)
        except BadInput as error:
            result.refused.append(RefusedLine(number, str(error)))


def _read(text: str, known: Aliases) -> _Line:
    line = _decoded(text)
    errors = check(check_storable(line.query, "the query"), known).errors
    if errors:
        raise BadInput(refusal(line.query, errors))
    return line


def _decoded(text: str) -> _Line:
    if not text.startswith("{"):
        return _Line(query=text)
    try:
        line = msgspec.json.decode(text, type=_Line)
    except msgspec.MsgspecError as error:
        raise BadInput(f"not a watch: {error}") from error
    if line.state not in (watches.ACTIVE, watches.PAUSED):
        raise BadInput(f"the state is {line.state!r}: write active or paused")
    if line.id:
        check_watch_id(line.id)
    _values(line)
    for webhook in line.webhooks:
        check_webhook_url(webhook.url)
        if webhook.secret:
            secret_key(webhook.secret)
    for address in line.emails:
        check_mail_address(address)
    _policy(line)
    return line


def _take(tx: Tx, lines: Sequence[_Line], now: Micros, result: Imported) -> None:
    by_id = watches.get_watches(tx, [line.id for line in lines if line.id])
    same = watches.same_watches(tx, map(_key, lines))
    new: dict[str | tuple[str, str, str], tuple[_Line, NewWatch]] = {}
    for line in lines:
        named = by_id.get(line.id)
        # A tombstone keeps its id, so that what was removed does not come back to life.
        dead = named is not None and named.state == watches.REMOVED
        there = same.get(_key(line)) if dead or not line.id else named
        if there is not None:
            _change(tx, there, line, now, result)
        else:
            watch_id = "" if dead else line.id
            new.setdefault(watch_id or _key(line), (line, NewWatch(id=watch_id, **_values(line))))
    added = watches.add_watches(tx, [watch for _, watch in new.values()], now=now)
    result.added += len(added)
    for watch, (line, _) in zip(added, new.values(), strict=True):
        _tell(tx, watch, line, now)


def _change(tx: Tx, there: Watch, line: _Line, now: Micros, result: Imported) -> None:
    changed = watches.change_watch(tx, there.id, now=now, **_values(line))
    result.unchanged += changed == there
    result.changed += changed != there
    _tell(tx, there, line, now)


def _tell(tx: Tx, watch: Watch, line: _Line, now: Micros) -> None:
    """Channels that the watch has not yet, and its policy where the line has one."""
    _add_webhooks(tx, watch, line.webhooks, now)
    there = {channel.target for channel in channels.list_channels(tx, watch.id)} if line.emails else set()
    for address in map(check_mail_address, line.emails):
        if address not in there:
            channels.add_channel(tx, watch_id=watch.id, kind=EMAIL, target=address, now=now)
    policy = _policy(line)
    if policy is not None:
        policies.set_policy(tx, watch.id, policy, now=now)


def _policy(line: _Line) -> Policy | None:
    return None if line.policy is None else changed(Policy(), line.policy)


def _key(line: _Line) -> tuple[str, str, str]:
    values = _values(line)
    return values["query"], values["name"], values["owner"]


def _values(line: _Line) -> WatchChanges:
    return {
        "query": line.query,
        "name": check_watch_name(line.name) or watches.default_name(line.query),
        "owner": line.owner,
        "state": line.state,
        "max_age_seconds": _max_age(line),
        "include_sources": tuple(source_host(source) for source in line.include_sources),
        "exclude_sources": tuple(source_host(source) for source in line.exclude_sources),
    }


def _max_age(line: _Line) -> float:
    return parse_duration(line.max_age) if line.max_age else DEFAULT_MAX_AGE


def _add_webhooks(tx: Tx, watch: Watch, webhooks: Sequence[_Webhook], now: Micros) -> None:
    there = {channel.target for channel in channels.list_channels(tx, watch.id)} if webhooks else set()
    for webhook in webhooks:
        if webhook.url not in there:
            secret = webhook.secret or new_secret()
            channels.add_channel(tx, watch_id=watch.id, kind=WEBHOOK, target=webhook.url, secret=secret, now=now)


def export_watches(store: Store, *, with_secrets: bool = False) -> Iterator[str]:
    """One JSON object a watch, as `import_watches` reads them. Secrets only when asked for."""
    after: tuple[Micros, str] | None = None
    while page := store.read_now(watches.list_watches, after=after, limit=1000):
        routes = store.read_now(channels.active_channels, [watch.id for watch in page])
        told = store.read_now(policies.policies_of, [watch.id for watch in page])
        for watch in page:
            row = _exported(watch, routes.get(watch.id, ()), with_secrets)
            yield json.dumps(row | _exported_policy(told[watch.id]), ensure_ascii=False)
        after = (page[-1].created_at, page[-1].id)


def _exported_policy(policy: Policy) -> dict[str, Any]:
    """Nothing for the policy that every watch begins with; a snooze is over when the file is read."""
    if replace(policy, snoozed_until=0) == Policy():
        return {}
    shown = policy_json(policy)
    return {"policy": {name: shown[name] for name in PolicyOptions.__struct_fields__ if shown[name] is not None}}


def _exported(watch: Watch, routes: Sequence[Channel], with_secrets: bool) -> dict[str, Any]:
    hooks = [
        {"url": channel.target} | ({"secret": channel.secret} if with_secrets else {})
        for channel in routes
        if channel.kind == WEBHOOK
    ]
    return {
        "id": watch.id,
        "name": watch.name,
        "query": watch.query,
        "owner": watch.owner,
        "state": watch.state,
        "max_age": format_duration(watch.max_age_seconds),
        "include_sources": list(watch.include_sources),
        "exclude_sources": list(watch.exclude_sources),
        "webhooks": hooks,
        "emails": [channel.target for channel in routes if channel.kind == EMAIL],
    }
