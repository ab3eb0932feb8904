"""Addresses of pages: parsed and joined as browsers do, then brought to one form by a versioned rule table.

`normalise` only removes what cannot change the page, so its result can be fetched. Twins (http and https, `www.`, AMP
and mobile pages) are told by `same_page`, which compares and never makes an address to be fetched.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import ada_url

from presswatch_shared.errors import BadInput

if TYPE_CHECKING:
    from tldextract import TLDExtract

__all__ = [
    "MAX_LENGTH",
    "RULES_VERSION",
    "UnusableUrl",
    "host_of",
    "join",
    "normalise",
    "origin_of",
    "politeness_key",
    "same_page",
    "source_of",
]

MAX_LENGTH = 2048
RULES_VERSION = 1


class UnusableUrl(BadInput):
    """The address cannot be fetched: broken, too long, not http(s), or with a user name."""


@dataclass(frozen=True)
class Rules:
    """One version of the table. An article keeps the id it got: a changed rule is a new version."""

    tracking: re.Pattern[str]
    sessions: re.Pattern[str]
    path_session: re.Pattern[str]
    amp_path: re.Pattern[str]
    amp_query: re.Pattern[str]
    twin_hosts: re.Pattern[str]


RULES = Rules(
    tracking=re.compile(
        r"(?:(?:utm|pk|mtm|hsa|stm|itm)_.*|"
        r"fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|"
        r"mc_eid|mkt_tok|_hsenc|_hsmi|__hstc|__hssc|__hsfp|hsctatracking|vero_id|vero_conv|oly_anon_id|"
        r"oly_enc_id|rb_clickid|s_cid|wickedid|wt_mc|wt_zmc|at_medium|at_campaign|at_custom1|at_custom2|"
        r"at_custom3|at_custom4|ocid|cmpid|ncid|ns_mchannel|ns_source|ns_campaign|ns_linkname|ns_fee|smid|"
        r"sr_share|spm|_openstat|guccounter|guce_referrer|guce_referrer_sig|srsltid|_ga|_gl|"
        r"__twitter_impression|ref_src|ref_url)\Z"
    ),
    sessions=re.compile(r"(?:phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|sessionid)\Z", re.IGNORECASE),
    path_session=re.compile(r";jsessionid=[^/;?#]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE),
    amp_path=re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=\.html?$|$)", re.IGNORECASE),
    amp_query=re.compile(r"(?:amp|outputtype)=?(?:1|amp|true)?\Z", re.IGNORECASE),
    twin_hosts=re.compile(r"^(?:(?:www|m|mobile|mobil|amp)\.)+(?=[^.]+\.)"),
)

HOST_FIRST = re.compile(r"[^\s:/?#@]+\.[^\s:/?#@.\d]{2,}(?:[:/?#]|\Z)")
UNRESERVED_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def normalise(url: str) -> str:
    """The one form of an address: the identity of a page, and what is fetched.

    Raises:
        UnusableUrl: broken, longer than 2,048 characters, not http(s), or with a user name or password.
    """
    parsed = _parse(url)
    path = RULES.path_session.sub("", parsed.pathname)
    form = f"{parsed.protocol}//{_host_port(parsed)}{_one_escape_form(path) or '/'}{_query(parsed.search)}"
    try:
        # Once more: without the dot after its host, an address can be another or none.
        again = ada_url.URL(form)
    except ValueError as error:
        raise UnusableUrl(f"{_short(url)} is no address") from error
    return _within_length(again.href)


def join(base: str, link: str) -> str:
    """The address that `link` means on the page `base`, as a browser finds it; of any scheme.

    Raises:
        UnusableUrl: they do not make an address.
    """
    try:
        return ada_url.URL(link, base).href
    except ValueError as error:
        raise UnusableUrl(f"{_short(link)} is no address") from error


def host_of(url: str) -> str:
    """Lower-case host, IDN as punycode, IPv6 in brackets, without a port.

    Raises:
        UnusableUrl: as `normalise`.
    """
    return _parse(url).hostname.rstrip(".")


def origin_of(url: str) -> str:
    """Scheme, host and port: what a robots.txt speaks for.

    Raises:
        UnusableUrl: as `normalise`.
    """
    parsed = _parse(url)
    return f"{parsed.protocol}//{_host_port(parsed)}"


def source_of(url: str) -> str:
    """The host an article came from: as `host_of`, without a leading `www.`.

    Raises:
        UnusableUrl: as `normalise`.
    """
    return host_of(url).removeprefix("www.")


def politeness_key(url: str) -> str:
    """What is visited at one pace: the registrable domain; without a public suffix the whole host; for an IP address or
    a loopback name host:port.

    Raises:
        UnusableUrl: as `normalise`.
    """
    parsed = _parse(url)
    host = parsed.hostname.rstrip(".")
    if _is_address(host) or host == "localhost" or host.endswith(".localhost"):
        return f"{host}:{parsed.port or ('443' if parsed.protocol == 'https:' else '80')}"
    return _registrable_domain(host) or host


def same_page(one: str, other: str) -> bool:
    """Whether two addresses mean the same page: alike but for scheme, `www.`, AMP and mobile twins, and what
    `normalise` removes. An address that cannot be used is no page."""
    try:
        return _page_key(one) == _page_key(other)
    except UnusableUrl:
        return False


def _parse(url: str) -> ada_url.URL:
    if len(url) > MAX_LENGTH:
        raise UnusableUrl(f"{_short(url)} is longer than {MAX_LENGTH} characters")
    try:
        parsed = ada_url.URL(url)
    except ValueError as error:
        raise UnusableUrl(f"{_short(url)} is no address{_hint(url)}") from error
    if parsed.protocol not in ("http:", "https:"):
        raise UnusableUrl(f"{_short(url)} is no http or https address{_hint(url)}")
    if parsed.username or parsed.password:
        raise UnusableUrl("an address with a user name or password is not used")
    if not parsed.hostname.strip("."):
        raise UnusableUrl(f"{_short(url)} has no host")
    return parsed


def _hint(url: str) -> str:
    """For what people write without its scheme, such as www.example.com/news."""
    meant = f"https://{url}"
    is_one = HOST_FIRST.match(url) is not None and ada_url.check_url(meant)
    return f": write {_short(meant)}" if is_one else ""


def _host_port(parsed: ada_url.URL) -> str:
    host = parsed.hostname.rstrip(".")
    return f"{host}:{parsed.port}" if parsed.port else host


def _one_escape_form(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in UNRESERVED else found[0].upper()

    return UNRESERVED_ESCAPE.sub(one, text)


def _query(search: str) -> str:
    kept = [part for part in search.removeprefix("?").split("&") if part and not _is_noise(part)]
    return "?" + _one_escape_form("&".join(kept)) if kept else ""


def _is_noise(parameter: str) -> bool:
    name = _one_escape_form(parameter.partition("=")[0]).lower()
    return bool(RULES.tracking.match(name) or RULES.sessions.match(name))


def _page_key(url: str) -> str:
    parsed = ada_url.URL(normalise(url))
    host = RULES.twin_hosts.sub("", parsed.hostname)
    path = RULES.amp_path.sub("", parsed.pathname).rstrip("/")
    kept = [part for part in parsed.search.removeprefix("?").split("&") if not RULES.amp_query.match(part)]
    return f"{host}:{parsed.port}{path}?{'&'.join(kept)}"


def _within_length(url: str) -> str:
    if len(url) > MAX_LENGTH:
        raise UnusableUrl(f"{_short(url)} is longer than {MAX_LENGTH} characters")
    return url


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=100_000)
def _registrable_domain(host: str) -> str:
    return _extractor()(host).top_domain_under_public_suffix


@lru_cache(maxsize=1)
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract

    # The list that ships with the package: no network, and no cache in somebody's home.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)


def _short(url: str) -> str:
    return repr(url if len(url) <= 80 else url[:77] + "…")
