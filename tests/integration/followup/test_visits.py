"""Visits and planned contacts: what answers what, who reads what, and that nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts.vocabulary import Actor, Role
from app.cases import service as cases
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.followup import queries, service
from app.followup.vocabulary import (
    Means,
    Met,
    MoveReason,
    Occasion,
    Party,
    SharingBasis,
    VisitFacts,
    VisitNote,
)
from app.people import queries as people
from app.people import service as persons
from app.web.errors import Missing, Refused
from tests.factories.cases import make_actor
from tests.factories.followup import TEXT, facts, log, planned, ready_case, start
from tests.support.databases import rows_of

DAYS = timedelta(days=1)


@pytest.fixture
def csw(database: Database) -> Actor:
    """Who writes."""
    return make_actor(database, Role.CSW)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case with a placement that began eight days ago: two contacts with each side are overdue."""
    case = ready_case(database, csw)
    start(database, case, csw, starts_on=today() - 8 * DAYS)
    return case


def member(database: Database, case: Case, by: Actor) -> Actor:
    """One more of the team."""
    second = make_actor(database, Role.COORDINATOR)
    with database.writing(by.scope) as session:
        cases.join_team(session, case_id=case.id, account_id=second.account_id or 0, by=by, at=now())
    return second


def reads(database: Database, case: Case, by: Actor) -> list[str]:
    with database.reading(by.scope) as session:
        return [visit.visit_id for visit in queries.list_visits(session, case.id, most=99, scope=by.scope)]


def withdraw_consents(database: Database, case: Case, by: Actor) -> None:
    with database.writing(by.scope) as session:
        for consent in people.list_consents(session, case.person_id, scope=by.scope):
            persons.withdraw_consent(
                session, person_id=case.person_id, consent_id=consent.id, by=by, at=now()
            )


def test_what_is_written_stands_sealed(database: Database, csw: Actor, case: Case) -> None:
    visit_id = log(database, case, csw)
    (row,) = rows_of(database, "visit")
    assert TEXT.encode() not in bytes(row["sealed"])  # type: ignore[call-overload]
    with database.reading(csw.scope) as session:
        view = queries.get_visit_view(session, visit_id, scope=csw.scope)
    assert view.current.note == facts().note
    assert view.former == ()


def test_a_visit_answers_the_contact_that_it_was_opened_from(
    database: Database, csw: Actor, case: Case
) -> None:
    host = planned(database, case, csw, Party.HOST)
    visit_id = log(database, case, csw, facts(Met.HOST), touchpoint_id=host[2].id)
    left = planned(database, case, csw, Party.HOST)
    # The two that were overdue are answered too: nobody calls a host three times for one talk.
    assert [contact.id for contact in left] == [contact.id for contact in host[3:]]
    assert len(planned(database, case, csw, Party.PERSON)) == 5
    answered = [row["visit_id"] for row in rows_of(database, "touchpoint") if row["visit_id"]]
    assert answered == [visit_id] * 3


def test_a_visit_that_nobody_planned_answers_what_was_due(database: Database, csw: Actor, case: Case) -> None:
    log(database, case, csw, facts(Met.PERSON))
    assert [contact.due_on > today() for contact in planned(database, case, csw, Party.PERSON)] == [True] * 3
    assert len(planned(database, case, csw, Party.HOST)) == 5


def test_meeting_both_answers_both(database: Database, csw: Actor, case: Case) -> None:
    contact = planned(database, case, csw, Party.PERSON)[0]
    log(database, case, csw, facts(Met.PERSON, Met.HOST), touchpoint_id=contact.id)
    assert len(planned(database, case, csw)) == 6


def test_an_attempt_leaves_the_contact_planned(database: Database, csw: Actor, case: Case) -> None:
    contact = planned(database, case, csw, Party.PERSON)[0]
    log(database, case, csw, facts(Met.NOBODY), touchpoint_id=contact.id)
    assert contact.id in {one.id for one in planned(database, case, csw)}
    log(database, case, csw, facts(Met.NOBODY, next_in=1), touchpoint_id=contact.id)
    assert contact.id not in {one.id for one in planned(database, case, csw)}


