"""What lies within a box of longitudes and latitudes, found by the database's own index of shapes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, and_, text

Box = tuple[float, float, float, float]
"""West, south, east, north in WGS-84 degrees."""


def in_box(connection: Connection, table: Table, box: Box) -> ColumnElement[bool]:
    """Return the condition that a row's point or bounding box meets the box, for `site` or `area`.

    PostGIS asks its GiST index, SQLite the R*Tree, whose 32 bits are a little too wide; the columns then decide. A SQLite
    without R*Tree looks at every row.
    """
    values = dict(zip(("west", "south", "east", "north"), box, strict=True))
    west, south, east, north = box
    cell = table.c
    left, right, below, above = (
        (cell.lon, cell.lon, cell.lat, cell.lat) if "lon" in cell else (cell.west, cell.east, cell.south, cell.north)
    )
    exact = and_(left <= east, right >= west, below <= north, above >= south)
    if connection.dialect.name == "postgresql":
        index = f"{table.name}.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    elif _has_tree(connection, table):
        index = (
            f"{table.name}.rowid IN (SELECT id FROM {table.name}_box "
            "WHERE west <= :east AND east >= :west AND south <= :north AND north >= :south)"
        )
    else:
        return exact
    return and_(text(index).bindparams(**values), exact)


def _has_tree(connection: Connection, table: Table) -> bool:
    query = text("SELECT 1 FROM sqlite_master WHERE name = :name").bindparams(name=f"{table.name}_box")
    return connection.execute(query).first() is not None
