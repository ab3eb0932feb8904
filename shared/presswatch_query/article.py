"""An article as the watch language sees it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Article"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Raw values of the fields; `lead` may be empty (then the first line of the body that is not blank counts)."""

    id: str = ""
    title: str = ""
    body: str = ""
    lead: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    lang: str = ""
    country: str = ""
    category: str = ""
