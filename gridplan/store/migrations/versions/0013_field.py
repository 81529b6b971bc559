"""The field: findings, notices, what phones send, leads, call-outs, lists and campaigns.

Revision ID: 0013
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None

WHEN = {
    "finding_event_no_update": "BEFORE UPDATE ON finding_event",
    "finding_event_no_delete": "BEFORE DELETE ON finding_event",
}


def upgrade() -> None:
    """Add the tables; the steps of a finding are only ever added."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("self_check_from", sa.Date(), nullable=True),
        sa.Column("self_check_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("name", name=op.f("uq_campaign_name")),
    )
    op.create_table(
        "checklist",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_checklist")),
    )
    op.create_table(
        "leader_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_link")),
    )
    op.create_index(op.f("ix_leader_link_area"), "leader_link", ["area"], unique=False)
    op.create_table(
        "list_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_flag")),
    )
    op.create_index(op.f("ix_list_flag_site"), "list_flag", ["site"], unique=False)
    op.create_table(
        "photo",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("taken", sa.DateTime(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_finding"), "photo", ["finding"], unique=False)
    op.create_index(op.f("ix_photo_result"), "photo", ["result"], unique=False)
    op.create_table(
        "campaign_round",
        sa.Column("campaign", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name=op.f("fk_campaign_round_campaign")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_campaign_round_round_id")),
        sa.PrimaryKeyConstraint("campaign", "round_id", name=op.f("pk_campaign_round")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_finding_state")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_finding_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_result"), "finding", ["result"], unique=False)
    op.create_index(op.f("ix_finding_round_id"), "finding", ["round_id"], unique=False)
    op.create_index(op.f("ix_finding_site"), "finding", ["site"], unique=False)
    op.create_index(op.f("ix_finding_state"), "finding", ["state"], unique=False)
    op.create_table(
        "parcel",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.Column("settled_by", sa.String(length=64), nullable=False),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('applied', 'conflict', 'refused')", name=op.f("ck_parcel_state")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_parcel_round_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_parcel")),
    )
    op.create_index(op.f("ix_parcel_by"), "parcel", ["by"], unique=False)
    op.create_index(op.f("ix_parcel_round_id"), "parcel", ["round_id"], unique=False)
    op.create_index(op.f("ix_parcel_state"), "parcel", ["state"], unique=False)
    op.create_table(
        "self_check",
        sa.Column("campaign", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name=op.f("fk_self_check_campaign")),
        sa.PrimaryKeyConstraint("campaign", "site", name=op.f("pk_self_check")),
    )
    op.create_table(
        "call_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("township", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_call_out_plan_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_call_out_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_out")),
    )
    op.create_index(op.f("ix_call_out_round_id"), "call_out", ["round_id"], unique=False)
    op.create_table(
        "change_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("read", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_change_notice_plan_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_change_notice_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_notice")),
        sa.UniqueConstraint("plan_id", "person", "day", name=op.f("uq_change_notice_plan_id_person_day")),
    )
    op.create_index(op.f("ix_change_notice_person"), "change_notice", ["person"], unique=False)
    op.create_table(
        "finding_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["finding.id"], name=op.f("fk_finding_event_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_event")),
    )
    op.create_index(op.f("ix_finding_event_finding"), "finding_event", ["finding"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_lead_plan_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lead_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index(op.f("ix_lead_round_id"), "lead", ["round_id"], unique=False)
    op.create_index(op.f("ix_lead_site"), "lead", ["site"], unique=False)
    op.create_index(op.f("ix_lead_state"), "lead", ["state"], unique=False)
    op.create_table(
        "notice",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("to", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["finding.id"], name=op.f("fk_notice_finding")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_finding"), "notice", ["finding"], unique=False)
    op.create_table(
        "answer",
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["result"], ["result.key"], name=op.f("fk_answer_result")),
        sa.PrimaryKeyConstraint("result", "item", name=op.f("pk_answer")),
    )
    op.create_table(
        "arrival",
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("checklist", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["result"], ["result.key"], name=op.f("fk_arrival_result")),
        sa.PrimaryKeyConstraint("result", name=op.f("pk_arrival")),
    )
    op.create_table(
        "complainant",
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lead"], ["lead.id"], name=op.f("fk_complainant_lead")),
        sa.PrimaryKeyConstraint("lead", name=op.f("pk_complainant")),
    )
    op.create_table(
        "reported",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_out", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["call_out"], ["call_out.id"], name=op.f("fk_reported_call_out")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported")),
    )
    op.create_index(op.f("ix_reported_call_out"), "reported", ["call_out"], unique=False)
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION finding_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the steps of a finding are only added'; END $$"
        )
        op.execute(
            "CREATE TRIGGER finding_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON finding_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION finding_only_grows()"
        )
        return
    for name, when in WHEN.items():
        op.execute(
            f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'the steps of a finding are only added'); END"
        )


def downgrade() -> None:
    """Forget the field."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER finding_event_no_change ON finding_event")
        op.execute("DROP FUNCTION finding_only_grows")
    else:
        for name in WHEN:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index(op.f("ix_reported_call_out"), table_name="reported")
    op.drop_table("reported")
    op.drop_table("complainant")
    op.drop_table("arrival")
    op.drop_table("answer")
    op.drop_index(op.f("ix_notice_finding"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_lead_state"), table_name="lead")
    op.drop_index(op.f("ix_lead_site"), table_name="lead")
    op.drop_index(op.f("ix_lead_round_id"), table_name="lead")
    op.drop_table("lead")
    op.drop_index(op.f("ix_finding_event_finding"), table_name="finding_event")
    op.drop_table("finding_event")
    op.drop_index(op.f("ix_change_notice_person"), table_name="change_notice")
    op.drop_table("change_notice")
    op.drop_index(op.f("ix_call_out_round_id"), table_name="call_out")
    op.drop_table("call_out")
    op.drop_table("self_check")
    op.drop_index(op.f("ix_parcel_state"), table_name="parcel")
    op.drop_index(op.f("ix_parcel_round_id"), table_name="parcel")
    op.drop_index(op.f("ix_parcel_by"), table_name="parcel")
    op.drop_table("parcel")
    op.drop_index(op.f("ix_finding_state"), table_name="finding")
    op.drop_index(op.f("ix_finding_site"), table_name="finding")
    op.drop_index(op.f("ix_finding_round_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_result"), table_name="finding")
    op.drop_table("finding")
    op.drop_table("campaign_round")
    op.drop_index(op.f("ix_photo_result"), table_name="photo")
    op.drop_index(op.f("ix_photo_finding"), table_name="photo")
    op.drop_table("photo")
    op.drop_index(op.f("ix_list_flag_site"), table_name="list_flag")
    op.drop_table("list_flag")
    op.drop_index(op.f("ix_leader_link_area"), table_name="leader_link")
    op.drop_table("leader_link")
    op.drop_table("checklist")
    op.drop_table("campaign")
