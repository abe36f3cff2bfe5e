"""Free words in a column of terms (see `app.text.terms`): FTS5 on SQLite, `tsvector` with GIN on PostgreSQL.

The terms are made in Python, so both databases find the same rows. Migrations call `create_search_index`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


def create_search_index(connection: sa.Connection, table: str, column: str, key: str = "id") -> None:
    """Create the index over `table.column`, filled from the rows that exist."""
    for statement in _creation(connection.dialect.name, table, column, key):
        connection.exec_driver_sql(statement)


def drop_search_index(connection: sa.Connection, table: str, column: str) -> None:
    """Drop the index and, on SQLite, its triggers."""
    name = _name(table, column)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX {name}")
        return
    for suffix in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{suffix}")
    connection.exec_driver_sql(f"DROP TABLE {name}")


def has_terms(
    column: InstrumentedAttribute[str], key: InstrumentedAttribute[int], terms: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row has all of the terms; true for none.

    A term is a literal: each is quoted, so nothing that somebody types is read as an operator.
    """
    if not terms:
        return sa.true()
    return _HasTerms(column, key, sa.literal(list(terms), _Terms()))


class _Terms(sa.types.UserDefinedType[list[str]]):
    """Terms on their way to the database, spelled as its query language has them."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.engine.Dialect) -> Any:
        if dialect.name == "sqlite":
            return lambda terms: " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
        # A quoted lexeme: quotes and backslashes doubled, as the syntax of tsquery asks.
        return lambda terms: " & ".join(
            "'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms
        )


class _HasTerms(GenericFunction[bool]):
    """Arguments: column of terms, key column, the terms."""

    type = sa.Boolean()
    name = "tsunagi_has_terms"
    inherit_cache = True


@compiles(_HasTerms, "postgresql")
def _on_postgresql(element: _HasTerms, compiler: SQLCompiler, **options: Any) -> str:
    column, _, terms = (compiler.process(clause, **options) for clause in element.clauses)
    # `array_to_tsvector` takes the terms as they are; a text configuration would cut and fold them its own way.
    return f"array_to_tsvector(string_to_array({column}, ' ')) @@ CAST({terms} AS tsquery)"


@compiles(_HasTerms, "sqlite")
def _on_sqlite(element: _HasTerms, compiler: SQLCompiler, **options: Any) -> str:
    column, key, terms = element.clauses
    name = _name(column.table.name, column.name)
    return (
        f"{compiler.process(key, **options)} IN"
        f" (SELECT rowid FROM {name} WHERE {name} MATCH {compiler.process(terms, **options)})"
    )


def _name(table: str, column: str) -> str:
    return f"idx_{table}_{column}"


def _creation(dialect: str, table: str, column: str, key: str) -> Iterator[str]:
    name = _name(table, column)
    if dialect != "sqlite":
        yield f"CREATE INDEX {name} ON {table} USING gin (array_to_tsvector(string_to_array({column}, ' ')))"
        return
    # The text stands in the table already; the index keeps no second copy of it.
    yield (
        f"CREATE VIRTUAL TABLE {name} USING fts5({column}, content='{table}', content_rowid='{key}',"
        ' tokenize="unicode61 remove_diacritics 0", detail=none)'
    )
    yield f"INSERT INTO {name}({name}) VALUES ('rebuild')"
    gone = f"INSERT INTO {name}({name}, rowid, {column}) VALUES ('delete', OLD.{key}, OLD.{column})"
    come = f"INSERT INTO {name}(rowid, {column}) VALUES (NEW.{key}, NEW.{column})"
    yield f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {come}; END"
    yield f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {gone}; END"
    yield f"CREATE TRIGGER {name}_update AFTER UPDATE OF {column} ON {table} BEGIN {gone}; {come}; END"
