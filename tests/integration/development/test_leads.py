"""Leads: opened, talked with, moved on and back, and shown to whom it is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.db.database import Database
from app.development.models import Lead
from app.development.queries import leads as queries
from app.development.queries.leads import LeadFilter
from app.development.service import leads as service
from app.development.service import rule_leads
from app.development.vocabulary.leads import (
    ContactWay,
    DeclineReason,
    LeadState,
    Proposal,
    RuleAsked,
    Side,
    Step,
    Talk,
    Wanted,
)
from app.resources.engine.traits import TakingPart
from app.tables import METADATA
from app.web.errors import Missing, Refused
from tests.factories.cases import actor_of, make_actor
from tests.factories.development import make_lead, move_lead
from tests.factories.openings import make_host
from tests.factories.resources import make_district, make_resource
from tests.integration.conftest import InParallel
from tests.support.accounts import SignInAs, make_account
from tests.support.databases import rows_of

DECLINED = Step(LeadState.DECLINED, DeclineReason.HANDS, Side.HOST)


@pytest.fixture
def keeper(database: Database) -> Actor:
    """Who goes out."""
    return make_actor(database, Role.COORDINATOR)


def lead_of(database: Database, lead_id: int, by: Actor) -> Lead:
    """A lead with its log."""
    with database.reading(by.scope) as session:
        return queries.get_lead(session, lead_id, scope=by.scope)


def talk(
    database: Database, lead_id: int, by: Actor, *, days_ago: int = 0, promised_in: int | None = None
) -> None:
    """A call so many days ago."""
    promise_on = None if promised_in is None else today() + timedelta(days=promised_in)
    said = Talk(
        today() - timedelta(days=days_ago),
        ContactWay.PHONE,
        "火曜なら話せる",
        "また電話する" if promise_on else "",
        promise_on,
    )
    with database.writing(by.scope) as session:
        service.log_contact(session, lead_id=lead_id, talk=said, by=by, at=now())


def test_no_table_of_this_room_leads_to_a_case_a_person_or_a_need() -> None:
    tables = [
        METADATA.tables[name]
        for name in ("lead", "lead_step", "lead_contact", "resident_offer", "helper", "resident_notice")
    ]
    reached = {key.column.table.name for table in tables for key in table.foreign_keys}
    assert reached <= {"account", "area", "host", "opening", "resident_offer", "lead", "resource"}


def test_whoever_opens_a_lead_keeps_it_unless_it_says_otherwise(database: Database, keeper: Actor) -> None:
    other = make_actor(database, Role.COMMUNITY)
    mine, theirs = make_lead(database, keeper), make_lead(database, keeper, owner_id=other.account_id)
    assert lead_of(database, mine, keeper).owner_id == keeper.account_id
    assert lead_of(database, theirs, keeper).owner_id == other.account_id


def test_the_first_talk_is_the_step_to_contacted_and_its_promise_the_next_step(
    database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper)
    talk(database, lead_id, keeper, promised_in=3)
    lead = lead_of(database, lead_id, keeper)
    assert (lead.state, lead.next_step, lead.due_on) == (
        LeadState.CONTACTED,
        "また電話する",
        today() + timedelta(days=3),
    )
    talk(database, lead_id, keeper)
    assert lead_of(database, lead_id, keeper).due_on is None


def test_a_talk_that_has_not_been_yet_is_refused(database: Database, keeper: Actor) -> None:
    lead_id = make_lead(database, keeper)
    with pytest.raises(Refused) as refusal:
        talk(database, lead_id, keeper, days_ago=-1)
    assert refusal.value.field == "happened_on"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step(LeadState.DECLINED), "reason"),
        (Step(LeadState.DECLINED, DeclineReason.ROOM), "side"),
        (Step(LeadState.LATER), "back_on"),
        (Step(LeadState.LATER, back_on=today()), "back_on"),
        (Step(LeadState.FOUND), "state"),
    ],
)
def test_a_step_says_what_it_still_needs(database: Database, keeper: Actor, step: Step, field: str) -> None:
    lead_id = make_lead(database, keeper)
    with pytest.raises(Refused) as refusal:
        move_lead(database, lead_id, step, keeper)
    assert refusal.value.field == field
    assert lead_of(database, lead_id, keeper).state is LeadState.FOUND


def test_what_waits_comes_back_on_its_day(database: Database, keeper: Actor) -> None:
    lead_id = make_lead(database, keeper)
    back_on = today() + timedelta(days=30)
    move_lead(database, lead_id, Step(LeadState.LATER, back_on=back_on), keeper)
    with database.reading(keeper.scope) as session:
        due = [
            [
                lead.id
                for lead in queries.list_due(
                    session, owner_id=keeper.account_id or 0, until=day, most=9, scope=keeper.scope
                )
            ]
            for day in (back_on - timedelta(days=1), back_on)
        ]
    assert due == [[], [lead_id]]


def test_a_promise_made_while_a_lead_waits_comes_up_on_its_own_day(database: Database, keeper: Actor) -> None:
    lead_id = make_lead(database, keeper)
    back_on = today() + timedelta(days=30)
    move_lead(database, lead_id, Step(LeadState.LATER, back_on=back_on), keeper)
    talk(database, lead_id, keeper, promised_in=3)
    promised = today() + timedelta(days=3)
    lead = lead_of(database, lead_id, keeper)
    assert (lead.state, lead.due_on, lead.back_on) == (LeadState.LATER, promised, back_on)
    with database.reading(keeper.scope) as session:
        assert queries.count_due(session, LeadFilter(), on=promised, scope=keeper.scope) == 1
        assert (
            queries.count_due(session, LeadFilter(), on=promised - timedelta(days=1), scope=keeper.scope) == 0
        )
    talk(database, lead_id, keeper)
    assert lead_of(database, lead_id, keeper).due_on == back_on


def test_a_promise_that_is_past_does_not_hold_a_waiting_lead_on_the_list(
    database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper)
    talk(database, lead_id, keeper, days_ago=3, promised_in=-1)
    back_on = today() + timedelta(days=30)
    move_lead(database, lead_id, Step(LeadState.LATER, back_on=back_on), keeper)
    assert lead_of(database, lead_id, keeper).due_on == back_on
    with database.writing(keeper.scope) as session:
        service.undo_step(session, lead_id=lead_id, by=keeper, at=now())
    assert lead_of(database, lead_id, keeper).due_on == today() - timedelta(days=1)


def test_the_host_of_a_lead_is_named_when_it_is_known(
    database: Database, keeper: Actor, sign_in_as: SignInAs
) -> None:
    lead_id, host_id = make_lead(database, keeper), make_host(database)
    with database.writing(keeper.scope) as session, pytest.raises(Refused):
        service.name_host(session, lead_id=lead_id, host_id=host_id, by=keeper, at=now())
    move_lead(database, lead_id, Step(LeadState.OPENED), keeper)
    browser = sign_in_as(Role.COMMUNITY)
    path = f"/leads/{lead_id}"
    browser.get(path)
    assert "受け入れ先を加える" in browser.text
    assert browser.submit(f"{path}/host", host_id=str(host_id)).status_code == 303
    assert lead_of(database, lead_id, keeper).host_id == host_id
    browser.get(path)
    assert "受け入れ先を選び直す" in browser.text
    browser.submit(f"{path}/host", host_id="")
    assert lead_of(database, lead_id, keeper).host_id is None
    with database.writing(keeper.scope) as session, pytest.raises(Missing):
        service.name_host(session, lead_id=lead_id, host_id=4711, by=keeper, at=now())


def test_undoing_gives_back_all_that_stood_before_and_the_log_keeps_both(
    database: Database, keeper: Actor
) -> None:
    lead_id, host_id = make_lead(database, keeper), make_host(database)
    move_lead(database, lead_id, DECLINED, keeper)
    move_lead(database, lead_id, Step(LeadState.OPENED), keeper, host_id=host_id)
    assert lead_of(database, lead_id, keeper).host_id == host_id
    with database.writing(keeper.scope) as session:
        assert service.undo_step(session, lead_id=lead_id, by=keeper, at=now()) is LeadState.DECLINED
    lead = lead_of(database, lead_id, keeper)
    assert (lead.reason, lead.side, lead.host_id) == (DeclineReason.HANDS, Side.HOST, None)
    assert [row.undone_at is None for row in lead.steps] == [True, True, False]
    with database.writing(keeper.scope) as session:
        service.undo_step(session, lead_id=lead_id, by=keeper, at=now())
    with database.writing(keeper.scope) as session, pytest.raises(Refused):
        service.undo_step(session, lead_id=lead_id, by=keeper, at=now())


def test_a_host_that_does_not_exist_is_no_result(database: Database, keeper: Actor) -> None:
    lead_id = make_lead(database, keeper)
    with pytest.raises(Missing):
        move_lead(database, lead_id, Step(LeadState.OPENED), keeper, host_id=4711)


def test_the_database_itself_keeps_reason_side_and_day_with_their_states(
    database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper)
    for values in (
        {"state": "declined"},
        {"reason": "room"},
        {"state": "later"},
        {"host_id": make_host(database)},
    ):
        with pytest.raises(IntegrityError), database.writing(keeper.scope) as session:
            session.execute(sa.update(Lead).where(Lead.id == lead_id).values(**values))
    assert lead_of(database, lead_id, keeper).state is LeadState.FOUND


def test_a_slice_above_opens_a_lead_in_words(database: Database, keeper: Actor) -> None:
    with database.writing(keeper.scope) as session:
        lead_id = service.open_lead(
            session,
            organisation="喫茶つばめ軒",
            wanted=Wanted(frozenset({TakingPart.BEING, TakingPart.ROLE}), 0b1, "午前の静かな席"),
            proposal=Proposal("カップふき", ("洗う", "ふく"), body_load=1),
            by=keeper,
            at=now(),
        )
    lead = lead_of(database, lead_id, keeper)
    assert lead.proposal == Proposal("カップふき", ("洗う", "ふく"), body_load=1)
    assert (lead.wanted_kinds, lead.wanted_slots, lead.opens_rule) == (0b1010, 1, "午前の静かな席")


def test_a_list_shows_what_is_due_longest_first_and_counts_by_state(
    database: Database, keeper: Actor
) -> None:
    district = make_district(database, "湊")
    days = {"あした": 1, "おととい": -2, "きょう": 0}
    for name, offset in days.items():
        make_lead(database, keeper, name, next_on=today() + timedelta(days=offset), district_id=district)
    make_lead(database, keeper, "日なし")
    over = make_lead(database, keeper, "おわり", next_on=today() - timedelta(days=9), district_id=district)
    move_lead(database, over, DECLINED, keeper)
    with database.reading(keeper.scope) as session:
        everything = LeadFilter(tuple(LeadState))
        found = queries.list_leads(session, everything, most=9, scope=keeper.scope)
        assert [lead.organisation for lead in found] == ["おととい", "きょう", "あした", "日なし", "おわり"]
        assert queries.count_due(session, LeadFilter(), on=today(), scope=keeper.scope) == 2
        counts = queries.count_by_state(session, LeadFilter(), scope=keeper.scope)
        assert (counts[LeadState.FOUND], counts[LeadState.DECLINED], counts[LeadState.OPENED]) == (4, 1, 0)


def test_a_lead_is_opened_talked_with_and_moved_in_the_browser(
    sign_in_as: SignInAs, database: Database
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    answer = browser.send("/leads/new", organisation="団地の集会所", next_on=today().isoformat())
    path = answer.location or ""
    assert browser.get(path).status_code == 200
    assert browser.heading == "団地の集会所"
    browser.send(
        path, action=f"{path}/contacts", way="phone", said="土曜なら", promise_on="2099-01-01", promise="行く"
    )
    browser.get(path)
    assert "連絡した" in browser.text
    assert browser.send(path, action=f"{path}/state").status_code == 303
    browser.get(path)
    assert "訪問した" in browser.text
    browser.get("/leads")
    assert "団地の集会所" in browser.text


def test_two_who_write_the_same_sheet_do_not_undo_each_other(
    sign_in_as: SignInAs, database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper)
    first, second = sign_in_as(Role.COORDINATOR), sign_in_as(Role.CSW)
    path = f"/leads/{lead_id}/sheet"
    first.get(path)
    second.get(path)
    assert first.submit(path, organisation="新しい名前").status_code == 303
    assert second.submit(path, organisation="ほかの名前").status_code == 422
    assert lead_of(database, lead_id, keeper).organisation == "新しい名前"


def test_today_shows_ones_own_leads_that_are_due(sign_in_as: SignInAs, database: Database) -> None:
    account = make_account(database, Role.COMMUNITY)
    mine = actor_of(database, account)
    make_lead(database, mine, "きょうの店", next_on=today())
    make_lead(database, mine, "来年の店", next_on=today() + timedelta(days=300))
    make_lead(database, make_actor(database, Role.COORDINATOR), "ほかの人の店", next_on=today())
    browser = sign_in_as(account=account)
    browser.get("/today")
    assert "きょうの店" in browser.text
    assert "来年の店" not in browser.text
    assert "ほかの人の店" not in browser.text


def test_the_sheet_for_an_organisation_tells_nothing_that_was_said_with_it(
    sign_in_as: SignInAs, database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper, "みなと食堂", introduced_by="湊の商店会")
    talk(database, lead_id, keeper, promised_in=3)
    browser = sign_in_as(Role.COORDINATOR)
    browser.get(f"/leads/{lead_id}/proposal")
    assert "みなと食堂 御中" in browser.text
    assert "火曜なら話せる" not in browser.text
    assert "湊の商店会" not in browser.text


def test_every_change_of_a_lead_stands_in_the_log_without_its_words(
    database: Database, keeper: Actor
) -> None:
    lead_id = make_lead(database, keeper, "みなと食堂")
    talk(database, lead_id, keeper)
    move_lead(database, lead_id, DECLINED, keeper)
    events = [row for row in rows_of(database, "audit_event") if row["subject_kind"] == "lead"]
    assert [row["action"] for row in events] == ["lead.opened", "lead.talked", "lead.moved", "lead.moved"]
    assert not [row for row in events if "みなと" in str(row) or "火曜" in str(row)]


def test_of_many_who_open_a_lead_for_one_rule_and_place_at_once_one_does_and_the_others_find_it(
    database: Database, keeper: Actor, in_parallel: InParallel
) -> None:
    place = make_resource(database, name="縁側")
    opened: list[tuple[int, bool]] = []

    def press(_number: int) -> None:
        with database.writing(keeper.scope) as session:
            opened.append(
                rule_leads.open_rule_lead(
                    session,
                    organisation="縁側",
                    asked=RuleAsked("vacancy", place),
                    wanted=Wanted(rule="枠の空き"),
                    district_id=None,
                    by=keeper,
                    at=now(),
                )
            )

    in_parallel(6, press)

    assert len({lead_id for lead_id, _ in opened}) == 1
    assert [is_new for _, is_new in opened].count(True) == 1
