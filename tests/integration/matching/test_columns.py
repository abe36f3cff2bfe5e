"""The town's catalogue as columns: complete, counted anew where seats go, never a refuge, never for a guest."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.clock import now, today
from app.db.database import Database
from app.resources.engine.columns import UNKNOWN, CandidateColumns
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import Meeting, Timetable
from app.resources.engine.traits import Cover, slot_labels, slot_number
from app.resources.queries.candidates import get_columns, list_place_cards
from app.resources.queries.openings import list_openings
from app.resources.service.seats import hold_seat
from app.resources.vocabulary import DayPart, Disclosure, KindGroup, ResourceState
from app.web.errors import Missing
from tests.factories.cases import make_actor
from tests.factories.needs import make_cafe
from tests.factories.openings import BY, make_host
from tests.factories.resources import make_resource


def columns_of(database: Database, scope: Scope = BY.scope) -> CandidateColumns:
    with database.reading(scope) as session:
        return get_columns(session, at=now(), scope=scope)


def test_an_opening_stands_for_its_place_with_its_seats(database: Database) -> None:
    make_host(database, seats=2)
    columns = columns_of(database)
    assert columns.free_seats.tolist() == [2]
    assert slot_labels(int(columns.slots[0])) == ("火曜午前", "木曜午前")
    assert columns.cover.tolist() == [Cover.UNKNOWN]
    assert any(name.startswith("host:") for name in columns.exclusions)


def test_the_hours_of_a_slot_are_those_that_the_host_said_else_those_of_the_place(database: Database) -> None:
    cafe = make_cafe(database)
    morning = slot_number(1, DayPart.MORNING)
    columns = columns_of(database)
    assert (columns.slot_begins[morning, 0], columns.slot_ends[morning, 0]) == (600, 720)
    assert (columns.slot_ends != UNKNOWN).sum() == 1
    make_host(database, resource_id=cafe)
    columns = columns_of(database)
    thursday = slot_number(3, DayPart.MORNING)
    # Nobody said when it ends on Thursday: the place is open on Tuesdays only.
    assert (columns.slot_ends[morning, 0], columns.slot_ends[thursday, 0]) == (720, UNKNOWN)
    with database.writing(BY.scope) as session:
        for slot in list_openings(session, scope=BY.scope)[0].slots:
            slot.begins_minute, slot.ends_minute = 570, 690
    columns = columns_of(database)
    for slot_of_week in (morning, thursday):
        assert (columns.slot_begins[slot_of_week, 0], columns.slot_ends[slot_of_week, 0]) == (570, 690)


def test_meetings_with_hours_of_their_own_keep_them(database: Database) -> None:
    meetings = (Meeting("0Tu", 600, 720), Meeting("0Th", 900, 960))
    make_cafe(database, timetable=document_of(Timetable(meetings)), weekday_mask=0b1010, closes_minute=960)
    columns = columns_of(database)
    ends = {slot: int(end) for slot, end in enumerate(columns.slot_ends[:, 0]) if end != UNKNOWN}
    assert ends == {slot_number(1, DayPart.MORNING): 720, slot_number(3, DayPart.AFTERNOON): 960}


def test_a_seat_that_is_held_is_gone_at_once_and_a_full_slot_with_it(database: Database) -> None:
    make_host(database, seats=1)
    before = columns_of(database)
    with database.writing(BY.scope) as session:
        opening = list_openings(session, scope=BY.scope)[0]
        hold_seat(
            session,
            slot_id=opening.slots[0].id,
            holder="somebody",
            starts_on=today(),
            held_until=now().replace(year=2100),
            by=BY,
            at=now(),
        )
    after = columns_of(database)
    assert slot_labels(int(before.slots[0])) == ("火曜午前", "木曜午前")
    assert slot_labels(int(after.slots[0])) == ("木曜午前",)


def test_the_same_catalogue_is_read_once(database: Database) -> None:
    make_cafe(database)
    first = columns_of(database)
    assert columns_of(database) is first
    make_cafe(database, "もう一軒")
    assert len(columns_of(database)) == 2


def test_two_databases_have_two_catalogues(database: Database, stores: object) -> None:
    make_cafe(database)
    assert len(columns_of(database)) == 1
    other = stores.make("embedded")  # type: ignore[attr-defined]
    assert len(columns_of(other)) == 0


@pytest.mark.parametrize("rights", [(), (Right.PLACE_IN_REFUGE,)])
def test_a_refuge_is_never_among_them_whatever_right_is_held(
    database: Database, rights: tuple[Right, ...]
) -> None:
    refuge = make_resource(
        database,
        kind="避難先",
        group=KindGroup.REFUGE,
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        traits={"参加の形": "住まい"},
    )
    make_cafe(database)
    holder = make_actor(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,))
    actor = make_actor(database, Role.COORDINATOR, rights=rights)
    assert refuge not in columns_of(database, holder.scope).resource_id
    assert refuge not in columns_of(database, actor.scope).resource_id
    with database.reading(holder.scope) as session:
        assert list_place_cards(session, [refuge], scope=holder.scope) == {}


@pytest.mark.parametrize("scope", [Scope(None), Actor(None, "", subject=("host", 1)).scope])
def test_residents_and_guests_have_none(database: Database, scope: Scope) -> None:
    with database.reading(scope) as session, pytest.raises(Missing):
        get_columns(session, at=now(), scope=scope)


def test_what_has_ended_is_left_out_and_what_rests_is_marked(database: Database) -> None:
    make_cafe(database, state=ResourceState.ENDED)
    make_cafe(database, state=ResourceState.PAUSED)
    assert columns_of(database).is_paused.tolist() == [True]


def test_a_hall_comes_in_only_when_somebody_has_said_what_one_can_do_there(database: Database) -> None:
    make_resource(database, kind="公民館", group=KindGroup.FACILITY)
    said = make_resource(database, kind="公民館", group=KindGroup.FACILITY, traits={"参加の形": "居るだけ"})
    assert columns_of(database).resource_id.tolist() == [said]


def test_beds_are_counted_only_for_the_night_on_which_they_were_asked(database: Database) -> None:
    beds: dict[str, Any] = {
        "kind": "緊急一時シェルター",
        "group": KindGroup.SHELTER,
        "traits": {"空床数": "2"},
    }
    make_resource(database, **beds, confirmed_on=today())
    make_resource(database, **beds, confirmed_on=today().replace(year=2020))
    assert columns_of(database).free_seats.tolist() == [2, UNKNOWN]
