"""How a case begins, goes on, is decided and ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Role
from app.audit.service import verify_log
from app.cases import queries, service
from app.cases.models import Case
from app.cases.vocabulary import (
    Basis,
    BasisKind,
    CaseState,
    CaseStory,
    CaseView,
    ClosingReason,
    PlanState,
    PlanText,
    ReferralRoute,
)
from app.clock import now, today
from app.db.database import Database
from app.people import queries as people
from app.people.vocabulary import Identity, NeverMeetKind, RecipientKind
from app.web.errors import Refused
from tests.factories.cases import PLAN, TOWN, entrusted, keep_away, make_actor, make_case, submit_plan

InParallel = Callable[[int, Callable[[int], None]], None]


def view_of(database: Database, case: Case, by: Actor) -> CaseView:
    with database.reading(by.scope) as session:
        return queries.get_case_view(session, case.id, scope=by.scope)


def basis_of(database: Database, case: Case, by: Actor, days: int = 0) -> Basis | None:
    with database.reading(by.scope) as session:
        return queries.find_basis(session, case.id, on=today() + timedelta(days=days), scope=by.scope)


def test_numbers_run_without_gaps_though_many_open_at_once(
    database: Database, in_parallel: InParallel
) -> None:
    actors = [make_actor(database, Role.CSW) for _ in range(4)]

    def open_two(number: int) -> None:
        make_case(database, actors[number])
        with pytest.raises(Refused):
            # A case that is refused after its number was taken gives it back.
            make_case(database, actors[number], opened_on=today() + timedelta(days=1))
        make_case(database, actors[number])

    in_parallel(4, open_two)
    with database.reading(TOWN.scope) as session:
        rows = queries.list_case_rows(
            session,
            asked=queries.CaseFilter(),
            sort_key="number",
            descending=False,
            most=20,
            scope=TOWN.scope,
        )
        assert [row.number for row in rows] == [f"T-{number:04d}" for number in range(1, 9)]
        assert verify_log(session).holds


def test_a_number_that_was_rolled_back_is_given_again(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    with database.open(write=True, scope=TOWN.scope) as session:
        case = service.open_light_case(
            session, nickname="そら", wish="x", place="x", follow_up_on=today(), by=csw, at=now()
        )
        assert case.number == "T-0001"
        session.rollback()
    assert make_case(database, csw).number == "T-0001"


def test_with_consent_the_team_is_told_and_without_nobody_is(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    agreed, silent = make_case(database, csw), make_case(database, csw, consent_way=None)
    with database.reading(csw.scope) as session:
        told = [
            people.list_consented_items(
                session,
                case.person_id,
                recipient_kind=RecipientKind.SUPPORT_TEAM,
                on=today(),
                scope=csw.scope,
            )
            for case in (agreed, silent)
        ]
    assert bool(told[0])
    assert not told[1]
    assert view_of(database, agreed, csw).referral.has_consent
    assert not view_of(database, silent, csw).referral.has_consent


def test_the_light_path_needs_no_name_and_no_plan(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    with database.writing(TOWN.scope) as session:
        case = service.open_light_case(
            session,
            nickname="そらさん",
            wish="本のそばにいたい",
            place="居場所カフェ",
            follow_up_on=today() + timedelta(days=7),
            by=csw,
            at=now(),
        )
    with database.reading(csw.scope) as session:
        facts = people.find_facts(session, case.person_id, scope=csw.scope)
    assert facts is not None
    assert (facts.alias, facts.is_named) == ("そらさん", False)
    basis = basis_of(database, case, csw)
    assert basis is not None
    assert basis.kind is BasisKind.WITHOUT_PLAN


def test_a_plan_is_written_handed_in_and_decided_by_somebody_else_of_the_city(database: Database) -> None:
    csw, officer = make_actor(database, Role.CSW), make_actor(database, Role.CITY_OFFICER)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    with pytest.raises(Refused, match="委託先"), database.writing(officer.scope) as session:
        service.decide_plan(session, case_id=case.id, by=entrusted(officer), at=now())
    with database.writing(officer.scope) as session:
        service.decide_plan(session, case_id=case.id, by=officer, at=now())
    view, basis = view_of(database, case, csw), basis_of(database, case, csw)
    assert view.plan is not None
    assert (view.plan.state, view.plan.decided_on, view.awaits_decision) == (
        PlanState.DECIDED,
        today(),
        False,
    )
    assert basis is not None
    assert (basis.kind, basis.plan_id) == (BasisKind.DECISION, view.plan.plan_id)
    with database.writing(csw.scope) as session:
        service.write_plan(session, case_id=case.id, text=PLAN, by=csw, at=now())
    assert [plan.round for plan in view_of(database, case, csw).plans] == [1, 2]


def test_whoever_touched_a_plan_does_not_decide_it(database: Database) -> None:
    csw, both = make_actor(database, Role.CSW), make_actor(database, Role.CSW, Role.CITY_OFFICER)
    case = make_case(database, csw, member_ids={csw.account_id, both.account_id})
    with database.writing(both.scope) as session:
        service.write_plan(session, case_id=case.id, text=PLAN, by=both, at=now())
    submit_plan(database, case, csw)
    with pytest.raises(Refused, match="書いた人"), database.writing(both.scope) as session:
        service.decide_plan(session, case_id=case.id, by=both, at=now())


def test_a_plan_that_is_given_back_says_why_and_can_be_handed_in_again(database: Database) -> None:
    csw, officer = make_actor(database, Role.CSW), make_actor(database, Role.CITY_OFFICER)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    with pytest.raises(Refused), database.writing(officer.scope) as session:
        service.return_plan(session, case_id=case.id, reason=" ", by=officer, at=now())
    with database.writing(officer.scope) as session:
        service.return_plan(session, case_id=case.id, reason="頻度を書いてください", by=officer, at=now())
    plan = view_of(database, case, csw).plan
    assert plan is not None
    assert (plan.state, plan.returned_because) == (PlanState.RETURNED, "頻度を書いてください")
    submit_plan(database, case, csw)
    assert view_of(database, case, csw).awaits_decision


def test_a_plan_can_be_taken_back_until_it_is_decided(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    with pytest.raises(Refused, match="取り下げて"), database.writing(csw.scope) as session:
        service.write_plan(session, case_id=case.id, text=PLAN, by=csw, at=now())
    with database.writing(csw.scope) as session:
        service.take_plan_back(session, case_id=case.id, by=csw, at=now())
    assert not view_of(database, case, csw).awaits_decision
    with pytest.raises(Refused, match="取り下げるプランがありません"), database.writing(csw.scope) as session:
        service.take_plan_back(session, case_id=case.id, by=csw, at=now())


def test_an_empty_plan_is_not_handed_in(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused, match="先にプラン"), database.writing(csw.scope) as session:
        service.submit_plan(session, case_id=case.id, by=csw, at=now())
    with database.writing(csw.scope) as session:
        service.write_plan(session, case_id=case.id, text=PlanText("めざす", " "), by=csw, at=now())
    with pytest.raises(Refused, match="めざすこと"), database.writing(csw.scope) as session:
        service.submit_plan(session, case_id=case.id, by=csw, at=now())


def test_an_early_start_bears_until_the_day_by_which_it_is_confirmed(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    assert basis_of(database, case, csw) is None
    with database.writing(csw.scope) as session:
        service.record_basis(
            session,
            case_id=case.id,
            kind=BasisKind.EARLY,
            reason="季節の仕事に間に合わせる",
            confirm_by=today() + timedelta(days=30),
            by=csw,
            at=now(),
        )
    assert basis_of(database, case, csw) is not None
    assert basis_of(database, case, csw, days=31) is None


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": BasisKind.EARLY, "reason": "x"}, "confirm_by"),
        ({"kind": BasisKind.EARLY, "reason": " ", "confirm_by": today()}, "reason"),
        ({"kind": BasisKind.WITHOUT_PLAN, "reason": "x", "confirm_by": today()}, "confirm_by"),
        ({"kind": BasisKind.DECISION, "reason": "x"}, "kind"),
    ],
)
def test_a_basis_that_says_too_little_is_refused(
    database: Database, told: dict[str, object], field: str
) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused) as refusal, database.writing(csw.scope) as session:
        service.record_basis(session, case_id=case.id, **told, by=csw, at=now())  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_a_case_ends_and_is_taken_up_again(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with database.writing(csw.scope) as session:
        service.close_case(
            session, case_id=case.id, reason=ClosingReason.OWN_WISH, note="いつでもまた", by=csw, at=now()
        )
    closed = view_of(database, case, csw)
    assert (closed.state, closed.closed_on, closed.closing) == (CaseState.CLOSED, today(), "いつでもまた")
    with pytest.raises(Refused, match="終わっています"), database.writing(csw.scope) as session:
        service.write_plan(session, case_id=case.id, text=PLAN, by=csw, at=now())
    with database.writing(csw.scope) as session:
        service.reopen_case(session, case_id=case.id, by=csw, at=now())
        service.reopen_case(session, case_id=case.id, by=csw, at=now())
    assert view_of(database, case, csw).state is CaseState.OPEN


def test_an_interruption_needs_the_attempts_as_evidence(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused) as refusal, database.writing(csw.scope) as session:
        service.close_case(
            session, case_id=case.id, reason=ClosingReason.LOST_CONTACT, note=" ", by=csw, at=now()
        )
    assert refusal.value.field == "note"
    with database.writing(csw.scope) as session:
        service.close_case(
            session, case_id=case.id, reason=ClosingReason.LOST_CONTACT, note="電話3回", by=csw, at=now()
        )
    assert view_of(database, case, csw).state is CaseState.INTERRUPTED


def test_a_case_whose_plan_waits_is_not_closed(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    with pytest.raises(Refused, match="決定を待って"), database.writing(csw.scope) as session:
        service.close_case(session, case_id=case.id, reason=ClosingReason.GOAL, note="", by=csw, at=now())


def test_two_who_write_at_once_do_not_undo_each_other(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    told: dict[str, Any] = {"case_id": case.id, "seen_version": 1, "by": csw, "at": now()}
    with database.writing(csw.scope) as session:
        service.write_story(session, story=CaseStory(wish="一人目"), **told)
    for act in (
        lambda session: service.write_story(session, story=CaseStory(wish="二人目"), **told),
        lambda session: service.write_plan(session, text=PLAN, **told),
        lambda session: service.close_case(session, reason=ClosingReason.GOAL, note="", **told),
    ):
        with pytest.raises(Refused, match="ほかの人が先に"), database.writing(csw.scope) as session:
            act(session)
    assert view_of(database, case, csw).story.wish == "一人目"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": NeverMeetKind.ACCOUNT}, "account_id"),
        ({"kind": NeverMeetKind.RESOURCE}, "resource_id"),
        ({"kind": NeverMeetKind.OUTSIDER}, "name"),
        ({"kind": NeverMeetKind.OTHER_PERSON, "other_number": "T-9999"}, "other_number"),
        ({"kind": NeverMeetKind.OTHER_PERSON, "other_number": "T-0001"}, "other_number"),
    ],
)
def test_whom_to_keep_away_has_to_be_said(database: Database, told: dict[str, object], field: str) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused) as refusal:
        keep_away(database, case, by=csw, **told)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_a_place_and_somebody_from_outside_are_kept_away_too(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, resource_id=7, name="あおさぎ農園")
    keep_away(database, case, by=csw, kind=NeverMeetKind.OUTSIDER, name="元の夫")
    with database.reading(csw.scope) as session:
        assert people.get_exclusions(session, case.person_id, scope=csw.scope).resource_ids == {7}
        entries = people.list_never_meets(session, case.person_id, scope=csw.scope)
    assert [entry.name for entry in entries] == ["あおさぎ農園", "元の夫"]


def test_protecting_and_lifting_need_a_reason(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    for act in (service.protect_household, service.lift_protection):
        with pytest.raises(Refused) as refusal, database.writing(TOWN.scope) as session:
            act(session, case_id=case.id, reason=" ", by=csw, at=now())
        assert refusal.value.field == "reason"
    with pytest.raises(Refused) as refusal, database.writing(TOWN.scope) as session:
        service.protect_household(
            session, case_id=case.id, reason="x", since=today() + timedelta(days=1), by=csw, at=now()
        )
    assert refusal.value.field == "since"


def test_only_who_was_sent_by_a_window_gets_a_reply_to_it(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with pytest.raises(Refused, match="依頼元"), database.writing(csw.scope) as session:
        service.tell_sender(session, case_id=case.id, reply="x", by=csw, at=now())


def test_seeding_opens_cases_in_the_name_of_workers(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    with database.writing(TOWN.scope) as session:
        for number in range(5):
            service.open_case(
                session,
                identity=Identity("", "", f"人{number}"),
                route=ReferralRoute.FAMILY,
                story=CaseStory(),
                member_ids={csw.account_id or 0},
                opened_on=today() - timedelta(days=number),
                by=replace(csw, reason="seeding"),
                at=now(),
            )
    with database.reading(csw.scope) as session:
        assert queries.count_cases(session, asked=queries.CaseFilter(), scope=csw.scope) == 5
