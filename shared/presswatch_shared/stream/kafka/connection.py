"""Options of every client of a cluster, and what the errors of the clients mean to the loop."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import errors

from presswatch_shared.errors import BadInput, Retry
from presswatch_shared.stream.kafka.address import KafkaAddress

__all__ = ["client_options", "meaning_of", "translated"]

# What does not pass by waiting: the operator has to grant or to correct something.
REFUSALS = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.SaslAuthenticationFailed,
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.UnsupportedSaslMechanismError,
)
# Not marked as such by the client, yet gone once the broker is back.
PASSING = (
    errors.KafkaConnectionError,
    errors.KafkaTimeoutError,
    errors.NoBrokersAvailable,
    errors.NodeNotReadyError,
    errors.StaleMetadata,
    errors.Cancelled,
)


def client_options(address: KafkaAddress) -> dict[str, Any]:
    """Keyword arguments for every client. Raises: BadInput: the certificates cannot be read."""
    options: dict[str, Any] = {
        "bootstrap_servers": list(address.servers),
        "client_id": "presswatch",
        "security_protocol": ("SASL_" if address.sasl else "") + ("SSL" if address.tls else "PLAINTEXT"),
    }
    if address.tls:
        options["ssl_context"] = _tls(address)
    if address.sasl:
        options |= {
            "sasl_mechanism": address.sasl,
            "sasl_plain_username": address.user,
            "sasl_plain_password": address.password,
        }
    return options


@contextmanager
def translated(address: KafkaAddress, doing: str) -> Iterator[None]:
    """Errors of the clients in the words of the loop: see `meaning_of`."""
    try:
        yield
    except TimeoutError as error:
        raise Retry(f"Kafka at {address} does not answer ({doing})") from error
    except errors.KafkaError as error:
        meaning = meaning_of(error, address, doing)
        if meaning is error:
            raise
        raise meaning from error


def meaning_of(error: Exception, address: KafkaAddress, doing: str) -> Exception:
    """`BadInput` for what the operator has to mend, `Retry` for what passes; anything else stays as it is."""
    if isinstance(error, REFUSALS):
        return BadInput(f"Kafka at {address} refuses this user ({doing}): {_said(error)}")
    if getattr(error, "retriable", False) or isinstance(error, PASSING):
        return Retry(f"Kafka at {address} is not ready ({doing}): {_said(error)}")
    return error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _tls(address: KafkaAddress) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=address.ca)
    except OSError as error:
        raise BadInput(f"the certificates in {address.ca} cannot be read: {error.strerror or error}") from error
