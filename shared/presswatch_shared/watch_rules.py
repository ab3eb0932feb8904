"""What the fields of a watch may hold, apart from its query."""

from __future__ import annotations

import re

from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["check_storable", "check_watch_id", "check_watch_name", "source_host"]

LONGEST_NAME = 200
WATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


def check_storable(text: str, what: str) -> str:
    """The text, where every store can hold it.

    Raises:
        BadInput: NUL, or half of a surrogate pair, which stands for a byte that is not UTF-8.
    """
    found = UNSTORABLE.search(text)
    if found:
        name = gettext("a NUL") if found[0] == "\x00" else gettext("something that is no UTF-8")
        place = str(found.start() + 1)
        raise BadInput(
            gettext("%(what)s has %(sign)s at character %(place)s: leave it out", what=what, sign=name, place=place)
        )
    return text


def check_watch_name(name: str) -> str:
    """The name, white space at its ends cut off.

    Raises:
        BadInput: too long, or with characters that cannot be stored.
    """
    cleaned = check_storable(name.strip(), gettext("the name of a watch"))
    if len(cleaned) > LONGEST_NAME:
        raise BadInput(
            gettext(
                "the name of a watch has %(length)s characters: at most %(most)s are allowed",
                length=str(len(cleaned)),
                most=LONGEST_NAME,
            )
        )
    return cleaned


def check_watch_id(watch_id: str) -> str:
    """The id, where it was not made by us.

    Raises:
        BadInput: other characters than letters, digits, `_` and `-`, or too long.
    """
    if not WATCH_ID.fullmatch(watch_id):
        raise BadInput(f"{watch_id[:80]!r} is no id of a watch: up to 64 letters, digits, _ and -")
    return watch_id


def source_host(text: str) -> str:
    """A host as articles name theirs: lower case, punycode, without `www.`.

    Raises:
        BadInput: not a host of at least two labels.
    """
    from ada_url import idna

    try:
        host = idna.encode(text.strip().rstrip(".")).decode("ascii").removeprefix("www.")
    except ValueError:
        host = ""
    if not HOST.fullmatch(host):
        raise BadInput(
            gettext(
                "%(text)s is no host of a source: write it as in bbc.co.uk, without http:// and path",
                text=repr(text[:80]),
            )
        )
    return host
