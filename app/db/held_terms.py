"""Rows that hold one of very many terms at the end of a column of terms (see `app.db.search`).

SQLite looks into the index once for each term; PostgreSQL reads the ends of the column once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType

from app.text.terms import TERMS_AT_THE_END


def holds_one_of(
    column: InstrumentedAttribute[str], key: InstrumentedAttribute[int], terms: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row ends on terms of which one is among these; false for none.

    There may be thousands: it is one parameter and one text of the statement all the same. A term is a literal.
    """
    return _HoldsOneOf(column, key, sa.literal(list(terms), _Listed()))


class _Listed(sa.types.UserDefinedType[list[str]]):
    """Terms on their way to the database: a list as JSON, each quoted where a query language reads it."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.engine.Dialect) -> Any:
        if dialect.name == "sqlite":
            return lambda terms: json.dumps([_phrase(term) for term in terms])
        return lambda terms: json.dumps(list(terms))


def _phrase(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


class _HoldsOneOf(GenericFunction[bool]):
    """Arguments: column of terms, key column, the terms."""

    type = sa.Boolean()
    name = "tsunagi_holds_one_of"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """Stand in a WHERE as it is: SQLAlchemy would write `… = 1` behind it on SQLite."""
        return self


@compiles(_HoldsOneOf, "postgresql")
def _on_postgresql(element: _HoldsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, key, terms = element.clauses
    table, asked = column.table.name, compiler.process(terms, **options)
    # One pass and a hash: the index would be asked term by term, and a planner without statistics would rather make a
    # vector of each row anew for each term.
    return (
        f"{compiler.process(key, **options)} IN (SELECT held.id FROM"  # noqa: S608 -- names of the product's own tables
        f" (SELECT {key.name} AS id, unnest(string_to_array(right({column.name}, {TERMS_AT_THE_END}), ' ')) AS term FROM {table})"
        f" AS held WHERE held.term IN (SELECT json_array_elements_text(CAST({asked} AS json))))"
    )


@compiles(_HoldsOneOf, "sqlite")
def _on_sqlite(element: _HoldsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, key, terms = element.clauses
    index, asked = f"idx_{column.table.name}_{column.name}", compiler.process(terms, **options)
    return (
        f"{compiler.process(key, **options)} IN (SELECT {index}.rowid"  # noqa: S608 -- names of the product's own tables
        f" FROM json_each({asked}) AS asked JOIN {index} ON {index} MATCH asked.value)"
    )
