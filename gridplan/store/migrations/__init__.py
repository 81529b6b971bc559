"""Alembic's environment and revisions; run through `gridplan.store.schema`, never with a file of settings."""
