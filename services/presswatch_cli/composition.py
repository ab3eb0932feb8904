"""The composition root: the only place where adapters are chosen and parts are joined."""

from __future__ import annotations

from presswatch_cli.data_folder import prepare
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store, open_store
from presswatch_shared.store.migrate import migrate

__all__ = ["open_current_store"]


def open_current_store(settings: Settings) -> Store:
    """The store, brought to this version's shape."""
    folder = prepare(settings.data) if settings.store == "sqlite" else None
    store = open_store(settings.store, folder)
    migrate(store)
    return store
