"""The tripwire: guarded rows are reached only under a scope, and only those that the scope covers.

Three checks, because each alone has a hole:

* every statement gets the filter of every guarded class that it names or that its entities lead to, lazy loads
  included; without a scope the filter is "none";
* a statement that plainly touches a guarded table without a scope is refused loudly, and so is one that goes round
  the mapper (a Core statement on the table, raw SQL), because no filter can be added to it;
* a flush that would write a guarded row outside the scope is refused.

The scope itself is made by `app.accounts`; this module only carries it. Raw SQL on a bare connection is out of its
reach: an architecture test forbids it in the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import AliasedReturnsRows
from sqlalchemy.util import LRUCache

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
            # A name and not the class: Alembic writes a table's `info` into the migration that it drafts.
            table.info["guarded"] = f"{cls.__module__}.{cls.__qualname__}"
            _GUARDED[table.info["guarded"]] = cls

    @classmethod
    def visible_to(cls, scope: Any) -> sa.ColumnElement[bool]:
        """Return the condition that a row fulfils when `scope` covers it."""
        raise NotImplementedError

    def is_within(self, scope: Any) -> bool:
        """Tell whether `scope` may write this row as it stands now."""
        raise NotImplementedError


_GUARDED: dict[str, type[Guarded]] = {}


@runtime_checkable
class Wide(Protocol):
    """A scope that can hold others: a query may be given a narrower one than its session, never a wider."""

    def covers(self, other: object) -> bool:
        """Tell whether all that `other` reaches is reached by this one too."""


class ScopedSession(Session):
    """A session that carries the tripwire; the only kind that the product opens."""


def bind_scope(session: Session, scope: object) -> None:
    """Give the session its scope, once; raise `ScopeViolation` when it has another one already."""
    if session.info.setdefault(_SCOPE, scope) != scope:
        raise ScopeViolation("a session keeps the scope that it was opened with")


@event.listens_for(ScopedSession, "do_orm_execute")
def _check_statement(state: ORMExecuteState) -> None:
    scope = _scope_of(state)
    touched = _touched(state.statement, is_built_by_mapper=state.is_relationship_load)
    if touched.named and not state.is_relationship_load:
        if scope is None:
            names = ", ".join(sorted(guarded.__name__ for guarded in touched.named))
            raise ScopeViolation(f"no scope, but the statement touches {names}")
        if state.is_insert:
            raise ScopeViolation(
                "guarded rows are added through the session, so that the flush can check them"
            )
    if not state.is_column_load:
        # A refresh of columns concerns a row that has been let in already, and takes no further criteria.
        state.statement = state.statement.options(*_filters(state.session, scope, touched.reached))


def _scope_of(state: ORMExecuteState) -> object | None:
    bound: object | None = state.session.info.get(_SCOPE)
    named: object | None = state.execution_options.get(_SCOPE)
    if bound is None or named is None:
        return bound if named is None else named
    if bound != named and not (isinstance(bound, Wide) and bound.covers(named)):
        raise ScopeViolation("the query was given another scope than its session")
    return named


def _filters(session: Session, scope: object | None, reached: Iterable[type[Guarded]]) -> Iterator[ORMOption]:
    """Yield the criteria of the guarded classes, each built once for a session and scope.

    They are expressions and not lambdas: SQLAlchemy caches a lambda by its code, and a cached scope would be
    somebody else's.
    """
    known: dict[object, ORMOption] = session.info.setdefault(_FILTERS, {})
    for guarded in reached:
        if (scope, guarded) not in known:
            condition = sa.false() if scope is None else guarded.visible_to(scope)
            known[scope, guarded] = with_loader_criteria(guarded, condition, include_aliases=True)
        yield known[scope, guarded]


@dataclass(frozen=True)
class _Touched:
    """The guarded classes that a statement names, and all that loading its entities can lead to."""

    named: frozenset[type[Guarded]]
    reached: tuple[type[Guarded], ...]


# By the key under which SQLAlchemy keeps the compiled form: two statements with one key differ in their parameters
# alone, and what is marked by a mapper has another key than what is not. What was refused is not remembered.
_KNOWN: LRUCache[tuple[Any, bool], _Touched] = LRUCache(1_000)


def _touched(statement: Any, *, is_built_by_mapper: bool) -> _Touched:
    """Look through a statement, once for all of its shape; raise when it goes round a mapper.

    What a relationship loads is built by SQLAlchemy from the mapper, in parts that look like a Core statement.
    """
    shape = statement._generate_cache_key()
    if shape is None:
        return _look_through(statement, is_built_by_mapper=is_built_by_mapper)
    key = shape.key, is_built_by_mapper
    known = _KNOWN.get(key)
    if known is None:
        known = _KNOWN[key] = _look_through(statement, is_built_by_mapper=is_built_by_mapper)
    return known


def _look_through(statement: Any, *, is_built_by_mapper: bool) -> _Touched:
    named: set[type[Guarded]] = set()
    mappers: set[Mapper[Any]] = set()
    for element in visitors.iterate(getattr(statement, "element", statement)):
        if isinstance(element, (sa.TextClause, sa.TextualSelect)):
            raise ScopeViolation("raw SQL cannot be filtered; build the statement from mapped classes")
        if not is_built_by_mapper:
            _refuse_round_the_mapper(element)
        if "parentmapper" in element._annotations:
            mappers.add(element._annotations["parentmapper"])
        table = getattr(element, "table", element)
        if isinstance(table, sa.Table) and "guarded" in table.info:
            named.add(_GUARDED[table.info["guarded"]])
    reached = named.union(*(_reached_from(mapper) for mapper in mappers))
    # In one order, so that equal statements are found in SQLAlchemy's cache.
    return _Touched(frozenset(named), tuple(sorted(reached, key=lambda guarded: guarded.__qualname__)))


@cache
def _reached_from(mapper: Mapper[Any]) -> frozenset[type[Guarded]]:
    """Return the guarded classes among a mapper and all that its relationships lead to, near or far."""
    seen, waiting = {mapper}, [mapper]
    while waiting:
        for relationship in waiting.pop().relationships:
            if relationship.mapper not in seen:
                seen.add(relationship.mapper)
                waiting.append(relationship.mapper)
    return frozenset(found.class_ for found in seen if issubclass(found.class_, Guarded))


def _refuse_round_the_mapper(element: Any) -> None:
    """Raise when a part of a statement selects from, or writes to, a guarded table without its mapper."""
    if isinstance(element, sa.Select):
        # What stands in SELECT and FROM, as written: SQLAlchemy has no public name for the two lists, and its public
        # ones are made only while compiling. The leak tests fail on the day that it renames them.
        for part in (*element._raw_columns, *element._from_obj):
            _refuse_bare(part)
    elif isinstance(element, (sa.Update, sa.Delete, sa.Insert)):
        _refuse_bare(element.table)


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
