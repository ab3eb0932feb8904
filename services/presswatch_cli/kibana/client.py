"""A few calls of Kibana's HTTP interface, by the standard library: an operator's own server, asked from a terminal.

Source: https://www.elastic.co/docs/api/doc/kibana/
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.kibana_settings import KibanaSettings

__all__ = ["Answer", "KibanaClient"]

SECONDS = 30.0
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What Kibana said; `body` is empty where it was no JSON object."""

    status: int
    body: Mapping[str, Any]
    text: str

    @property
    def reason(self) -> str:
        """Kibana's own words, on one line."""
        said = self.body.get("message") or self.body.get("error") or self.text or "nothing more"
        return " ".join(str(said).split())[:300]


class KibanaClient:
    """Every call is bounded in time and in the size of its answer, and says which program it comes from."""

    def __init__(self, settings: KibanaSettings) -> None:
        """Connects to nobody.

        Raises:
            BadInput: the certificate authority cannot be read.
        """
        self.settings = settings
        self._tls = _tls(settings.authority)
        self._headers = {"kbn-xsrf": "presswatch", "User-Agent": "presswatch", "Accept": "application/json"}
        self._headers |= _authorization(settings)

    def get(self, path: str) -> Answer:
        """`path` begins with a slash, after the address without the space."""
        return self._ask("GET", self.settings.url + path)

    def post(self, path: str, value: object) -> Answer:
        return self._ask("POST", self.settings.url + path, json.dumps(value).encode(), "application/json")

    def delete_in_space(self, path: str) -> Answer:
        return self._ask("DELETE", self.settings.root + path)

    def post_in_space(self, path: str, value: object) -> Answer:
        return self._ask("POST", self.settings.root + path, json.dumps(value).encode(), "application/json")

    def upload_in_space(self, path: str, name: str, content: bytes) -> Answer:
        """A file, as a form sends it."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        kind = "Content-Type: application/ndjson\r\n\r\n"
        body = f"{head}{kind}".encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self._ask("POST", self.settings.root + path, body, f"multipart/form-data; boundary={boundary}")

    def _ask(self, method: str, url: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        where = urlsplit(url)
        connection = self._connection(where)
        try:
            connection.request(method, where._replace(scheme="", netloc="").geturl(), body=body, headers=headers)
            answer = connection.getresponse()
            return _answer(answer.status, answer.read(MOST_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise ServerUnreachable(f"Kibana at {self.settings.url} does not answer: {error or repr(error)}") from error
        finally:
            connection.close()

    def _connection(self, where: SplitResult) -> http.client.HTTPConnection:
        assert where.hostname is not None
        if where.scheme == "https":
            return http.client.HTTPSConnection(where.hostname, where.port, timeout=SECONDS, context=self._tls)
        return http.client.HTTPConnection(where.hostname, where.port, timeout=SECONDS)


def _answer(status: int, content: bytes) -> Answer:
    text = content.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = {}
    return Answer(status, body if isinstance(body, dict) else {}, text)


def _authorization(settings: KibanaSettings) -> dict[str, str]:
    if settings.api_key:
        return {"Authorization": f"ApiKey {settings.api_key}"}
    if settings.user:
        pair = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {}


def _tls(authority: str) -> ssl.SSLContext:
    try:
        if not authority:
            return ssl.create_default_context()
        if "-----BEGIN" in authority:
            return ssl.create_default_context(cadata=authority)
        return ssl.create_default_context(cafile=Path(authority))
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"PRESSWATCH_KIBANA_CA cannot be used: {error}") from error
