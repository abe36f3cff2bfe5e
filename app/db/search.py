"""Free words in a column of terms (see `app.text.terms`): FTS5 on SQLite, `tsvector` with GIN on PostgreSQL.

The terms are made in Python, so both databases find the same rows. Migrations call `create_search_index`.

A term has one or two characters, so a row could have all terms of a longer word and yet not the word. Beside the terms
it therefore keeps its folded text, which the database compares. PostgreSQL looks into the text of each row that the
terms find. On SQLite each row is a page to decrypt, which costs more than all else; so there the text has an index of
its own (`create_text_index`): it knows where each three characters stand, and answers without a look at the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType, custom_op

from app.text.terms import terms_of_runs

LEAST: Final = 3
"""So many characters and more stand in the index of a text; fewer are terms."""


def create_search_index(connection: sa.Connection, table: str, column: str, key: str = "id") -> None:
    """Create the index over `table.column`, filled from the rows that exist."""
    for statement in _creation(connection.dialect.name, table, column, key):
        connection.exec_driver_sql(statement)


def create_text_index(connection: sa.Connection, table: str, column: str, key: str = "id") -> None:
    """Create what finds words in the folded texts of `table.column`, filled from the rows that exist."""
    if connection.dialect.name == "sqlite":
        for statement in _indexed(table, column, key, 'tokenize="trigram case_sensitive 1", columnsize=0'):
            connection.exec_driver_sql(statement)


def drop_search_index(connection: sa.Connection, table: str, column: str) -> None:
    """Drop the index and, on SQLite, its triggers."""
    if connection.dialect.name == "sqlite":
        drop_text_index(connection, table, column)
    else:
        connection.exec_driver_sql(f"DROP INDEX {_name(table, column)}")


def drop_text_index(connection: sa.Connection, table: str, column: str) -> None:
    """Drop what `create_text_index` made."""
    if connection.dialect.name != "sqlite":
        return
    name = _name(table, column)
    for suffix in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{suffix}")
    connection.exec_driver_sql(f"DROP TABLE {name}")


def has_terms(
    column: InstrumentedAttribute[str], key: InstrumentedAttribute[int], terms: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row has all of the terms; true for none.

    A term is a literal: each is quoted, so nothing that somebody types is read as an operator.
    """
    return has_any_terms(column, key, [[[term]] for term in terms])


def has_any_terms(
    column: InstrumentedAttribute[str],
    key: InstrumentedAttribute[int],
    words: Sequence[Sequence[Sequence[str]]],
) -> sa.ColumnElement[bool]:
    """Return the condition that a row has each of the words; true for none.

    A word has one or more ways of writing, of which one is enough, and each way has terms, all of which are needed.
    """
    if not words:
        return sa.true()
    return _HasTerms(column, key, sa.literal([[list(way) for way in word] for word in words], _Terms()))


def has_words(
    terms: InstrumentedAttribute[str],
    text: InstrumentedAttribute[str],
    key: InstrumentedAttribute[int],
    words: Sequence[Sequence[Sequence[str]]],
    *,
    dialect: str,
    in_passing: bool = False,
) -> sa.ColumnElement[bool]:
    """Return the condition that a row holds each of the words literally, for the database of this dialect; true for none.

    A word has one or more ways of writing, of which one is enough, and each way has pieces (see `app.text.terms.runs_of`),
    all of which are needed. `in_passing` is for a statement to which some index tells all that it needs of every row:
    SQLite then goes through that index, instead of looking up each row that the words find.
    """
    if not words:
        return sa.true()
    if dialect == "sqlite":
        found = UnaryExpression(key.expression, operator=custom_op("+")) if in_passing else key
        return sa.and_(*(_KeyAmong(found, *_rows_with(word, terms, text)) for word in words))
    by_terms = has_any_terms(terms, key, [[terms_of_runs(way) for way in word] for word in words])
    compared = (
        _stands_in(text, word) for word in words if any(len(run) >= LEAST for way in word for run in way)
    )
    return sa.and_(by_terms, *compared)


def _rows_with(
    word: Sequence[Sequence[str]], terms: InstrumentedAttribute[str], text: InstrumentedAttribute[str]
) -> Iterator[sa.ColumnElement[int]]:
    """Yield the rows in which a word stands, in as few looks into the two indexes as there can be."""
    parted = [
        ([run for run in way if len(run) >= LEAST], [run for run in way if len(run) < LEAST]) for way in word
    ]
    if long := [long for long, short in parted if not short]:
        yield _RowsWith(text, sa.literal([long], _Terms()))
    if short := [short for long, short in parted if not long]:
        yield _RowsWith(terms, sa.literal([short], _Terms()))
    for long_runs, short_runs in parted:
        if long_runs and short_runs:
            also = _RowsWith(terms, sa.literal([[short_runs]], _Terms()))
            yield _RowsWith(text, sa.literal([[long_runs]], _Terms()), also)


