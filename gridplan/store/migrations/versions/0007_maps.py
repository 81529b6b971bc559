"""Shapes are found by place, stops know where they are, routes when they may be seen, and QGIS has views of its own.

R*Tree, triggers, generated columns and views are unknown to Alembic's autogenerate: they are written here by hand and named in
`schema.BY_HAND`. A later migration that makes `site`, `area`, `stop`, `route`, `plan` or `round` anew (`batch_alter_table`
on SQLite does) must drop the views before, and make views and triggers again after.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BOXES = {
    "site": ("lon", "lon", "lat", "lat"),
    "area": ("west", "east", "south", "north"),
}
SHAPES = {
    "site": "geometry(Point, 4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED",
    "area": "geometry(Geometry, 4326) GENERATED ALWAYS AS (ST_GeomFromWKB(polygon, 4326)) STORED",
}
NOW = {
    "postgresql": "(now() AT TIME ZONE 'UTC')",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
}
VIEWS = {
    "gis_areas": """
SELECT code AS "编码", name AS "名称",
  CASE level WHEN 'district' THEN '区' WHEN 'county' THEN '县区' WHEN 'township' THEN '街镇'
    WHEN 'community' THEN '社区(村)' WHEN 'cell' THEN '网格' ELSE level END AS "层级",
  parent_code AS "上级编码", {area_shape}
FROM area""",
    "gis_sites": """
SELECT id AS "编号", name AS "名称",
  CASE kind WHEN 'institution' THEN '培训机构' WHEN 'childcare' THEN '托管' WHEN 'compound' THEN '小区'
    WHEN 'office' THEN '商务楼宇' WHEN 'community' THEN '社区(村)' ELSE kind END AS "类别",
  address AS "地址", CASE status WHEN 'located' THEN '已落点' WHEN 'review' THEN '待核' ELSE '不在本区' END AS "落点",
  lon AS "经度", lat AS "纬度" {site_shape}
FROM site WHERE lon IS NOT NULL""",
    "gis_visits": """
SELECT route.plan_id || '/' || route.id || '/' || stop.seq AS "键", round.name AS "轮次", plan.number AS "版本",
  coalesce(team.name, route.team) AS "检查组", route.date AS "日期", stop.seq AS "次序", stop.name AS "名称",
  stop.arrive AS "到达", stop.leave AS "离开", stop.minutes AS "分钟", stop.lon AS "经度", stop.lat AS "纬度" {visit_shape}
  FROM route JOIN plan ON plan.id = route.plan_id JOIN round ON round.id = plan.round_id
  JOIN stop ON stop.plan_id = route.plan_id AND stop.route_id = route.id LEFT JOIN team ON team.id = route.team
WHERE plan.state = 'published' AND route.release <= {now}""",
    "gis_routes": """
SELECT route.plan_id || '/' || route.id AS "键", round.name AS "轮次", plan.number AS "版本",
  coalesce(team.name, route.team) AS "检查组", route.date AS "日期", route.depart AS "出发", route.back AS "返回",
  route.distance_m AS "里程_米", route.stops AS "站数" {route_shape}
  FROM route JOIN plan ON plan.id = route.plan_id JOIN round ON round.id = plan.round_id
  LEFT JOIN team ON team.id = route.team
