"""The tables, as SQLAlchemy metadata: portable types only, one schema for both engines. Triggers, R*Tree, PostGIS columns and views live in the migrations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shapely import MultiPolygon, Polygon, from_wkb, to_wkb
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.ext.compiler import compiles


@compiles(String, "postgresql")
def _any_length(_type: String, _compiler: Any, **_options: Any) -> str:
    """Text of any length, as SQLite takes it: what one engine keeps the other must not refuse."""
    return "TEXT"


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC without offset in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value as Python sees it."""
        return value.replace(tzinfo=UTC) if value else None


class LocalTime(TypeDecorator[datetime]):
    """A clock time on the round's own wall, like the times of a plan. An aware value is refused: the engine would drop its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value as the database keeps it."""
        if value is not None and value.tzinfo is not None:
            raise ValueError("a local time has no time zone")
        return value


class PolygonWkb(TypeDecorator[Polygon | MultiPolygon]):
    """A polygon as well-known binary."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Polygon | MultiPolygon | None, dialect: Dialect) -> bytes | None:
        """Return the value as the database keeps it."""
        return None if value is None else to_wkb(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Polygon | MultiPolygon | None:
        """Return the value as Python sees it."""
        if value is None:
            return None
        shape = from_wkb(value)
        if not isinstance(shape, Polygon | MultiPolygon):
            raise TypeError(f"a {shape.geom_type} is no area")
        return shape


# ---- the register ----------------------------------------------------------------------------------------------------

area = Table(
    "area",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("level", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("parent_code", String(64), index=True),
    Column("polygon", PolygonWkb, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
)

# `after` holds the codes that a change brought; what they took the place of stands in `area_former`.
area_change = Table(
    "area_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("by", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("after", JSON, nullable=False),
)

area_former = Table(
    "area_former",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change", Integer, ForeignKey("area_change.id"), nullable=False, index=True),
    Column("code", String(64), nullable=False, index=True),
    Column("level", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("parent_code", String(64)),
    Column("polygon", PolygonWkb, nullable=False),
)

gazetteer_entry = Table(
    "gazetteer_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("road", String(200), nullable=False),
    Column("number", String(64), nullable=False),
    Column("township", String(200), nullable=False),
    Column("community", String(200), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
)

pair_decision = Table(
    "pair_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("one", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("one_name", String(300), nullable=False),
    Column("other_name", String(300), nullable=False),
    Column("same", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)

register_snapshot = Table(
    "register_snapshot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("what", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("sites", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# `fix`, `status` and `areas` are empty until the site has been placed.
site = Table(
    "site",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(300), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", String(16), index=True),
    Column("lon", Float),
    Column("lat", Float),
    Column("fix", JSON(none_as_null=True)),
    Column("areas", JSON(none_as_null=True)),
)

# `key` is the folded name and address, or the building, so that a decision outlives the list it was made on.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(800), nullable=False, unique=True),
    Column("name", String(300), nullable=False),
    Column("address", Text, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("level", String(16), nullable=False),
    Column("place", String(300), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)

team = Table(
    "team",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False, unique=True),
    Column("payload", JSON, nullable=False),
)

owner = Table(
    "owner",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("area_code", String(64), nullable=False, index=True),
    Column("person", String(200), nullable=False),
    Column("role", String(200), nullable=False),
)

source_file = Table(
    "source_file",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("added", UtcTime, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("what", String(32), nullable=False, index=True),
    Column("file", String(300), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(64), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("complaints", JSON, nullable=False),
)

# ---- rounds and plans ------------------------------------------------------------------------------------------------

round_ = Table(
    "round",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("payload", JSON, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("created_by", String(64), nullable=False),
)

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("document", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("figures", JSON, nullable=False),
    Column("gap", Float, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("published", UtcTime),
    Column("published_by", String(64), nullable=False),
    # A job that is run again after a crash must not leave a second draft.
    Column("job_id", ForeignKey("job.id"), unique=True),
    UniqueConstraint("round_id", "number"),
    CheckConstraint("state IN ('draft', 'published', 'superseded')", name="state"),
)
Index(
    "uq_plan_published",
    plan.c.round_id,
    unique=True,
    sqlite_where=text("state = 'published'"),
    postgresql_where=text("state = 'published'"),
)

route = Table(
    "route",
    metadata,
    Column("plan_id", ForeignKey("plan.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("day", Integer, nullable=False),
    Column("shift", String(64), nullable=False),
    Column("depart", LocalTime, nullable=False),
    Column("back", LocalTime, nullable=False),
    Column("distance_m", Integer, nullable=False),
    Column("travel_s", Integer, nullable=False),
    Column("stops", Integer, nullable=False),
    # From when on others than planners may see it; empty until the plan is published.
    Column("release", UtcTime),
)

stop = Table(
    "stop",
    metadata,
    Column("plan_id", Integer, primary_key=True),
    Column("route_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("visit", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("arrive", LocalTime, nullable=False),
    Column("start", LocalTime, nullable=False),
    Column("leave", LocalTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    # As the plan has them: the register may change.
    Column("name", String(300), nullable=False, server_default=""),
    Column("lon", Float),
    Column("lat", Float),
    ForeignKeyConstraint(["plan_id", "route_id"], ["route.plan_id", "route.id"]),
    # A joint visit is a stop of two routes: no unique constraint.
    Index(None, "plan_id", "visit"),
)

# ---- plans changed by hand -----------------------------------------------------------------------------------------

# `seen` is the number of the round's newest plan when the copy was opened, `cursor` how many of its steps hold.
working_copy = Table(
    "working_copy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("by", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("opened", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    UniqueConstraint("plan_id", "by"),
)

working_step = Table(
    "working_step",
    metadata,
    Column("copy_id", ForeignKey("working_copy.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("edit", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# A version that was saved by hand: `steps` lead from `root_id` to it; `based_on` is the version that was open.
plan_origin = Table(
    "plan_origin",
    metadata,
    Column("plan_id", ForeignKey("plan.id"), primary_key=True),
    Column("root_id", ForeignKey("plan.id"), nullable=False),
    Column("based_on", ForeignKey("plan.id"), nullable=False),
    Column("steps", JSON, nullable=False),
)

# ---- the field -------------------------------------------------------------------------------------------------------

assignment = Table(
    "assignment",
    metadata,
    Column("plan_id", Integer, primary_key=True),
    Column("route_id", String(64), primary_key=True),
    Column("person", ForeignKey("account.login"), primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", String(64), nullable=False),
    ForeignKeyConstraint(["plan_id", "route_id"], ["route.plan_id", "route.id"]),
)

result = Table(
    "result",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False, index=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("visit", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", LocalTime, nullable=False),
    Column("received", UtcTime, nullable=False),
    Index(None, "round_id", "visit"),
)

# ---- people, jobs, audit ---------------------------------------------------------------------------------------------

account = Table(
    "account",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", String(300), nullable=False),
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("team", String(64)),
    Column("member", String(64)),
    Column("created", UtcTime, nullable=False),
    # The area at and below which it holds; empty: the whole district.
    Column("area", String(64)),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="1"),
)

# The browser holds the token, this the token's hash: who reads the database cannot log in with it.
log_in_session = Table(
    "log_in_session",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("login", ForeignKey("account.login"), nullable=False, index=True),
    Column("began", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
)

# `key` is a keyed hash of who tried from where: neither stands here.
log_in_try = Table(
    "log_in_try",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("until", UtcTime, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("stage", String(32), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("text", JSON(none_as_null=True)),
    Column("course", JSON(none_as_null=True)),
    Column("cancel", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", String(64), nullable=False),
    Column("lease_until", UtcTime),
    Column("payload", JSON, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("error", JSON(none_as_null=True)),
    Column("created_by", String(64), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("finished", UtcTime),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("job_id", ForeignKey("job.id"), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# `side` is "in" for what a job reads, "out" for what it made.
job_file = Table(
    "job_file",
    metadata,
    Column("job_id", ForeignKey("job.id"), primary_key=True),
    Column("side", String(8), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("host", String(64), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", String(32), nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("what", String(64), nullable=False),
    Column("object", String(200), nullable=False, index=True),
    Column("detail", JSON, nullable=False),
)

# Only a hash of the secret is kept. `scopes` are parted by blanks.
api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("login", ForeignKey("account.login"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("scopes", String(100), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires", UtcTime, nullable=False),
    Column("used", Date),
    Column("revoked", UtcTime),
)

# A call that carried a key: begun, then its answer. `sha256` is of what was asked; kept for a day.
api_call = Table(
    "api_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", ForeignKey("api_token.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    UniqueConstraint("token", "key"),
)

# ---- what planners prepare: imports, edits by hand, the calendar ----------------------------------------------------

# An import being prepared: its lists lie in `intake_file`, what was chosen for their columns in `settings`.
intake_draft = Table(
    "intake_draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("what", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("touched", UtcTime, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("base", String(64), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("job", String(32), nullable=False),
    Column("result", JSON(none_as_null=True)),
)

intake_file = Table(
    "intake_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft", String(32), ForeignKey("intake_draft.id"), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# `key` is the folded name and address, so that what was set by hand outlives the list it was set on.
site_edit = Table(
    "site_edit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(800), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("field", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("key", "field"),
)

# `member` is "" for a whole team; why somebody is away is one of a few words and nothing more.
absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", String(64), nullable=False, index=True),
    Column("member", String(64), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("team", "member", "first"),
    CheckConstraint("first <= last", name="order"),
)

office_day = Table(
    "office_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("works", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)
