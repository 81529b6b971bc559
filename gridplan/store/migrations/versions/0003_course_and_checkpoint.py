"""A job tells its course, and leaves a checkpoint from which another worker goes on.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the course to the job's row, and the table of checkpoints."""
    op.add_column("job", sa.Column("course", sa.JSON(), nullable=True))
    op.create_table(
        "checkpoint",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_checkpoint_job_id"),
        sa.PrimaryKeyConstraint("job_id", name="pk_checkpoint"),
    )


def downgrade() -> None:
    """Forget courses and checkpoints."""
    op.drop_table("checkpoint")
    op.drop_column("job", "course")
