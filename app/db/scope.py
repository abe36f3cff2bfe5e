"""The tripwire: guarded rows are reached only under a scope, and only those that the scope covers.

Three checks, because each alone has a hole:

* every statement gets the filter of every guarded class, lazy loads included; without a scope the filter is "none";
* a statement that plainly touches a guarded table without a scope is refused loudly, and so is one that goes round
  the mapper (a Core statement on the table, raw SQL), because no filter can be added to it;
* a flush that would write a guarded row outside the scope is refused.

The scope itself is made by `app.accounts`; this module only carries it. Raw SQL on a bare connection is out of its
reach: an architecture test forbids it in the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import AliasedReturnsRows

_SCOPE = "scope"
_FILTERS = "scope filters"


class ScopeViolation(Exception):
    """A statement or a flush would have reached guarded rows without a scope, or outside it."""


class Guarded:
    """Mixin for mapped classes whose rows only some people may reach."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is not None:
            table.info["guarded"] = True
            _GUARDED.append(cls)

    @classmethod
    def visible_to(cls, scope: Any) -> sa.ColumnElement[bool]:
        """Return the condition that a row fulfils when `scope` covers it."""
        raise NotImplementedError

    def is_within(self, scope: Any) -> bool:
        """Tell whether `scope` may write this row as it stands now."""
        raise NotImplementedError


_GUARDED: list[type[Guarded]] = []


class ScopedSession(Session):
    """A session that carries the tripwire; the only kind that the product opens."""


def bind_scope(session: Session, scope: object) -> None:
    """Give the session its scope, once; raise `ScopeViolation` when it has another one already."""
    if session.info.setdefault(_SCOPE, scope) != scope:
        raise ScopeViolation("a session keeps the scope that it was opened with")


@event.listens_for(ScopedSession, "do_orm_execute")
def _check_statement(state: ORMExecuteState) -> None:
    scope = _scope_of(state)
    # What a relationship loads is built by SQLAlchemy from the mapper, in parts that look like a Core statement.
    named = (
        set() if state.is_relationship_load else {table.name for table in _guarded_tables(state.statement)}
    )
    if named and scope is None:
        raise ScopeViolation(f"no scope, but the statement touches {', '.join(sorted(named))}")
    if named and state.is_insert:
        raise ScopeViolation("guarded rows are added through the session, so that the flush can check them")
    if not state.is_column_load:
        # A refresh of columns concerns a row that has been let in already, and takes no further criteria.
        state.statement = state.statement.options(*_filters(state.session, scope))


def _scope_of(state: ORMExecuteState) -> object | None:
    bound = state.session.info.get(_SCOPE)
    named = state.execution_options.get(_SCOPE)
    if bound is not None and named is not None and bound != named:
        raise ScopeViolation("the query was given another scope than its session")
    return bound if bound is not None else named


def _filters(session: Session, scope: object | None) -> Iterable[ORMOption]:
    """Build the criteria of all guarded classes once for each session and scope.

    They are expressions and not lambdas: SQLAlchemy caches a lambda by its code, and a cached scope would be
    somebody else's.
    """
    known: dict[object | None, list[ORMOption]] = session.info.setdefault(_FILTERS, {})
    if scope not in known:
        known[scope] = [
            with_loader_criteria(
                guarded,
                sa.false() if scope is None else guarded.visible_to(scope),
                include_aliases=True,
            )
            for guarded in _GUARDED
        ]
    return known[scope]


def _guarded_tables(statement: Any) -> Iterator[sa.Table]:
    """Yield the guarded tables that a statement names; raise when it selects from one without its mapper."""
    for element in visitors.iterate(getattr(statement, "element", statement)):
        if isinstance(element, (sa.TextClause, sa.TextualSelect)):
            raise ScopeViolation("raw SQL cannot be filtered; build the statement from mapped classes")
        if isinstance(element, sa.Select):
            # What stands in SELECT and FROM, as written: SQLAlchemy has no public name for the two lists, and its
            # public ones are made only while compiling. The leak tests fail on the day that it renames them.
            for part in (*element._raw_columns, *element._from_obj):
                _refuse_bare(part)
        elif isinstance(element, (sa.Update, sa.Delete, sa.Insert)):
            _refuse_bare(element.table)
        table = getattr(element, "table", element)
        if isinstance(table, sa.Table) and "guarded" in table.info:
            yield table


def _refuse_bare(part: Any) -> None:
    """Raise when a guarded table, an alias or a column of it lacks the mark that its mapper leaves."""
    table = getattr(part, "table", part)
    if (
        "guarded" in getattr(getattr(table, "element", table), "info", {})
        and "parententity" not in part._annotations
    ):
        raise ScopeViolation(f"a Core statement on {part} would not be filtered; select the mapped class")
    if isinstance(part, (sa.TableClause, AliasedReturnsRows, sa.SelectBase, sa.Exists)):
        return  # Selects further inside are looked at on their own.
    for inner in part.get_children():
        _refuse_bare(inner)


@event.listens_for(ScopedSession, "before_flush")
def _check_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope = session.info.get(_SCOPE)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Guarded) and (scope is None or not row.is_within(scope)):
            raise ScopeViolation(f"a row of {type(row).__name__} outside the scope would have been written")
