"""All that a page shows, and how much of it stands in links."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["shown_and_linked"]


def shown_and_linked(tree: LexborHTMLParser) -> tuple[str, int]:
    """The text of the whole page, and the number of its characters in links."""
    shown = " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""
    return shown, sum(len(" ".join(node.text().split())) for node in tree.css("a"))
