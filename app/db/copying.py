"""Copying a whole database into another one of either kind, table by table, a slice of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

_SLICE = 2_000


def count_rows(connection: sa.Connection, metadata: sa.MetaData) -> dict[str, int]:
    """Return the number of rows of every table of the product."""
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def copy_rows(
    source: sa.Connection, target: sa.Connection, metadata: sa.MetaData
) -> Iterator[tuple[str, int]]:
    """Copy all rows of all tables into a target that has the same tables, empty; yield (table, rows so far).

    Parents come before the rows that refer to them. Triggers of the target run, so its spatial indexes fill
    themselves. Both connections are in a transaction of the caller's.
    """
    for table in metadata.sorted_tables:
        copied = 0
        rows = source.execution_options(yield_per=_SLICE).execute(
            sa.select(table).order_by(*table.primary_key)
        )
        for part in rows.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in part])
            copied += len(part)
            yield table.name, copied
        _continue_numbering(target, table)


def _continue_numbering(target: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL's sequence go on after the highest key; SQLite looks at the rows themselves."""
    column = table.autoincrement_column
    if target.dialect.name != "postgresql" or column is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = sa.select(sa.func.max(column)).scalar_subquery()
    target.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))
