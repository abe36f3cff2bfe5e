"""A condition that a key is one of many: one parameter and one text of the statement, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType


def is_one_of(
    key: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], keys: Collection[int]
) -> sa.ColumnElement[bool]:
    """Return the condition that `key` is among `keys`; false for none.

    `IN` with thousands of parameters is slow to write and PostgreSQL's driver takes 65,535 at most.
    """
    return _IsOneOf(key, sa.literal(sorted(keys), _Keys()))


class _Keys(sa.types.UserDefinedType[list[int]]):
    """Keys on their way to the database, as each writes a list."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.engine.Dialect) -> Any:
        opens, closes = "[]" if dialect.name == "sqlite" else "{}"
        return lambda keys: f"{opens}{','.join(map(str, keys))}{closes}"


class _IsOneOf(GenericFunction[bool]):
    """Arguments: key column, the keys."""

    type = sa.Boolean()
    name = "tsunagi_is_one_of"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """Stand in a WHERE as it is: SQLAlchemy would write `… = 1` behind it on SQLite."""
        return self


@compiles(_IsOneOf, "postgresql")
def _on_postgresql(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    key, keys = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{key} = ANY(CAST({keys} AS integer[]))"


@compiles(_IsOneOf, "sqlite")
def _on_sqlite(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    key, keys = (compiler.process(clause, **options) for clause in element.clauses)
    # Both parts are the compiler's own: a column and a parameter.
    return f"{key} IN (SELECT value FROM json_each({keys}))"  # noqa: S608
