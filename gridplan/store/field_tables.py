"""The tables of the field: findings, notices, leads, call-outs, what phones send, lists and campaigns."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gridplan.store.tables import LocalTime, UtcTime, metadata

# ---- findings --------------------------------------------------------------------------------------------------------

# `state`, `due`, `reopened` and `closed_at` are what the events below add up to, kept for lists and counts.
finding = Table(
    "finding",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False, index=True),
    Column("site", String(64), nullable=False, index=True),
    Column("visit", String(64), nullable=False),
    Column("category", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("due", Date),
    Column("reopened", Integer, nullable=False),
    Column("result", String(64), nullable=False, index=True),
    Column("closed_at", LocalTime),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
)

finding_event = Table(
    "finding_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", ForeignKey("finding.id"), nullable=False, index=True),
    Column("at", LocalTime, nullable=False),
    Column("by", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("due", Date),
    Column("result", String(64), nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("finding", ForeignKey("finding.id"), nullable=False, index=True),
    Column("due", Date),
    Column("to", String(200), nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("by", String(64), nullable=False),
)

# ---- what phones send ------------------------------------------------------------------------------------------------

# A parcel that was not applied is kept whole, for the planner to settle.
parcel = Table(
    "parcel",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("visit", String(64), nullable=False),
    Column("round_id", ForeignKey("round.id"), index=True),
    Column("by", String(64), nullable=False, index=True),
    Column("hash", String(64), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("why", JSON(none_as_null=True)),
    Column("payload", JSON, nullable=False),
    Column("received", UtcTime, nullable=False),
    Column("settled_by", String(64), nullable=False),
    Column("settled", UtcTime),
    CheckConstraint("state IN ('applied', 'conflict', 'refused')", name="state"),
)

arrival = Table(
    "arrival",
    metadata,
    Column("result", ForeignKey("result.key"), primary_key=True),
    Column("at", LocalTime),
    Column("lon", Float),
    Column("lat", Float),
    Column("checklist", String(64), nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("result", ForeignKey("result.key"), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("reply", String(16), nullable=False),
    Column("note", Text, nullable=False),
)

# A photo may arrive before its result: `result` and `finding` are keys, not yet rows.
photo = Table(
    "photo",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("finding", String(64), nullable=False, index=True),
    Column("result", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("taken", LocalTime),
    Column("by", String(64), nullable=False),
    Column("received", UtcTime, nullable=False),
)

checklist = Table(
    "checklist",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("payload", JSON, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("by", String(64), nullable=False),
)

# ---- leads and call-outs ---------------------------------------------------------------------------------------------

lead = Table(
    "lead",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), index=True),
    Column("number", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("what", Text, nullable=False),
    Column("where", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("by", String(64), nullable=False),
    Column("due", Date),
    Column("site", String(64), index=True),
    Column("lon", Float),
    Column("lat", Float),
    Column("state", String(16), nullable=False, index=True),
    Column("visit", String(64)),
    Column("plan_id", ForeignKey("plan.id")),
    Column("answer", Text, nullable=False),
    Column("answered_at", LocalTime),
    Column("answered_by", String(64), nullable=False),
)

# Apart from the lead, so that no list, report or export can carry it along.
complainant = Table(
    "complainant",
    metadata,
    Column("lead", ForeignKey("lead.id"), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("phone", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)

call_out = Table(
    "call_out",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False, index=True),
    Column("township", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("units", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("visit", String(64)),
    Column("plan_id", ForeignKey("plan.id")),
)

reported = Table(
    "reported",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_out", ForeignKey("call_out.id"), nullable=False, index=True),
    Column("unit", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("by", String(64), nullable=False),
)

change_notice = Table(
    "change_notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("text", JSON, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("read", UtcTime),
    UniqueConstraint("plan_id", "person", "day"),
)

# ---- lists, campaigns, leaders ---------------------------------------------------------------------------------------

list_flag = Table(
    "list_flag",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("list", String(16), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)

campaign = Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("tier", String(64), nullable=False),
    Column("self_check_from", Date),
    Column("self_check_until", Date),
)

campaign_round = Table(
    "campaign_round",
    metadata,
    Column("campaign", ForeignKey("campaign.id"), primary_key=True),
    Column("round_id", ForeignKey("round.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)

self_check = Table(
    "self_check",
    metadata,
    Column("campaign", ForeignKey("campaign.id"), primary_key=True),
    Column("site", String(64), primary_key=True),
    Column("day", Date, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String(64), nullable=False),
)

leader_link = Table(
    "leader_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("area", String(64), nullable=False, index=True),
    Column("person", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("by", String(64), nullable=False),
)
