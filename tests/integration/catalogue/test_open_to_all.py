"""What is public is said once: each statement that answers everybody carries the same conditions, whoever asks.

The questions are put under a scope that reaches the whole town, so nothing but the statement itself can hold it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from inspect import getmembers, isfunction
from types import ModuleType
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

from app.db.database import Database
from app.resources.engine.trait_fields import TAKING_PART
from app.resources.exchange.hsds import facts
from app.resources.exchange.hsds.asking import Asked
from app.resources.exchange.hsds.taxonomies import KindInUse
from app.resources.models import Resource
from app.resources.queries import exports, open_catalogue, public_pages, public_texts
from app.resources.queries.criteria import Filter, Order
from app.resources.queries.leaving import MAY_LEAVE_TO_ALL, OPEN_TO_ALL
from app.resources.vocabulary import KindGroup
from app.web.errors import Missing
from tests.factories.resources import EVERYTHING, LAT, LON, make_resource, make_town

Ask = Callable[[Session, int, int], object]
Statement = sa.Select[Any]

NAME: Final = "はまべの家"
KIND: Final[KindInUse] = ("居場所", KindGroup.TAKING_PART)


def asked(**wishes: Any) -> Asked:
    """A question of the open catalogue."""
    return Asked(**wishes)


def offers(**wishes: Any) -> Ask:
    """Asks the open catalogue for its entries."""
    return lambda session, _key, _town: open_catalogue.list_offers(
        session, asked(**wishes), with_place=True, scope=EVERYTHING
    )


def organization(session: Session) -> str:
    """The identifier of the only organization."""
    return open_catalogue.list_operators(session, scope=EVERYTHING)[0].id


LEAVING: Final[dict[str, Ask]] = {
    "list_offers": offers(),
    "list_offers of an organization": lambda session, _key, _town: open_catalogue.list_offers(
        session, asked(organization_id=organization(session)), scope=EVERYTHING
    ),
    "list_offers since a day": offers(modified_after=datetime(2020, 1, 1, tzinfo=UTC)),
    "list_offers of a kind": offers(taxonomy_term_id=facts.kind_term(*KIND).id),
    "list_offers that involve people": offers(taxonomy_id=facts.Taxonomy.TAKING_PART.id),
    "find_offer": lambda session, _key, _town: open_catalogue.find_offer(session, "none", scope=EVERYTHING),
    "find_offer_at_location": lambda session, _key, _town: open_catalogue.find_offer_at_location(
        session, "none", scope=EVERYTHING
    ),
    "list_operators": lambda session, _key, _town: open_catalogue.list_operators(session, scope=EVERYTHING),
    "find_operator": lambda session, _key, _town: open_catalogue.find_operator(
        session, "none", scope=EVERYTHING
    ),
    "list_offers_of": lambda session, _key, _town: open_catalogue.list_offers_of(
        session, open_catalogue.list_operators(session, scope=EVERYTHING), scope=EVERYTHING
    ),
    "list_kinds_in_use": lambda session, _key, _town: open_catalogue.list_kinds_in_use(
        session, scope=EVERYTHING
    ),
    "find_leaving": lambda session, _key, _town: exports.find_leaving(
        session, Filter(), for_staff=False, scope=EVERYTHING
    ),
    "iterate_leaving": lambda session, key, _town: list(
        exports.iterate_leaving(session, [key], for_staff=False, scope=EVERYTHING)
    ),
    "list_public_texts": lambda session, _key, _town: public_texts.list_public_texts(
        session, scope=EVERYTHING
    ),
    "list_places_on_paper": lambda session, _key, town: public_pages.list_places_on_paper(
        session, [town], Order.NAME, scope=EVERYTHING
    ),
}
"""Each question whose answer is copied or printed, by the function that it puts."""

SHOWN: Final[dict[str, Ask]] = {
    "list_public_places": lambda session, _key, _town: public_pages.list_public_places(
        session, Filter(), scope=EVERYTHING
    ),
    "get_public_resource": lambda session, key, _town: public_pages.get_public_resource(
        session, key, scope=EVERYTHING
    ),
    "list_windows": lambda session, _key, _town: public_pages.list_windows(session, scope=EVERYTHING),
}
"""The same for what residents see on a page."""

NOT_FOR_ALL: Final = {
    "find_published_identities": "an import recognises by it what has been closed since",
    "find_handles": "an import recognises by it what has been closed since",
    "iterate_rows": "it asks iterate_leaving",
}
"""The functions of these rooms that answer somebody else, each with the reason."""


@pytest.fixture
def town(database: Database) -> tuple[int, int]:
    """A town with one place; its key and that of the town."""
    town = make_town(database, "浜町")
    place = {"name": NAME, "operator": "浜の会", "town_id": town, "lon": LON, "lat": LAT}
    return make_resource(database, kind=KIND[0], traits={TAKING_PART: "有"}, **place), town


def conjuncts(condition: Any) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions of which all have to hold, without brackets around them."""
    if isinstance(condition, sa.sql.elements.Grouping):
        yield from conjuncts(condition.element)
    elif (
        isinstance(condition, sa.sql.elements.BooleanClauseList)
        and condition.operator is sa.sql.operators.and_
    ):
        for part in condition.clauses:
            yield from conjuncts(part)
    elif condition is not None:
        yield condition


