"""Runs migrations on the connection that `gridplan.store.schema` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from gridplan.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
