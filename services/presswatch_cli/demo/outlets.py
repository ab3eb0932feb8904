"""The fictional outlets: their hosts, their looks and how they announce what they publish (`content/outlets.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

__all__ = ["Outlet", "load_outlets", "load_phrases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One outlet. Its host is its folder name under `.example`, which never resolves on the internet."""

    key: str
    name: str
    lang: str
    country: str
    collection: str
    tagline: str
    newsletter: str
    article_path: str
    """Path of an article, with `{category}` and `{slug}` where the outlet puts them."""
    template: Literal["broadsheet", "tabloid", "wire", "review"]
    announces: Literal["rss", "atom", "sitemap"]
    source: Literal["feed", "sitemap", "home"]
    """What of it the demo adds as a source."""

    @property
    def host(self) -> str:
        return f"{self.key}.example"

    @property
    def home(self) -> str:
        return f"http://{self.host}/"

    @property
    def feed_path(self) -> str:
        return {"rss": "/feed.xml", "atom": "/atom.xml", "sitemap": "/news-sitemap.xml"}[self.announces]

    @property
    def source_url(self) -> str:
        return self.home if self.source == "home" else f"http://{self.host}{self.feed_path}"


@cache
def load_outlets() -> tuple[Outlet, ...]:
    return tuple(Outlet(key=key, **fields) for key, fields in _table("outlets.toml").items())


@cache
def load_phrases() -> dict[str, dict[str, str]]:
    """The words round an article (by-line, share line, cookie notice …), by language."""
    return _table("phrases.toml")


def _table(name: str) -> dict[str, dict[str, Any]]:
    resource = files("presswatch_cli.demo") / "content" / name
    return tomllib.loads(resource.read_text(encoding="utf-8"))
