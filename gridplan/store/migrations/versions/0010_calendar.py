"""Imports being prepared, what was set by hand, absences and the office's own days.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "intake_draft",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("touched", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_intake_draft"),
    )
    op.create_index("ix_intake_draft_state", "intake_draft", ["state"])
    op.create_table(
        "intake_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.String(32), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intake_file"),
        sa.ForeignKeyConstraint(["draft"], ["intake_draft.id"], name="fk_intake_file_draft"),
    )
    op.create_index("ix_intake_file_draft", "intake_file", ["draft"])
    op.create_table(
        "site_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(800), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site_edit"),
        sa.UniqueConstraint("key", "field", name="uq_site_edit_key_field"),
    )
    op.create_index("ix_site_edit_key", "site_edit", ["key"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        sa.UniqueConstraint("team", "member", "first", name="uq_absence_team_member_first"),
        sa.CheckConstraint("first <= last", name="ck_absence_order"),
    )
    op.create_index("ix_absence_team", "absence", ["team"])
    op.create_table(
        "office_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_office_day"),
    )


def downgrade() -> None:
    """Forget them."""
    for table in ("office_day", "absence", "site_edit", "intake_file", "intake_draft"):
        op.drop_table(table)