def _stands_in(text: InstrumentedAttribute[str], word: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.and_(*(sa.func.strpos(text, run) > 0 for run in way)) for way in word))


_Words = list[list[list[str]]]


class _Terms(sa.types.UserDefinedType[_Words]):
    """Terms on their way to the database, spelled as its query language has them."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.engine.Dialect) -> Any:
        if dialect.name == "sqlite":
            return lambda words: _spelled(words, _quoted_for_fts5, " AND ", " OR ")
        return lambda words: _spelled(words, _quoted_for_tsquery, " & ", " | ")


def _spelled(words: _Words, quoted: Callable[[str], str], both: str, either: str) -> str:
    return both.join(
        "(" + either.join("(" + both.join(map(quoted, way)) + ")" for way in word) + ")" for word in words
    )


def _quoted_for_fts5(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _quoted_for_tsquery(term: str) -> str:
    """A quoted lexeme: quotes and backslashes doubled, as the syntax of tsquery asks."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


class _HasTerms(GenericFunction[bool]):
    """Arguments: column of terms, key column, the terms."""

    type = sa.Boolean()
    name = "tsunagi_has_terms"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """Stand in a WHERE as it is: behind `… = 1`, as SQLAlchemy would write it, SQLite reads every row."""
        return self


@compiles(_HasTerms, "postgresql")
def _on_postgresql(element: _HasTerms, compiler: SQLCompiler, **options: Any) -> str:
    column, _, terms = (compiler.process(clause, **options) for clause in element.clauses)
    # `array_to_tsvector` takes the terms as they are; a text configuration would cut and fold them its own way.
    return f"array_to_tsvector(string_to_array({column}, ' ')) @@ CAST({terms} AS tsquery)"


@compiles(_HasTerms, "sqlite")
def _on_sqlite(element: _HasTerms, compiler: SQLCompiler, **options: Any) -> str:
    column, key, terms = element.clauses
    return f"{compiler.process(key, **options)} IN ({_looked_up(column, terms, compiler, options)})"


class _RowsWith(GenericFunction[int]):
    """Arguments: indexed column, what it holds, and, where there are such, the rows among which it is looked for."""

    type = sa.Integer()
    name = "tsunagi_rows_with"
    inherit_cache = True


@compiles(_RowsWith, "sqlite")
def _rows_on_sqlite(element: _RowsWith, compiler: SQLCompiler, **options: Any) -> str:
    column, terms, *among = element.clauses
    rows = _looked_up(column, terms, compiler, options)
    return " AND rowid IN ".join([rows, *(f"({compiler.process(each, **options)})" for each in among)])


class _KeyAmong(GenericFunction[bool]):
    """Arguments: the key, and rows of which it is one."""

    type = sa.Boolean()
    name = "tsunagi_key_among"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """Stand in a WHERE as it is, like `_HasTerms`."""
        return self


@compiles(_KeyAmong, "sqlite")
def _among_on_sqlite(element: _KeyAmong, compiler: SQLCompiler, **options: Any) -> str:
    key, *rows = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{key} IN ({' UNION ALL '.join(rows)})"


def _looked_up(column: Any, terms: Any, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    """Return the statement that finds the rows in an index of SQLite."""
    name = _name(column.table.name, column.name)
    # Names of the product's own tables, and a parameter.
    return f"SELECT rowid FROM {name} WHERE {name} MATCH {compiler.process(terms, **options)}"


def _name(table: str, column: str) -> str:
    return f"idx_{table}_{column}"


def _creation(dialect: str, table: str, column: str, key: str) -> Iterator[str]:
    name = _name(table, column)
    if dialect != "sqlite":
        # Without a list of what is still to be filed: a full one makes the planner read the whole table instead.
        yield (
            f"CREATE INDEX {name} ON {table} USING gin (array_to_tsvector(string_to_array({column}, ' ')))"
            " WITH (fastupdate = off)"
        )
        return
    yield from _indexed(table, column, key, 'tokenize="unicode61 remove_diacritics 0", detail=none')


def _indexed(table: str, column: str, key: str, how: str) -> Iterator[str]:
    """Yield what makes an index of FTS5, fills it, and keeps it in step."""
    name = _name(table, column)
    # The text stands in the table already; the index keeps no second copy of it.
    yield f"CREATE VIRTUAL TABLE {name} USING fts5({column}, content='{table}', content_rowid='{key}', {how})"
    yield f"INSERT INTO {name}({name}) VALUES ('rebuild')"
    gone = f"INSERT INTO {name}({name}, rowid, {column}) VALUES ('delete', OLD.{key}, OLD.{column})"
    come = f"INSERT INTO {name}(rowid, {column}) VALUES (NEW.{key}, NEW.{column})"
    yield f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {come}; END"
    yield f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {gone}; END"
    yield f"CREATE TRIGGER {name}_update AFTER UPDATE OF {column} ON {table} BEGIN {gone}; {come}; END"