def lacks(select: Statement, conditions: Sequence[sa.ColumnElement[bool]]) -> list[str]:
    """The conditions that a statement does not carry."""
    carried = {written(part) for part in conjuncts(select.whereclause)}
    wanted = [written(part) for condition in conditions for part in conjuncts(condition)]
    return [each for each in wanted if each not in carried]


def written(condition: sa.ColumnElement[bool]) -> str:
    """A condition as SQL with its values, by which two of them are compared."""
    compiled = condition.compile()
    return f"{compiled} {compiled.params}"


def reads_entries(select: Statement) -> bool:
    """Whether a statement reads the table of entries, joined or alone."""
    sources = [part for source in select.get_final_froms() for part in visitors.iterate(source)]
    return any(getattr(part, "name", None) == Resource.__tablename__ for part in sources)


def entries_read(database: Database, ask: Ask, town: tuple[int, int]) -> list[Statement]:
    """The statements over entries that a question sends, and those within them."""
    sent: list[Any] = []

    def note(state: ORMExecuteState) -> None:
        sent.append(state.statement)

    with database.reading(EVERYTHING) as session:
        event.listen(session, "do_orm_execute", note)
        with suppress(Missing):
            ask(session, *town)
    parts = [part for statement in sent for part in visitors.iterate(statement)]
    return [part for part in parts if isinstance(part, sa.Select) and reads_entries(part)]


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize("question", LEAVING)
def test_a_statement_whose_answer_leaves_says_what_is_public_and_who_agreed(
    database: Database, town: tuple[int, int], question: str
) -> None:
    found = entries_read(database, LEAVING[question], town)
    assert found, f"{question} reads no entries: the test looks at nothing"
    assert [lacks(each, MAY_LEAVE_TO_ALL) for each in found] == [[]] * len(found)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize("question", SHOWN)
def test_a_statement_of_a_page_for_residents_says_what_is_public(
    database: Database, town: tuple[int, int], question: str
) -> None:
    found = entries_read(database, SHOWN[question], town)
    assert found, f"{question} reads no entries: the test looks at nothing"
    assert [lacks(each, OPEN_TO_ALL) for each in found] == [[]] * len(found)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_statement_that_forgets_a_condition_is_found_out(database: Database, town: tuple[int, int]) -> None:
    def ask(session: Session, key: int, _town: int) -> object:
        open_places = sa.select(Resource.id).where(Resource.id == key, Resource.is_refuge.is_(False))
        return session.scalars(open_places.execution_options(scope=EVERYTHING)).all()

    (found,) = entries_read(database, ask, town)
    missing = lacks(found, OPEN_TO_ALL)
    assert len(missing) == 4
    assert not any("is_refuge" in each for each in missing)


@pytest.mark.parametrize("room", [open_catalogue, exports, public_pages, public_texts])
def test_no_question_of_these_rooms_is_left_out(room: ModuleType) -> None:
    asked_here = {
        name
        for name, function in getmembers(room, isfunction)
        if function.__module__ == room.__name__ and not name.startswith("_")
    }
    walked = {name.split(" ")[0] for name in LEAVING | SHOWN}
    assert asked_here - walked - NOT_FOR_ALL.keys() == set(), "add the question to LEAVING or SHOWN above"
