"""Mail addresses that can be written to, in the one form they are kept in."""

from __future__ import annotations

import re

from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["check_mail_address"]

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL = re.compile(rf"{ATOM}(\.{ATOM})*", re.ASCII)
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(\.{LABEL})*", re.ASCII)
LONGEST_LOCAL, LONGEST = 64, 254


def check_mail_address(text: str) -> str:
    """The address with its domain in lower case and punycode.

    Raises:
        BadInput: no address with an @, quoted, or in letters that mail servers need not know.
    """
    from ada_url import idna

    local, at, domain = text.strip().rpartition("@")
    try:
        host = idna.encode(domain).decode("ascii").lower() if at else ""
    except ValueError:
        host = ""
    address = f"{local}@{host}"
    usable = LOCAL.fullmatch(local) and len(local) <= LONGEST_LOCAL and DOMAIN.fullmatch(host)
    if not usable or len(address) > LONGEST:
        raise BadInput(
            gettext(
                "%(text)s is no mail address that can be written to: it has the form name@example.org",
                text=repr(text[:80]),
            )
        )
    return address
