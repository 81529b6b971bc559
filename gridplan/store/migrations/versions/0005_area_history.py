"""What the grid was before each split, merger and import is kept.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of changes and of former areas."""
    op.create_table(
        "area_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_area_change"),
    )
    op.create_index("ix_area_change_at", "area_change", ["at"])
    op.create_table(
        "area_former",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent_code", sa.String(64), nullable=True),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_area_former"),
        sa.ForeignKeyConstraint(["change"], ["area_change.id"], name="fk_area_former_change"),
    )
    op.create_index("ix_area_former_change", "area_former", ["change"])
    op.create_index("ix_area_former_code", "area_former", ["code"])


def downgrade() -> None:
    """Forget the history of the grid."""
    op.drop_table("area_former")
    op.drop_table("area_change")
