"""Log-ins belong to an area, passwords of others must be changed, sessions and failed tries are kept.

Revision ID: 0008
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns of log-ins and both tables."""
    op.add_column("account", sa.Column("area", sa.String(64), nullable=True))
    op.add_column("account", sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "log_in_session",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_log_in_session"),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name="fk_log_in_session_login"),
    )
    op.create_index("ix_log_in_session_login", "log_in_session", ["login"])
    op.create_table(
        "log_in_try",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_log_in_try"),
    )


def downgrade() -> None:
    """Take them away: all sessions end, and every log-in holds for the whole district."""
    op.drop_table("log_in_try")
    op.drop_table("log_in_session")
    for column in ("version", "must_change", "area"):
        op.drop_column("account", column)
