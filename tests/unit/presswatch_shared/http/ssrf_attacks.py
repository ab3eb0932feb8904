"""Attack URLs against the guarded client, and the table of what came of them. Nothing of this is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DIRECT", "NAMES", "REBINDING", "REDIRECT_TARGETS", "Attempt", "render_table"]

DIRECT: Sequence[str] = (
    # Loopback, in every spelling that some parser accepts.
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.255.255.254/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127.0.0.1%2f@public.example/",
    "http://%31%32%37.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:/127.0.0.1/",
    "http:127.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    # Private, shared and link-local networks; metadata services.
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xA9FEA9FE/latest/meta-data/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://[fec0::1]/",
    # IPv6 that carries an IPv4 address.
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    # Ports, schemes, user names, broken and endless addresses.
    "http://public.example:22/",
    "http://public.example:6379/",
    "https://public.example:8080/",
    "http://public.example:0/",
    "http://user@public.example/",
    "http://user:pass@127.0.0.1/",
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1@public.example/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "data:text/html,x",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "//127.0.0.1/",
    "http://",
    "http://[::1",
    "http://a b/",
    "http://public.example/" + "a" * 2048,
)
NAMES: Sequence[tuple[str, str]] = (
    # A public name that somebody pointed inwards.
    ("loop.example", "127.0.0.1"),
    ("loop6.example", "::1"),
    ("mapped.example", "::ffff:127.0.0.1"),
    ("inner.example", "10.1.2.3"),
    ("metadata.example", "169.254.169.254"),
    ("nat64.example", "64:ff9b::7f00:1"),
    ("scoped.example", "fe80::1%1"),
    ("zero.example", "0.0.0.0"),
)
REBINDING: Sequence[str] = ("rebind-1.example", "rebind-2.example", "rebind-3.example")
REDIRECT_TARGETS: Sequence[str] = (
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "//localhost/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://loop.example/",
    "http://user:pass@127.0.0.1/",
)


@dataclass(frozen=True)
class Attempt:
    """How a URL was tried, and how it ended: `blocked: reason` or `failed: reason`."""

    way: str
    url: str
    outcome: str
    connects: int


def render_table(attempts: Sequence[Attempt]) -> str:
    """A Markdown table, and one line that counts."""
    rows = [f"| {a.way} | `{a.url[:60]}` | {a.outcome} | {a.connects} |" for a in attempts]
    total = sum(a.connects for a in attempts)
    head = ["| way | URL | outcome | connects |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", f"{len(attempts)} attacks, {total} connects"])
