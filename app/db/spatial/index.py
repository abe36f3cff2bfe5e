"""The spatial index of a geometry column: R*Tree and triggers on SQLite, GiST on PostgreSQL. Called by migrations.

A migration that rebuilds a table in batch mode loses its triggers without a word; it has to call
`create_spatial_index` again (a test compares the triggers before and after on filled databases).
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

_SHAPES = {"GEOMETRY": 0, "POINT": 1, "MULTIPOLYGON": 6}
"""Numbers of the geometry types (OGC 06-103r4, 8.2.8), as the catalogue on SQLite keeps them."""


def index_name(table: str, column: str) -> str:
    """Return the name of the index, which on SQLite is a virtual table."""
    return f"idx_{table}_{column}"


def create_spatial_index(
    connection: sa.Connection, table: str, column: str, *, shape: str = "POINT", key: str = "id"
) -> None:
    """Create the index of `table.column`, filled from the rows that exist; `shape` is the type of the column."""
    for statement in _creation(connection.dialect.name, table, column, shape, key):
        connection.exec_driver_sql(statement)


def drop_spatial_index(connection: sa.Connection, table: str, column: str) -> None:
    """Drop the index and, on SQLite, its triggers and its entry in `geometry_columns`."""
    name = index_name(table, column)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX {name}")
        return
    for suffix in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{suffix}")
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(
        f"DELETE FROM geometry_columns WHERE f_table_name = '{table}' AND f_geometry_column = '{column}'"
    )


def prepare_spatial(connection: sa.Connection) -> None:
    """Make an empty database ready for geometry columns; the very first migration calls it.

    PostgreSQL gets its extension (nothing happens where an administrator made it already), SQLite the catalogue
    that GeoAlchemy2 reads.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        return
    connection.exec_driver_sql(
        "CREATE TABLE geometry_columns (f_table_name TEXT NOT NULL, f_geometry_column TEXT NOT NULL,"
        " geometry_type INTEGER NOT NULL, coord_dimension INTEGER NOT NULL, srid INTEGER NOT NULL,"
        " spatial_index_enabled INTEGER NOT NULL, PRIMARY KEY (f_table_name, f_geometry_column))"
    )


def unprepare_spatial(connection: sa.Connection) -> None:
    """Undo `prepare_spatial`; a PostgreSQL extension stays, since others may use it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE geometry_columns")


def _creation(dialect: str, table: str, column: str, shape: str, key: str) -> Iterator[str]:
    name = index_name(table, column)
    if dialect != "sqlite":
        yield f"CREATE INDEX {name} ON {table} USING gist ({column})"
        return

    def box(row: str) -> str:
        value = f"{row}.{column}"
        return f"{row}.{key}, ST_MinX({value}), ST_MaxX({value}), ST_MinY({value}), ST_MaxY({value})"

    yield f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING rtree(pkid, xmin, xmax, ymin, ymax)"
    yield f"DELETE FROM {name}"
    yield f"INSERT INTO {name} SELECT {box(table)} FROM {table} WHERE {column} IS NOT NULL"
    yield (
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} WHEN NEW.{column} IS NOT NULL"
        f" BEGIN INSERT INTO {name} VALUES ({box('NEW')}); END"
    )
    yield (
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {column} ON {table}"
        f" BEGIN DELETE FROM {name} WHERE pkid = OLD.{key};"
        f" INSERT INTO {name} SELECT {box('NEW')} WHERE NEW.{column} IS NOT NULL; END"
    )
    yield (
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table}"
        f" BEGIN DELETE FROM {name} WHERE pkid = OLD.{key}; END"
    )
    # GeoAlchemy2 takes a column for indexed by SpatiaLite when the flag is set, and then looks for its tables.
    yield (
        f"INSERT OR REPLACE INTO geometry_columns VALUES ('{table}', '{column}', {_SHAPES[shape]}, 2, 4326, 0)"
    )


def count_unindexed(connection: sa.Connection, table: str, column: str, key: str = "id") -> int:
    """Count rows that the R*Tree lacks, has too many of or keeps elsewhere; PostgreSQL keeps its index by itself."""
    if connection.dialect.name != "sqlite":
        return 0
    name = index_name(table, column)
    found: int = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {key} NOT IN (SELECT pkid FROM {name}))"
        f" + (SELECT count(*) FROM {name} WHERE pkid NOT IN (SELECT {key} FROM {table} WHERE {column} IS NOT NULL))"
        # The tree rounds its 32-bit edges outwards, so that a right box always holds the geometry.
        f" + (SELECT count(*) FROM {name} JOIN {table} ON {key} = pkid WHERE {column} IS NOT NULL AND NOT"
        f" (xmin <= ST_MinX({column}) AND xmax >= ST_MaxX({column})"
        f" AND ymin <= ST_MinY({column}) AND ymax >= ST_MaxY({column})))"
    ).scalar_one()
    return found
