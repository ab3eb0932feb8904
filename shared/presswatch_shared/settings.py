"""The one table of settings. Read once, by the composition root; each service takes what it needs from it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from presswatch_shared import setting_checks
from presswatch_shared.apprise_addresses import DEFAULT_SCHEMES
from presswatch_shared.durations import parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.index.elastic.settings import elastic_settings
from presswatch_shared.kibana_settings import kibana_settings
from presswatch_shared.loopback import is_loopback
from presswatch_shared.smtp_settings import STARTTLS, smtp_settings
from presswatch_shared.stream.kafka.address import parse_address

__all__ = ["BindAddress", "Duration", "Settings"]


class BindAddress(BaseModel):
    """Where a server listens."""

    model_config = ConfigDict(frozen=True)
    host: str
    port: int = Field(ge=0, le=65535)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def _refuse_as_value_error(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    def parsed(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except BadInput as error:
            raise ValueError(str(error)) from error

    return parsed


def _parse_bind(text: str) -> BindAddress:
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise BadInput(f"{text!r} is no address: write HOST:PORT, such as 127.0.0.1:8080")
    return BindAddress(host=host.strip("[]"), port=int(port))


def _parse_networks(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        try:
            ipaddress.ip_network(name)
        except ValueError as error:
            raise BadInput(f"{name!r} is no network: write a CIDR such as 10.0.0.0/8 or 127.0.0.1/32") from error
    return names


def _parse_ports(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= 65535 for part in parts):
        raise BadInput(f"{text!r} is no list of ports: write numbers such as 80,443")
    return tuple(int(part) for part in parts)


def _parse_stream(text: str) -> str:
    if text != "sqlite":
        try:
            parse_address(text)
        except BadInput as error:
            raise BadInput(f"{error}; or sqlite for the embedded log") from error
    return text


def _parse_index(text: str) -> str:
    if text.strip() != "embedded":
        elastic_settings(text)
    return text.strip()


def _parse_kibana(text: str) -> str:
    if text:
        kibana_settings(text)
    return text


def _parse_store(text: str) -> str:
    if text != "sqlite" and not text.startswith(("postgresql://", "postgres://")):
        raise BadInput(f"{text!r} is no store: write sqlite or postgresql://host/database")
    return text


def _parse_smtp(text: str) -> str:
    if text:
        smtp_settings(text)
    return text


def _parse_path(text: str) -> Path:
    if not text.strip():
        raise BadInput("it is empty: write the name of a folder or file")
    return Path(setting_checks.line(text))


Line = Annotated[str, BeforeValidator(_refuse_as_value_error(setting_checks.line))]
Secret = Annotated[SecretStr, BeforeValidator(_refuse_as_value_error(setting_checks.line))]
Place = Annotated[Path, BeforeValidator(_refuse_as_value_error(_parse_path))]
WebAddress = Annotated[str, BeforeValidator(_refuse_as_value_error(setting_checks.web_address))]
Certificates = Annotated[str, BeforeValidator(_refuse_as_value_error(setting_checks.certificates))]
Contact = Annotated[str, BeforeValidator(_refuse_as_value_error(setting_checks.contact))]
Sender = Annotated[str, BeforeValidator(_refuse_as_value_error(setting_checks.sender))]
Models = Annotated[tuple[str, ...], BeforeValidator(_refuse_as_value_error(setting_checks.models))]
Schemes = Annotated[tuple[str, ...], BeforeValidator(_refuse_as_value_error(setting_checks.schemes))]
Duration = Annotated[float, BeforeValidator(_refuse_as_value_error(parse_duration))]
Bind = Annotated[BindAddress, BeforeValidator(_refuse_as_value_error(_parse_bind))]
Networks = Annotated[tuple[str, ...], BeforeValidator(_refuse_as_value_error(_parse_networks))]
Ports = Annotated[tuple[int, ...], BeforeValidator(_refuse_as_value_error(_parse_ports))]


def _default_data() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("presswatch", appauthor=False))


class Settings(BaseModel):
    """Every setting: environment name `PRESSWATCH_` + the field in capitals; the description is the documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Place = Field(default_factory=_default_data, description="folder of the embedded stores")
    stream: Annotated[str, BeforeValidator(_refuse_as_value_error(_parse_stream))] = Field(
        default="sqlite", description="the flow of events: sqlite, kafka://host:port[,…] or kafka+tls://user@host:port"
    )
    stream_host: Annotated[str, Field(pattern="^(faust|aiokafka)$")] = Field(
        default="faust", description="what runs the consumers on Kafka: faust or aiokafka"
    )
    stream_password: Secret = Field(default=SecretStr(""), description="password of the user at Kafka")
    stream_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,100}$")] = Field(
        default="", description="stands before the names of topics and groups, to share a Kafka cluster"
    )
    stream_member: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,100}$")] = Field(
        default="", description="name of this replica at Kafka, stable over restarts; empty = from machine and folder"
    )
    stream_partitions: int = Field(default=4, ge=1, le=1000, description="partitions of a topic that is made on Kafka")
    stream_replicas: int = Field(
        default=0, ge=0, le=32, description="copies of a topic that is made on Kafka; 0 = one a broker, at most three"
    )
    store: Annotated[str, BeforeValidator(_refuse_as_value_error(_parse_store))] = Field(
        default="sqlite", description="control state: sqlite or postgresql://user@host:5432/database"
    )
    store_password: Secret = Field(default=SecretStr(""), description="password of PostgreSQL's user")
    store_connections: int = Field(
        default=6, ge=3, le=100, description="connections to PostgreSQL that one process opens at most"
    )
    index: Annotated[str, BeforeValidator(_refuse_as_value_error(_parse_index))] = Field(
        default="embedded", description="articles for search: embedded or http(s)://[user:password@]host:9200[,…]"
    )
    index_api_key: Secret = Field(default=SecretStr(""), description="key for the search server, as it prints it")
    index_ca: Certificates = Field(default="", description="authority of the search server: a PEM file, or its text")
    index_prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")] = Field(
        default="presswatch", description="begins the names of our indices, so that several may share a search server"
    )
    index_refresh: Duration = Field(
        default=5.0, ge=0, description="how soon a search server finds a new article; 0 = at once, at its cost"
    )
    kibana: Annotated[str, BeforeValidator(_refuse_as_value_error(_parse_kibana))] = Field(
        default="",
        description="address of Kibana, http(s)://[user:password@]host:5601: links, and presswatch admin kibana",
    )
    kibana_api_key: Secret = Field(default=SecretStr(""), description="key for Kibana, instead of a user")
    kibana_ca: Certificates = Field(
        default="", description="authority of Kibana's certificate: a PEM file, or its text"
    )
    kibana_space: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,60}$")] = Field(
        default="", description="Kibana's space for our data views and dashboards; empty = the default one"
    )
    bind: Bind = Field(
        default=BindAddress(host="127.0.0.1", port=8080),
        description="web page and API; any address but loopback demands a login",
    )
    login: Annotated[str, Field(pattern="^(auto|always)$")] = Field(
        default="auto", description="always = demand a login on loopback, too, as behind a proxy"
    )
    secret_key: Secret = Field(
        default=SecretStr(""), description="signs what browsers keep for a moment; the same for all web processes"
    )
    openid_issuer: WebAddress = Field(default="", description="logins by OpenID Connect: address of the provider")
    openid_client: Line = Field(default="", description="what Presswatch is called at the OpenID provider: client id")
    openid_secret: Secret = Field(default=SecretStr(""), description="its client secret there")
    openid_role: Annotated[str, Field(pattern="^(reader|analyst|admin|none)$")] = Field(
        default="reader", description="role of somebody new who comes by OpenID; none = only known users come in"
    )
    metrics_bind: Bind = Field(
        default=BindAddress(host="127.0.0.1", port=9464),
        description="/metrics, /livez and /readyz of a single service",
    )
    language: Annotated[str, Field(pattern="^(en|es|ru)$")] = Field(
        default="en", description="of mails, chat messages and feeds for owners of watches who chose none: en, es or ru"
    )
    public_url: WebAddress = Field(
        default="", description="address of the web page as others see it, for links in alerts"
    )
    allow_networks: Networks = Field(
        default=(), description="networks (CIDR, comma-separated) that may be fetched from beyond the public internet"
    )
    allow_ports: Ports = Field(default=(80, 443), description="ports that may be fetched from")
    crawler_min_interval: Duration = Field(default=300.0, description="least time between two polls of a feed")
    crawler_host_delay: Duration = Field(default=5.0, description="least time between two fetches from one host")
    crawler_max_item_age: Duration = Field(
        default=30 * 86400.0, description="older items of a feed are ignored; 0 = off"
    )
    crawler_contact: Contact = Field(default="", description="URL or mail address in the user agent, for site owners")
    crawler_concurrency: int = Field(default=50, ge=1, le=1000, description="pages fetched at once, over all hosts")
    crawler_lease: Duration = Field(
        default=30.0, ge=10, description="how soon what a crawler that died had in hand is fetched by another"
    )
    enrichment_workers: int = Field(default=0, ge=0, le=256, description="extraction processes; 0 = one a core")
    enrichment_deadline: Duration = Field(default=1.5, gt=0, description="CPU time one page may take in a worker")
    enrichment_models: Models = Field(
        default=(), description="models that add entities: natasha, spacy:PIPELINE, gliner:FOLDER; separated by commas"
    )
    enrichment_site_memory: Place | None = Field(
        default=None, description="file of extract --learn-sites: where known sites keep their text; read at start"
    )
    enrichment_memory_mib: int = Field(default=1024, ge=256, description="memory one extraction process may use, MiB")
    delivery_lease: Duration = Field(
        default=30.0, ge=10, description="how soon what a deliverer that died had in flight is sent by another"
    )
    retention_pages: Duration = Field(default=3 * 86400.0, description="how long fetched pages stay in the stream")
    retention_alerts: Duration = Field(default=30 * 86400.0, description="how long alerts stay in the stream")
    retention_ledger: Duration = Field(
        default=90 * 86400.0, description="how long visits, pages that are done and deliveries that ended are kept"
    )
    retention_inbox: Duration = Field(
        default=365 * 86400.0, description="how long alerts stay in the inbox; what was marked as kept stays for good"
    )
    smtp: Annotated[str, BeforeValidator(_refuse_as_value_error(_parse_smtp))] = Field(
        default="", description="mail server: smtp://user@host:port, or smtps://… for TLS from the start"
    )
    smtp_password: Secret = Field(default=SecretStr(""), description="password of its user")
    smtp_sender: Sender = Field(
        default="", description="who writes: name@example.org or Name <…>; the user of the mail server where empty"
    )
    smtp_starttls: Annotated[str, Field(pattern=f"^({'|'.join(STARTTLS)})$")] = Field(
        default="auto", description="required, off, or auto: required except on this machine"
    )
    smtp_ca: Certificates = Field(
        default="", description="file of certificates that the mail server's may be signed by"
    )
    apprise_schemes: Schemes = Field(
        default=DEFAULT_SCHEMES, description="services that Apprise may be used for (comma-separated)"
    )
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