WHERE plan.state = 'published' AND route.release <= {now}""",
}
POINT = ", ST_SetSRID(ST_MakePoint(stop.lon, stop.lat), 4326)::geometry(Point, 4326) AS geom"
LINE = """, (SELECT CASE WHEN count(*) > 1 THEN ST_MakeLine(ST_SetSRID(ST_MakePoint(lon, lat), 4326) ORDER BY seq) END
    FROM stop WHERE stop.plan_id = route.plan_id AND stop.route_id = route.id AND lon IS NOT NULL
  )::geometry(LineString, 4326) AS geom"""


def upgrade() -> None:
    """Add the columns, fill them for the plans there are, and make indexes and views."""
    op.add_column("stop", sa.Column("name", sa.String(300), nullable=False, server_default=""))
    op.add_column("stop", sa.Column("lon", sa.Float(), nullable=True))
    op.add_column("stop", sa.Column("lat", sa.Float(), nullable=True))
    op.add_column("route", sa.Column("release", sa.DateTime(), nullable=True))
    _fill(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        for table, shape in SHAPES.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN geom {shape}")
            op.execute(f"CREATE INDEX ix_{table}_geom ON {table} USING gist (geom)")
    elif op.get_bind().execute(sa.text("SELECT 1 FROM pragma_module_list WHERE name = 'rtree'")).first():
        for table, cells in BOXES.items():
            _box(table, cells)
    _views()


def downgrade() -> None:
    """Take views, indexes and columns away again."""
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in BOXES:
        if postgres:
            op.drop_column(table, "geom")
            continue
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_box_{event}")
        op.execute(f"DROP TABLE IF EXISTS {table}_box")
    for table, column in (("route", "release"), ("stop", "lat"), ("stop", "lon"), ("stop", "name")):
        op.drop_column(table, column)


def _fill(bind: sa.Connection) -> None:
    """Tell the stops of stored plans where they are, and release published routes at the beginning of their day."""
    plans = bind.execute(sa.text("SELECT id, state, document FROM plan")).all()
    for plan in plans:
        sites = {site["id"]: site for site in json.loads(plan.document).get("sites", ())}
        cells = [
            {"plan": plan.id, "site": id, "name": site["name"], "lon": site["lon"], "lat": site["lat"]}
            for id, site in sites.items()
        ]
        if cells:
            query = "UPDATE stop SET name = :name, lon = :lon, lat = :lat WHERE plan_id = :plan AND site = :site"
            bind.execute(sa.text(query), cells)
    route = sa.table(
        "route", sa.column("plan_id", sa.Integer), sa.column("date", sa.Date), sa.column("release", sa.DateTime)
    )
    for plan in plans:
        if plan.state != "draft":
            for day in (
                bind.execute(sa.select(route.c.date).where(route.c.plan_id == plan.id).distinct()).scalars().all()
            ):
                local = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=8)))
                moment = local.astimezone(UTC).replace(tzinfo=None)
                bind.execute(
                    sa.update(route).where(route.c.plan_id == plan.id, route.c.date == day).values(release=moment)
                )


def _box(table: str, cells: tuple[str, ...]) -> None:
    """Make a table's R*Tree and keep it up to date by triggers. Its boxes are a little wider than the shapes (32 bits)."""
    new = ", ".join(f"NEW.{cell}" for cell in cells)
    add = f"INSERT INTO {table}_box SELECT NEW.rowid, {new} WHERE NEW.{cells[0]} IS NOT NULL"
    remove = f"DELETE FROM {table}_box WHERE id = OLD.rowid"
    columns = ", ".join(dict.fromkeys(cells))
    op.execute(f"CREATE VIRTUAL TABLE {table}_box USING rtree(id, west, east, south, north)")
    op.execute(f"INSERT INTO {table}_box SELECT rowid, {', '.join(cells)} FROM {table} WHERE {cells[0]} IS NOT NULL")
    op.execute(f"CREATE TRIGGER {table}_box_insert AFTER INSERT ON {table} BEGIN {add}; END")
    op.execute(f"CREATE TRIGGER {table}_box_update AFTER UPDATE OF {columns} ON {table} BEGIN {remove}; {add}; END")
    op.execute(f"CREATE TRIGGER {table}_box_delete AFTER DELETE ON {table} BEGIN {remove}; END")


def _views() -> None:
    dialect = op.get_bind().dialect.name
    postgres = dialect == "postgresql"
    # A reader's own functions must not be asked about rows before the view has left out the unreleased ones.
    barrier = " WITH (security_barrier)" if postgres else ""
    for name, query in VIEWS.items():
        body = query.format(
            now=NOW[dialect],
            area_shape="geom" if postgres else "polygon",
            site_shape=", geom" if postgres else "",
            visit_shape=POINT if postgres else "",
            route_shape=LINE if postgres else "",
        )
        # Not `op.execute`, which would take `:%M` and `::geometry` for parameters.
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name}{barrier} AS {body}")
