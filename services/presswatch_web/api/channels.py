"""`/api/v1/watches/{id}/channels`, `/api/v1/channels` and `/api/v1/watches/{id}/policy`: how a watch tells."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from presswatch_shared.channel_rules import NewChannel
from presswatch_shared.errors import BadInput
from presswatch_shared.store.channels import APPRISE
from presswatch_shared.store.database import Tx
from presswatch_shared.store.users import ADMIN
from presswatch_web import telling
from presswatch_web.access.principal import Who
from presswatch_web.api.channel_shapes import (
    ChannelChangesBody,
    ChannelOut,
    ChannelPage,
    NewChannelBody,
    PolicyBody,
    PolicyOut,
    QueuedOut,
    SecretBody,
    SecretOut,
    channel_out,
    policy_in,
    policy_out,
)
from presswatch_web.api.fields import IdempotencyKey, PathId
from presswatch_web.api.repeats import create
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented

__all__ = ["router"]

FOR_ADMINS = "channels through Apprise are for admins"

router = APIRouter(prefix="/api/v1", tags=["channels"])


@router.get("/watches/{watch_id}/channels", response_model=ChannelPage, responses=documented(404))
async def list_channels(watch_id: PathId, deps: Deps) -> ChannelPage:
    """All channels of a watch, in the order they were made. The inbox gets every alert besides."""
    found = await deps.store.read(telling.channels_of, watch_id)
    return ChannelPage(items=[channel_out(channel, deps.settings.link_base) for channel in found])


@router.post("/watches/{watch_id}/channels", status_code=201, response_model=ChannelOut, responses=documented(404, 409))
async def add_channel(
    watch_id: PathId, body: NewChannelBody, request: Request, deps: Deps, who: Who, key: IdempotencyKey = None
) -> Response:
    """Add a channel. The secret of a webhook is told in this answer only. Apprise is for admins."""
    if body.kind == APPRISE and not who.may(ADMIN):
        raise Problem(403, FOR_ADMINS)
    new = NewChannel(kind=body.kind, address=body.address, secret=body.secret)

    def work(tx: Tx) -> ChannelOut:
        schemes, now = deps.settings.apprise_schemes, deps.clock.now()
        made = telling.add_channel(tx, watch_id, new, schemes=schemes, now=now)
        return channel_out(made, deps.settings.link_base, with_secret=True)

    return await create(deps, request, body, key, work)


@router.get("/channels/{channel_id}", response_model=ChannelOut, responses=documented(404))
async def get_channel(channel_id: PathId, deps: Deps) -> ChannelOut:
    """One channel."""
    return channel_out(await deps.store.read(telling.found_channel, channel_id), deps.settings.link_base)


@router.patch("/channels/{channel_id}", response_model=ChannelOut, responses=documented(404))
async def change_channel(channel_id: PathId, body: ChannelChangesBody, deps: Deps, who: Who) -> ChannelOut:
    """Lead a channel elsewhere, or switch it off or on. What waits for it goes to the new address."""
    found = await deps.store.read(telling.found_channel, channel_id)
    if found.kind == APPRISE and body.address is not None and not who.may(ADMIN):
        raise Problem(403, FOR_ADMINS)
    changed = await deps.store.run(
        telling.change_channel,
        channel_id,
        address=body.address,
        active=None if body.state is None else body.state == "active",
        schemes=deps.settings.apprise_schemes,
        now=deps.clock.now(),
    )
    return channel_out(changed, deps.settings.link_base)


@router.delete("/channels/{channel_id}", status_code=204, response_class=Response, responses=documented(404))
async def remove_channel(channel_id: PathId, deps: Deps) -> Response:
    """Remove a channel and what waits for it."""
    await deps.store.run(telling.remove_channel, channel_id, now=deps.clock.now())
    return Response(status_code=204)


@router.post("/channels/{channel_id}/test", status_code=202, response_model=QueuedOut, responses=documented(404, 409))
async def test_channel(channel_id: PathId, deps: Deps) -> QueuedOut:
    """Send a test through a channel; it is tried once, and its delivery says what came of it."""
    return QueuedOut(delivery=await deps.store.run(telling.send_test, channel_id, now=deps.clock.now()))


@router.post("/channels/{channel_id}/secret", response_model=SecretOut, responses=documented(404, 409))
async def rotate_secret(channel_id: PathId, body: SecretBody, deps: Deps) -> SecretOut:
    """A new secret for a webhook. For a day both the new and the old one sign."""
    now = deps.clock.now()
    return SecretOut(secret=await deps.store.run(telling.rotate_secret, channel_id, secret=body.secret, now=now))


@router.post("/channels/{channel_id}/address", response_model=ChannelOut, responses=documented(404, 409))
async def renew_address(channel_id: PathId, deps: Deps) -> ChannelOut:
    """A new secret address for a feed; the old one answers 404 from now on."""
    return channel_out(await deps.store.run(telling.renew_address, channel_id), deps.settings.link_base)


@router.get("/watches/{watch_id}/policy", response_model=PolicyOut, responses=documented(404), tags=["policies"])
async def get_policy(watch_id: PathId, deps: Deps) -> PolicyOut:
    """When a watch tells, and when it holds back."""
    return policy_out(await deps.store.read(telling.policy_of, watch_id))


@router.put("/watches/{watch_id}/policy", response_model=PolicyOut, responses=documented(404), tags=["policies"])
async def set_policy(watch_id: PathId, body: PolicyBody, deps: Deps) -> PolicyOut:
    """Set it whole; it holds from the next alert on."""
    now = deps.clock.now()
    try:
        policy = policy_in(body, now=now)
    except BadInput as error:
        raise Problem(422, f"body.snoozed_until: {error}") from error
    return policy_out(await deps.store.run(telling.set_policy, watch_id, policy, now=now))
