"""Logins by OpenID Connect: the authorization code flow with PKCE, by Authlib, which is imported when it is used."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from presswatch_shared.clock import Clock
from presswatch_shared.errors import BadInput
from presswatch_shared.store import users
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.users import NewUser, User
from presswatch_shared.texts import gettext
from presswatch_web.problems import Problem
from presswatch_web.settings import OpenIdSettings

__all__ = ["OpenId"]

NAMES = ("preferred_username", "email", "name")
"""Claims that may name a user, the best first."""


class OpenId:
    """One provider. Its addresses and keys are fetched at the first login, and kept."""

    def __init__(self, settings: OpenIdSettings, store: Store, clock: Clock) -> None:
        from authlib.integrations.starlette_client import OAuth

        self._settings = settings
        self._store = store
        self._clock = clock
        self._provider: Any = OAuth().register(
            "openid",
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
        )

    async def begin(self, request: Request, back: str) -> Response:
        """Send the browser to the provider; `back` is where it is to return.

        Raises:
            Problem: 502, the provider does not answer.
        """
        import httpx2

        try:
            answer: Response = await self._provider.authorize_redirect(request, back)
        except (httpx2.HTTPError, ValueError) as error:
            raise _away(error) from error
        return answer

    async def finish(self, request: Request) -> User:
        """Who came back: known here, or new.

        Raises:
            Problem: 401 what came back proves nothing; 403 they may not in; 502 the provider does not answer.
        """
        import httpx2
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError

        try:
            token = await self._provider.authorize_access_token(request)
            claims = dict(token["userinfo"])
        except httpx2.HTTPError as error:
            raise _away(error) from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise Problem(401, "This login could not be completed. Try again.") from error
        return await self._store.run(self._user, claims)

    def _user(self, tx: Tx, claims: dict[str, Any]) -> User:
        subject = str(claims["sub"])
        known = users.find_user_by_subject(tx, self._settings.issuer, subject)
        if known is not None and known.state == users.ACTIVE:
            return known
        if known is not None or not self._settings.role:
            raise Problem(403, "You are known to the provider, but not here: ask an administrator.")
        names = [str(claims[name]) for name in NAMES if claims.get(name)] or [subject]
        for name in [*names, f"{names[0]} ({subject[:20]})"]:
            if users.find_user(tx, name) is None:
                return self._add(tx, name, subject)
        raise Problem(403, "Your name is taken here: ask an administrator.")

    def _add(self, tx: Tx, name: str, subject: str) -> User:
        new = NewUser(name=name, role=self._settings.role, issuer=self._settings.issuer, subject=subject)
        try:
            return users.add_user(tx, new, now=self._clock.now())
        except BadInput as error:
            said = gettext("The provider's name for you cannot be used here: %(reason)s", reason=str(error))
            raise Problem(403, said) from error


def _away(error: Exception) -> Problem:
    return Problem(502, gettext("The OpenID provider does not answer: %(error)s.", error=type(error).__name__))
