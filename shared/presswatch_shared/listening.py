"""A socket to listen on: one clear sentence where the address cannot be had."""

from __future__ import annotations

import socket

from presswatch_shared.errors import BadInput
from presswatch_shared.settings import BindAddress

__all__ = ["bind_socket"]

BACKLOG = 1024


def bind_socket(bind: BindAddress, setting: str) -> socket.socket:
    """A listening socket.

    Raises:
        BadInput: the address is taken, not this machine's or not allowed; the text names the setting.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            bind.host, bind.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BadInput(
            f"cannot listen on {bind}: {error.strerror or error}; set {setting} to another address"
        ) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise BadInput(f"cannot listen on {bind}: {error.strerror}; set {setting} to another address") from error
    bound.setblocking(False)
    return bound
