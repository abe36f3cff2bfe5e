"""The tripwire of `app.db.scope`, tried on two small tables with every way of reaching a row that leaked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    aliased,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

from app.db.scope import Guarded, ScopedSession, ScopeViolation, bind_scope


class FixtureBase(DeclarativeBase):
    pass


class Town(FixtureBase):
    __tablename__ = "town"
    id: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[list[File]] = relationship("File", back_populates="town")


class File(Guarded, FixtureBase):
    __tablename__ = "file"
    id: Mapped[int] = mapped_column(primary_key=True)
    team: Mapped[int]
    town_id: Mapped[int] = mapped_column(sa.ForeignKey("town.id"))
    town: Mapped[Town] = relationship("Town", back_populates="files")

    @classmethod
    def visible_to(cls, scope: Any) -> sa.ColumnElement[bool]:
        return cls.team == sa.literal(scope)

    def is_within(self, scope: Any) -> bool:
        return bool(self.team == scope)


TABLE: Any = File.__table__
OTHER = aliased(File)

THROUGH_THE_MAPPER: dict[str, Any] = {
    "entity": sa.select(File.id),
    "column only": sa.select(File.team),
    "count of rows": sa.select(sa.func.count()).select_from(File),
    "count of a column": sa.select(sa.func.count(File.id)),
    "alias": sa.select(OTHER.id),
    "join by relationship": sa.select(Town.id, File.id).join(Town.files),
    "join by condition": sa.select(Town.id, File.id).join(File, File.town_id == Town.id),
    "any": sa.select(Town.id).where(Town.files.any(File.team == 2)),
    "sub-select": sa.select(Town.id).where(Town.id.in_(sa.select(File.town_id).where(File.team == 2))),
    "common table": sa.select(sa.select(File.team).cte()),
    "exists": sa.select(sa.exists(sa.select(File.id).where(File.team == 2))),
    "sub-query alias": sa.select(aliased(File, sa.select(File).subquery()).id),
    "union": sa.union_all(sa.select(File.team), sa.select(OTHER.team)),
}

ROUND_THE_MAPPER: dict[str, Any] = {
    "table": sa.select(TABLE),
    "column": sa.select(TABLE.c.team),
    "alias": sa.select(TABLE.alias()),
    "sub-select": sa.select(Town.id).where(Town.id.in_(sa.select(TABLE.c.town_id))),
    "select from": sa.select(sa.literal(1)).select_from(TABLE),
    "count of a column": sa.select(sa.func.count(TABLE.c.id)),
    "sub-query": sa.select(sa.select(TABLE.c.id).subquery()),
    "update": sa.update(TABLE).values(team=1),
    "delete": sa.delete(TABLE),
    "insert": sa.insert(File).values(id=9, team=2, town_id=1),
    "raw SQL": sa.text("SELECT team FROM file"),
    "raw SQL with columns": sa.text("SELECT team FROM file").columns(TABLE.c.team),
    "entity from raw SQL": sa.select(File).from_statement(sa.text("SELECT * FROM file")),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    FixtureBase.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[ScopedSession]:
    """Team 1 has one file in town 1; team 2 has one in town 1 and two in town 2."""
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.insert(Town), [{"id": 1}, {"id": 2}])
        rows = [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2)]
        connection.execute(
            sa.insert(TABLE), [dict(zip(("id", "team", "town_id"), row, strict=True)) for row in rows]
        )
        with ScopedSession(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


def _numbers(session: ScopedSession, statement: Any) -> set[int]:
    return {number for row in session.execute(statement) for number in row}


@pytest.mark.parametrize("statement", THROUGH_THE_MAPPER.values(), ids=THROUGH_THE_MAPPER)
def test_without_a_scope_no_statement_reaches_a_guarded_row(session: ScopedSession, statement: Any) -> None:
    with pytest.raises(ScopeViolation):
        session.execute(statement)


@pytest.mark.parametrize("statement", THROUGH_THE_MAPPER.values(), ids=THROUGH_THE_MAPPER)
def test_a_statement_under_a_scope_tells_nothing_of_another_teams_rows(
    session: ScopedSession, statement: Any
) -> None:
    bind_scope(session, 1)
    assert _numbers(session, statement) <= {0, 1}


@pytest.mark.parametrize("statement", ROUND_THE_MAPPER.values(), ids=ROUND_THE_MAPPER)
@pytest.mark.parametrize("scope", [None, 1])
def test_a_statement_round_the_mapper_is_refused_even_with_a_scope(
    session: ScopedSession, statement: Any, scope: int | None
) -> None:
    if scope is not None:
        bind_scope(session, scope)
    with pytest.raises(ScopeViolation):
        session.execute(statement)


TWINS: dict[str, tuple[Any, Any]] = {
    "column": (sa.select(File.team), sa.select(TABLE.c.team)),
    "alias": (sa.select(OTHER.id), sa.select(TABLE.alias().c.id)),
    "count of rows": (
        sa.select(sa.func.count()).select_from(File),
        sa.select(sa.func.count()).select_from(TABLE),
    ),
    "sub-select": (
        sa.select(Town.id).where(Town.id.in_(sa.select(File.town_id))),
        sa.select(Town.id).where(Town.id.in_(sa.select(TABLE.c.town_id))),
    ),
    "update": (sa.update(File).values(team=1), sa.update(TABLE).values(team=1)),
}


@pytest.mark.parametrize(("mapped", "bare"), TWINS.values(), ids=TWINS)
def test_what_was_learnt_of_a_mapped_statement_excuses_none_that_only_looks_like_it(
    session: ScopedSession, mapped: Any, bare: Any
) -> None:
    bind_scope(session, 1)
    session.execute(mapped)
    session.execute(mapped)

    with pytest.raises(ScopeViolation):
        session.execute(bare)


@pytest.mark.parametrize("statement", THROUGH_THE_MAPPER.values(), ids=THROUGH_THE_MAPPER)
def test_a_statement_that_a_scope_was_let_through_with_is_still_refused_without_one(
    session: ScopedSession, statement: Any
) -> None:
    session.execute(statement, execution_options={"scope": 1})

    with pytest.raises(ScopeViolation):
        session.execute(statement)


@pytest.mark.parametrize("loading", [joinedload, selectinload])
def test_eager_loading_without_a_scope_brings_no_guarded_row(session: ScopedSession, loading: Any) -> None:
    try:
        towns = session.scalars(sa.select(Town).options(loading(Town.files))).unique().all()
    except ScopeViolation:
        return
    assert [file.id for town in towns for file in town.files] == []


@pytest.mark.parametrize("loading", [joinedload, selectinload])
def test_eager_loading_is_filtered(session: ScopedSession, loading: Any) -> None:
    bind_scope(session, 1)
    towns = session.scalars(sa.select(Town).options(loading(Town.files))).unique().all()
    assert [file.id for town in towns for file in town.files] == [1]


def test_lazy_loading_is_filtered(session: ScopedSession) -> None:
    bind_scope(session, 1)
    town = session.get_one(Town, 1)
    assert [file.id for file in town.files] == [1]


def test_a_row_is_got_by_its_key_only_inside_the_scope(session: ScopedSession) -> None:
    bind_scope(session, 1)
    assert session.get(File, 1) is not None
    assert session.get(File, 2) is None


def test_a_row_that_was_let_in_can_be_refreshed(session: ScopedSession) -> None:
    bind_scope(session, 1)
    file = session.get_one(File, 1)
    session.expire(file)
    assert file.team == 1
    session.refresh(file)
    assert file.town_id == 1


def test_bulk_update_and_delete_change_only_rows_inside_the_scope(session: ScopedSession) -> None:
    bind_scope(session, 2)
    assert session.execute(sa.update(File).values(town_id=2)).rowcount == 3  # type: ignore[attr-defined]
    assert session.execute(sa.delete(File)).rowcount == 3  # type: ignore[attr-defined]


def test_a_row_outside_the_scope_is_not_written(session: ScopedSession) -> None:
    bind_scope(session, 1)
    session.add(File(id=9, team=2, town_id=1))
    with pytest.raises(ScopeViolation):
        session.flush()


def test_a_row_is_not_moved_out_of_the_scope(session: ScopedSession) -> None:
    bind_scope(session, 1)
    session.get_one(File, 1).team = 2
    with pytest.raises(ScopeViolation):
        session.flush()


def test_a_session_keeps_its_scope_and_a_query_cannot_widen_it(session: ScopedSession) -> None:
    bind_scope(session, 1)
    with pytest.raises(ScopeViolation):
        bind_scope(session, 2)
    with pytest.raises(ScopeViolation):
        session.scalars(sa.select(File), execution_options={"scope": 2})


def test_one_scope_after_another_never_sees_the_formers_rows(session: ScopedSession) -> None:
    statement = sa.select(File.id)
    seen = []
    for scope in (1, 2, 1):
        session.info.clear()
        bind_scope(session, scope)
        seen.append(set(session.scalars(statement)))
    assert seen == [{1}, {2, 3, 4}, {1}]


def test_unguarded_tables_need_no_scope(session: ScopedSession) -> None:
    assert set(session.scalars(sa.select(Town.id))) == {1, 2}
