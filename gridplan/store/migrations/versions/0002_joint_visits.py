"""A joint visit is a stop of two routes: a visit is no longer held by one stop of its plan alone.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let two stops hold one visit; a result then names its plan and visit, no stop."""
    with op.batch_alter_table("result") as batch:
        batch.drop_constraint("fk_result_plan_id_visit", type_="foreignkey")
        batch.create_foreign_key("fk_result_plan_id", "plan", ["plan_id"], ["id"])
    with op.batch_alter_table("stop") as batch:
        batch.drop_constraint("uq_stop_plan_id_visit", type_="unique")
        batch.create_index("ix_stop_plan_id_visit", ["plan_id", "visit"], unique=False)


def downgrade() -> None:
    """Hold each visit to one stop again; fails where a plan has joint visits."""
    with op.batch_alter_table("stop") as batch:
        batch.drop_index("ix_stop_plan_id_visit")
        batch.create_unique_constraint("uq_stop_plan_id_visit", ["plan_id", "visit"])
    with op.batch_alter_table("result") as batch:
        batch.drop_constraint("fk_result_plan_id", type_="foreignkey")
        batch.create_foreign_key("fk_result_plan_id_visit", "stop", ["plan_id", "visit"], ["plan_id", "visit"])
