"""Taking over what went before."""

from __future__ import annotations

import itertools
from datetime import timedelta

from sqlalchemy import event

from app.accounts.vocabulary import Role
from app.cases import queries as cases
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.followup import queries, service
from app.followup.vocabulary import (
    Cause,
    EndReason,
    PastPlacement,
    PastStep,
    PastVisit,
    SharingBasis,
    Stage,
)
from tests.factories.cases import make_actor
from tests.factories.followup import TOWN, facts, make_place, planned, ready_case
from tests.support.databases import rows_of

# PostgreSQL takes a thousand rows a statement; what else is sent does not depend on their number.
MOST_STATEMENTS = 30
DAYS = timedelta(days=1)


def basis_of(database: Database, case: Case) -> str:
    with database.reading(TOWN.scope) as session:
        basis = cases.find_basis(session, case.id, on=today(), scope=TOWN.scope)
    assert basis is not None
    return basis.basis_id


def test_history_stands_as_it_was(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    place, case = make_place(database), ready_case(database, csw)
    basis_id, owner_id = basis_of(database, case), csw.account_id or 0
    began = today() - 60 * DAYS
    with database.writing(TOWN.scope) as session:
        ended_id, running_id = service.add_past_placements(
            session,
            placements=[
                PastPlacement(
                    case.id,
                    place.resource_id,
                    basis_id,
                    (
                        PastStep(Stage.VISIT, began, owner_id),
                        PastStep(Stage.TRIAL, began + 7 * DAYS, owner_id),
                        PastStep(Stage.ENDED, began + 9 * DAYS, owner_id),
                    ),
                    owner_id,
                    end_reason=EndReason.TRAVEL,
                    end_cause=Cause.SYSTEM,
                ),
                PastPlacement(
                    case.id,
                    place.resource_id,
                    basis_id,
                    (PastStep(Stage.ONGOING, began, owner_id),),
                    owner_id,
                    opening_id=place.opening_id,
                    slot_ids=place.slot_ids[:1],
                ),
            ],
            by=TOWN,
            at=now(),
        )
    with database.reading(csw.scope) as session:
        running, ended = queries.list_placements(session, case.id, scope=csw.scope)
        assert (running.id, ended.id) == (running_id, ended_id)
        assert [step.stage for step in ended.steps] == [Stage.VISIT, Stage.TRIAL, Stage.ENDED]
        assert ended.ended_on == began + 9 * DAYS
    assert {contact.placement_id for contact in planned(database, case, csw)} == {running_id}
    assert min(contact.due_on for contact in planned(database, case, csw)) == began + 90 * DAYS
    assert [row["holder"] for row in rows_of(database, "reservation")] == [running_id]


def test_a_years_visits_are_taken_over_in_few_statements(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    visits = [
        PastVisit(
            case.id,
            csw.account_id or 0,
            facts(on=today() - number % 300 * DAYS, sharing_basis=SharingBasis.CONSENT),
            now() - number % 300 * DAYS,
        )
        for number in range(2_000)
    ]
    sent = itertools.count()

    def note(*_of_a_statement: object) -> None:
        next(sent)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.writing(TOWN.scope) as session:
        assert len(service.add_past_visits(session, visits=visits, by=TOWN, at=now())) == 2_000
    event.remove(database.engine, "before_cursor_execute", note)
    assert next(sent) <= MOST_STATEMENTS
    with database.reading(csw.scope) as session:
        assert queries.count_visits(session, case.id, scope=csw.scope) == 2_000


def test_a_promise_of_a_day_to_come_is_planned(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = ready_case(database, csw)
    past = PastVisit(case.id, csw.account_id or 0, facts(on=today() - DAYS, next_in=5), now() - DAYS)
    kept = PastVisit(case.id, csw.account_id or 0, facts(on=today() - 9 * DAYS), now() - 9 * DAYS)
    with database.writing(TOWN.scope) as session:
        service.add_past_visits(session, visits=[kept, past], by=TOWN, at=now())
    assert [contact.due_on for contact in planned(database, case, csw)] == [today() + 5 * DAYS]
