"""What every command may ask for: the settings, and the embedded stores opened as the settings say."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from presswatch_cli.load_settings import LoadedSettings, load_settings
from presswatch_shared.errors import PresswatchError
from presswatch_shared.settings import Settings

if TYPE_CHECKING:
    # SQLAlchemy takes a third of a second to import: `presswatch version` and `--help` do without.
    from presswatch_shared.index.port import ArticleIndex
    from presswatch_shared.store.database import Store

__all__ = ["CommandContext"]


class CommandContext:
    """Made once a process, by the root command; nothing is read or opened before a command asks."""

    def __init__(self, config: Path | None) -> None:
        self._config = config
        self._loaded: LoadedSettings | None = None

    @property
    def loaded(self) -> LoadedSettings:
        """Settings with their origins."""
        if self._loaded is None:
            self._loaded = load_settings(os.environ, self._config)
        return self._loaded

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, in this version's shape."""
        from presswatch_cli.composition import open_current_store

        if self.settings.store == "sqlite" and not self.settings.data.exists():
            print(f"presswatch: {self.settings.data} is a new data folder", file=sys.stderr)  # noqa: T201 (a mistyped name would look healthy)
        opened = open_current_store(self.settings)
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def index(self) -> Iterator[ArticleIndex]:
        """The index, for reading; another process may write to it meanwhile."""
        import asyncio

        from presswatch_cli.data_folder import prepare
        from presswatch_shared.index.open_index import open_index

        opened = open_index(self.settings, prepare(self.settings.data), write=False)
        try:
            yield opened
        finally:
            asyncio.run(opened.close())

    @contextmanager
    def index_if_any(self) -> Iterator[ArticleIndex | None]:
        """The index for what is nice to know: None where it cannot be opened, which other commands tell about."""
        with ExitStack() as opened:
            try:
                index = opened.enter_context(self.index())
            except PresswatchError:
                index = None
            yield index
