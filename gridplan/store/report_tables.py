"""The tables of the reports: what was typed into them, and those that were sent up."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from gridplan.store.tables import LocalTime, UtcTime, metadata

report_note = Table(
    "report_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("first", Date, nullable=False),
    Column("area", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("field", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "round_id", "kind", "first", "area"),
)

report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("area", String(64), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("as_of", LocalTime, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("round_id", "kind", "area", "number"),
)
