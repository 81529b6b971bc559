"""Plans changed by hand: a working copy for each planner and plan with its steps, and what a saved version came of.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "working_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_working_copy"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_working_copy_plan_id"),
        sa.UniqueConstraint("plan_id", "by", name="uq_working_copy_plan_id_by"),
    )
    op.create_table(
        "working_step",
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("edit", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("copy_id", "seq", name="pk_working_step"),
        sa.ForeignKeyConstraint(["copy_id"], ["working_copy.id"], name="fk_working_step_copy_id"),
    )
    op.create_table(
        "plan_origin",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_origin"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_origin_plan_id"),
        sa.ForeignKeyConstraint(["root_id"], ["plan.id"], name="fk_plan_origin_root_id"),
        sa.ForeignKeyConstraint(["based_on"], ["plan.id"], name="fk_plan_origin_based_on"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("plan_origin")
    op.drop_table("working_step")
    op.drop_table("working_copy")
