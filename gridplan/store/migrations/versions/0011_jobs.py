"""Which workers live, the files that jobs read and make, and results by visit.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "worker",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_file_job_id_job"),
        sa.PrimaryKeyConstraint("job_id", "side", "name", name="pk_job_file"),
    )
    # What is known of a visit is asked at every result that comes in.
    op.create_index("ix_result_round_id_visit", "result", ["round_id", "visit"])


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_result_round_id_visit", "result")
    op.drop_table("job_file")
    op.drop_table("worker")
