"""Whether a text names the site rather than something on it."""

from __future__ import annotations

from collections.abc import Iterable

from presswatch_enrichment.letters import key_of

__all__ = ["Site"]

# Labels of hosts that tell nothing of whose site it is.
NO_NAMES = frozenset(
    ("www", "news", "blog", "blogs", "de", "en", "fr", "com", "org", "net", "edition", "amp", "mobile")
)
HOST_LABEL_MIN = 3
OF_TEXT = 0.4
"""Share of a text that a host's label must be for the text to be that site's name."""
TEXT_MAX = 60


class Site:
    """What a site is called: its declared names, and the labels of its host."""

    def __init__(self, host: str, names: Iterable[str]) -> None:
        self._names = frozenset(key for name in names if (key := key_of(name)))
        labels = (key_of(label) for label in host.lower().split(".")[:-1])
        self._labels = tuple(label for label in labels if len(label) >= HOST_LABEL_MIN and label not in NO_NAMES)

    def is_named(self, text: str) -> bool:
        """The text is a name of the site, or such a name with little around it."""
        key = key_of(text)
        if not key or len(text) > TEXT_MAX:
            return False
        if any(key == name or (len(key) > 2 and name.startswith(key)) for name in self._names):
            return True
        if any(len(name) > 3 and name in key and len(name) >= OF_TEXT * len(key) for name in self._names):
            return True
        return any(label in key and len(label) >= OF_TEXT * len(key) for label in self._labels) or any(
            len(key) > 2 and label.startswith(key) for label in self._labels
        )
