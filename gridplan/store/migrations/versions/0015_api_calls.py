"""Calls of programs that carried a key of their own, so that a call sent twice acts once.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "api_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", sa.Text()),
        sa.ForeignKeyConstraint(["token"], ["api_token.id"], name="fk_api_call_token"),
        sa.PrimaryKeyConstraint("id", name="pk_api_call"),
        sa.UniqueConstraint("token", "key", name="uq_api_call_token_key"),
    )


def downgrade() -> None:
    """Forget the calls."""
    op.drop_table("api_call")
