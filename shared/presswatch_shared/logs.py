"""Logs: facts with fields on stderr, JSON off a terminal, secrets removed by one filter."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

__all__ = ["configure", "get_logger", "redact", "redact_text"]

SECRET_NAME = re.compile(r"secret|password|passwd|token|authorization|api[-_]?key|cookie|signature", re.IGNORECASE)
# In the address of a database a password may hold what an address may not.
USERINFO = re.compile(r"(?:(?<=postgresql://)|(?<=postgres://))\S*@|(?<=://)[^/\s@:]*(?::[^/\s@]*)?@")
SECRET_VALUE = re.compile(r"\b(?:whsec_[A-Za-z0-9+/=_-]+|pw[kc]_[A-Za-z0-9_-]+|Bearer\s+[A-Za-z0-9._~+/=-]+)")
QUERY_SECRET = re.compile(r"([?&](?:[^=&\s]*(?:token|secret|key|password|signature)[^=&\s]*)=)[^&\s#]+", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HIDDEN = "•••"


def redact_text(text: str) -> str:
    """The text without user names in URLs, webhook secrets, API keys and bearer tokens."""
    text = USERINFO.sub(f"{HIDDEN}@", text)
    text = SECRET_VALUE.sub(HIDDEN, text)
    return QUERY_SECRET.sub(rf"\1{HIDDEN}", text)


def redact(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The one redaction filter, a structlog processor. Control and bidi characters of foreign text are escaped, too."""
    for name, value in fields.items():
        if SECRET_NAME.search(name) and value:
            fields[name] = HIDDEN
        elif isinstance(value, str):
            fields[name] = CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", redact_text(value))
    return fields


def configure(level: str = "INFO", *, json_lines: bool | None = None) -> None:
    """Set up logging for this process. JSON lines where stderr is no terminal, unless told otherwise."""
    as_json = not sys.stderr.isatty() if json_lines is None else json_lines
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that carries its component's name. Configured when it first writes, not at import."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(component=name)
    return logger
