"""Run by Alembic: migrates on the connection that `migrate` has opened and locked."""

from __future__ import annotations

from alembic import context

from presswatch_shared.store.migrate import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), render_as_batch=True, transactional_ddl=False)
context.run_migrations()