def test_a_promise_becomes_the_next_contact_with_the_same_side(
    database: Database, csw: Actor, case: Case
) -> None:
    contact = planned(database, case, csw, Party.HOST)[0]
    log(database, case, csw, facts(Met.HOST, next_in=3), touchpoint_id=contact.id)
    (promised,) = [one for one in planned(database, case, csw) if one.occasion is Occasion.PROMISE]
    assert (promised.party, promised.due_on) == (Party.HOST, today() + 3 * DAYS)
    assert promised.placement_id == contact.placement_id
    log(database, case, csw, facts(Met.HOST, next_in=3), touchpoint_id=promised.id)
    assert len([one for one in planned(database, case, csw) if one.occasion is Occasion.PROMISE]) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (facts(next_in=-1), "next_on"),
        (facts(on=today() + DAYS), "happened_on"),
        (facts(Met.NOBODY, Met.PERSON), "met"),
        (VisitFacts(today(), Means.PHONE, VisitNote()), "met"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    database: Database, csw: Actor, case: Case, said: VisitFacts, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        log(database, case, csw, said)
    assert refusal.value.field == field


def test_a_contact_is_answered_once(database: Database, csw: Actor, case: Case) -> None:
    contact = planned(database, case, csw)[0]
    log(database, case, csw, facts(Met.PERSON, Met.HOST), touchpoint_id=contact.id)
    with pytest.raises(Refused, match="もう記録"):
        log(database, case, csw, touchpoint_id=contact.id)


def test_without_a_consent_a_note_is_its_authors_alone(database: Database, csw: Actor, case: Case) -> None:
    second = member(database, case, csw)
    shared = log(database, case, csw)
    withdraw_consents(database, case, csw)
    own = log(database, case, csw)
    assert set(reads(database, case, csw)) == {shared, own}
    assert reads(database, case, second) == [shared]
    with database.reading(second.scope) as session:
        assert queries.count_visits(session, case.id, scope=second.scope) == 1
        with pytest.raises(Missing):
            queries.get_visit(session, own, scope=second.scope)
    with pytest.raises(Refused, match="同意"):
        log(database, case, csw, facts(sharing_basis=SharingBasis.CONSENT))


def test_another_team_reads_nothing(database: Database, csw: Actor, case: Case) -> None:
    visit_id, stranger = log(database, case, csw), make_actor(database, Role.CSW)
    assert reads(database, case, stranger) == []
    with database.reading(stranger.scope) as session, pytest.raises(Missing):
        queries.get_visit_view(session, visit_id, scope=stranger.scope)
    with pytest.raises(Missing):
        log(database, case, stranger)
    with database.writing(stranger.scope) as session, pytest.raises(Missing):
        service.record_visit_read(session, visit_id=visit_id, by=stranger, at=now())


def correct(database: Database, visit_id: str, by: Actor, said: VisitFacts, version: int = 1) -> None:
    with database.writing(by.scope) as session:
        service.correct_visit(session, visit_id=visit_id, facts=said, seen_version=version, by=by, at=now())


def test_a_correction_keeps_what_stood_there(database: Database, csw: Actor, case: Case) -> None:
    visit_id = log(database, case, csw)
    anew = VisitFacts(today() - DAYS, Means.HOME, VisitNote((Met.FAMILY,), text="母と話した。"))
    correct(database, visit_id, csw, anew)
    correct(database, visit_id, csw, facts(), version=2)
    with database.reading(csw.scope) as session:
        view = queries.get_visit_view(session, visit_id, scope=csw.scope)
    assert [version.note.text for version in view.former] == [TEXT, "母と話した。"]
    assert (view.former[1].means, view.former[1].happened_on) == (Means.HOME, today() - DAYS)
    assert view.current.note.text == TEXT


def test_only_the_author_corrects_and_only_what_they_saw(database: Database, csw: Actor, case: Case) -> None:
    visit_id, second = log(database, case, csw), member(database, case, csw)
    with pytest.raises(Refused, match="書いた人だけ"):
        correct(database, visit_id, second, facts())
    correct(database, visit_id, csw, facts())
    with pytest.raises(Refused, match="先に訂正"):
        correct(database, visit_id, csw, facts(), version=1)


def test_a_note_shared_by_mistake_is_closed_with_all_its_versions(
    database: Database, csw: Actor, case: Case
) -> None:
    visit_id, second = log(database, case, csw), member(database, case, csw)
    assert reads(database, case, second) == [visit_id]
    correct(database, visit_id, csw, facts(sharing_basis=SharingBasis.AUTHOR_ONLY))
    assert reads(database, case, second) == []


def test_a_contact_is_moved_with_its_reason_in_the_log_and_beside_it(
    database: Database, csw: Actor, case: Case
) -> None:
    contact = planned(database, case, csw)[0]
    with database.writing(csw.scope) as session:
        service.move_touchpoint(
            session,
            touchpoint_id=contact.id,
            to=today() + DAYS,
            reason=MoveReason.HEALTH,
            by=csw,
            at=now(),
        )
    with database.reading(csw.scope) as session:
        moved = queries.get_touchpoint(session, contact.id, scope=csw.scope)
        (move,) = queries.list_moves(session, moved, scope=csw.scope)
    assert (moved.due_on, move.came_from, move.reason) == (
        today() + DAYS,
        contact.due_on,
        MoveReason.HEALTH,
    )
    (event,) = [row for row in rows_of(database, "audit_event") if row["action"] == "touchpoint.moved"]
    assert "health" in str(event["detail"])


def test_a_contact_that_is_over_is_not_moved(database: Database, csw: Actor, case: Case) -> None:
    contact = planned(database, case, csw, Party.PERSON)[0]
    log(database, case, csw, touchpoint_id=contact.id)
    with database.writing(csw.scope) as session, pytest.raises(Refused):
        service.move_touchpoint(
            session,
            touchpoint_id=contact.id,
            to=today() + DAYS,
            reason=MoveReason.OTHER,
            by=csw,
            at=now(),
        )


def test_the_log_holds_no_word_of_a_visit(database: Database, csw: Actor, case: Case) -> None:
    log(database, case, csw)
    said = "".join(str(row["detail"]) for row in rows_of(database, "audit_event"))
    assert "刺し子" not in said
    assert "good" not in said
