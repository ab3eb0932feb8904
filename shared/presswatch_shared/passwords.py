"""Passwords of users: what may be one, and the slow hash that is kept of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["check_password", "hash_password", "is_password"]

SHORTEST, LONGEST = 12, 200
# One of the settings that OWASP's Password Storage Cheat Sheet names for scrypt (RFC 7914): 32 MiB, about 0.2 s.
N, R, P = 2**15, 8, 3
MEMORY = 2 * 128 * N * R
SALT_BYTES = KEY_BYTES = 32


def check_password(password: str) -> str:
    """The password, if it may be one.

    Raises:
        BadInput: too short or too long; NIST SP 800-63B asks for length, not for kinds of characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            gettext(
                "a password has %(least)s to %(most)s characters, this one has %(length)s",
                least=SHORTEST,
                most=str(LONGEST),
                length=str(len(password)),
            )
        )
    return password


def hash_password(password: str) -> str:
    """What is kept: method, its costs, salt and key."""
    salt = secrets.token_bytes(SALT_BYTES)
    return "$".join(("scrypt", str(N), str(R), str(P), _text(salt), _text(_key(password, salt, N, R, P))))


def is_password(password: str, kept: str) -> bool:
    """Whether `kept` was made of this password. Takes as long for an empty `kept`, which fits none."""
    method, *parts = (kept or NOBODY).split("$")
    n, r, p, salt, key = parts
    found = _key(password[:LONGEST], _bytes(salt), int(n), int(r), int(p))
    return method == "scrypt" and hmac.compare_digest(found, _bytes(key)) and bool(kept)


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    content = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(content, salt=salt, n=n, r=r, p=p, maxmem=MEMORY, dklen=KEY_BYTES)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


NOBODY = "$".join(("scrypt", str(N), str(R), str(P), _text(bytes(SALT_BYTES)), _text(bytes(KEY_BYTES))))
"""Compared with where there is no such user, so that the time of an answer does not tell who is one."""
