"""Alembic's entry point: revisions run on the connection, and in the transaction, that `adapters.schema` opened."""

from __future__ import annotations

from alembic import context

from adapters.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
