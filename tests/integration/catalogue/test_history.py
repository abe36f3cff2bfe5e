"""The history of the catalogue: what was changed, decided on and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.clock import now
from app.db.database import Database
from app.resources.models import Opening, Resource
from app.resources.models.rows import AreaServed, SlotValues
from app.resources.queries import history
from app.resources.queries.host_changes import list_waiting_of_hosts
from app.resources.queries.openings import list_openings_of_host
from app.resources.service import changes
from app.resources.service.batches import Batch
from app.resources.service.seats import hold_seat
from app.resources.vocabulary import (
    ChangeCause,
    ChangeState,
    ChangeSubject,
    Coverage,
    DayPart,
    Disclosure,
    ResourceState,
)
from tests.factories.openings import make_host
from tests.factories.resources import make_resource, make_town

BY = Actor.system("test")


def edit(database: Database, resource_id: int, **values: Any) -> str:
    """Change a resource in one step, and return the step's id."""
    with database.writing(BY.scope) as session:
        batch = Batch(session, ChangeCause.EDIT, by=BY, at=now())
        batch.change(session.get_one(Resource, resource_id), values)
    return batch.id


def undo(database: Database, batch: str) -> changes.Undone:
    with database.writing(BY.scope) as session:
        return changes.undo_batch(session, batch_id=batch, by=BY, at=now())


def told(session: Session, resource_id: int) -> list[tuple[str, Any, Any]]:
    """What the history says of a resource, the latest first."""
    found = history.list_changes(
        session, subject=ChangeSubject.RESOURCE, subject_ids=[resource_id], scope=BY.scope
    )
    return [(change.field, change.before, change.after) for change in found]


def test_each_field_is_noted_with_what_stood_there(database: Database) -> None:
    place = make_resource(database, name="こもれび", capacity=5)
    edit(database, place, name="ひだまり", capacity=5, confirmed_on=date(2026, 11, 20))
    with database.reading(BY.scope) as session:
        assert told(session, place) == [
            ("confirmed_on", None, "2026-11-20"),
            ("name", "こもれび", "ひだまり"),
        ]


def test_a_step_that_changes_nothing_leaves_no_trace(database: Database) -> None:
    place = make_resource(database, name="こもれび", lon=136.95, lat=33.6)
    edit(database, place, name="こもれび", point=(136.9500000001, 33.6), state=ResourceState.ACTIVE)
    with database.reading(BY.scope) as session:
        assert told(session, place) == []


def test_every_sort_of_value_comes_back_as_it_was(database: Database) -> None:
    town, other = make_town(database, "浜"), make_town(database, "山", lon=137.0)
    place = make_resource(database, name="こもれび", lon=136.95, lat=33.6, traits={"段差": "有"})
    edit(database, place, service_areas=[AreaServed(town, Coverage.WHOLE)])
    batch = edit(
        database,
        place,
        point=(136.96, 33.61),
        disclosure=Disclosure.PARTNERS,
        confirmed_on=date(2026, 11, 1),
        traits={"段差": "無", "静けさ": "静か"},
        timetable={"v": 1, "meetings": []},
        service_areas=[AreaServed(town, Coverage.PART), AreaServed(other, Coverage.ASK)],
    )
    undone = undo(database, batch)
    assert (undone.done, undone.kept) == (6, ())
    with database.reading(BY.scope) as session:
        row = session.get_one(Resource, place)
        assert row.disclosure is Disclosure.PUBLIC
        assert row.confirmed_on is None
        assert row.traits == {"段差": "有"}
        assert row.timetable is None
        assert [(area.area_id, area.coverage) for area in row.service_areas] == [(town, Coverage.WHOLE)]


def test_what_was_changed_since_is_kept_and_told(database: Database) -> None:
    place = make_resource(database, name="こもれび")
    first = edit(database, place, name="ひだまり", fee="無料")
    edit(database, place, fee="100円")
    undone = undo(database, first)
    assert undone.done == 1
    assert [(kept.name, kept.field) for kept in undone.kept] == [("ひだまり", "fee")]
    with database.reading(BY.scope) as session:
        row = session.get_one(Resource, place)
        assert (row.name, row.fee) == ("こもれび", "100円")


def test_a_new_row_goes_when_its_step_is_taken_back_unless_it_is_in_use(database: Database) -> None:
    lonely = make_resource(database, name="だれも使わない")
    make_host(database, "店")
    with database.writing(BY.scope) as session:
        used = session.query(Opening).one().resource_id
        batch = Batch(session, ChangeCause.IMPORT, by=BY, at=now())
        for key in (lonely, used):
            batch.note_added(session.get_one(Resource, key))
    undone = undo(database, batch.id)
    assert undone.done == 1
    assert [kept.subject_id for kept in undone.kept] == [used]
    with database.reading(BY.scope) as session:
        assert session.get(Resource, lonely) is None


def test_words_are_found_after_a_change_and_after_its_undoing(database: Database) -> None:
    place = make_resource(database, name="どんぐり")
    edit(database, place, name="こもれび")
    with database.reading(BY.scope) as session:
        before = session.get_one(Resource, place).search_terms
    batch = edit(database, place, name="まつぼっくり")
    with database.reading(BY.scope) as session:
        assert session.get_one(Resource, place).search_terms != before
    undo(database, batch)
    with database.reading(BY.scope) as session:
        assert session.get_one(Resource, place).search_terms == before


def test_a_confirmation_moves_the_next_check_and_not_the_day_of_change(database: Database) -> None:
    place = make_resource(database, name="こもれび", check_interval_days=90)
    with database.reading(BY.scope) as session:
        updated = session.get_one(Resource, place).updated_at
    edit(database, place, confirmed_on=date(2026, 11, 20))
    with database.reading(BY.scope) as session:
        row = session.get_one(Resource, place)
        assert row.next_check_on == date(2026, 11, 20) + timedelta(days=90)
        assert row.updated_at == updated


def test_a_slot_somebody_had_stays_without_seats_and_comes_back(database: Database) -> None:
    host = make_host(database, "店")
    with database.writing(BY.scope) as session:
        opening = list_openings_of_host(session, host, scope=BY.scope)[0]
        hold_seat(
            session,
            slot_id=opening.slots[0].id,
            holder="t:1",
            starts_on=date(2026, 11, 24),
            held_until=now() + timedelta(days=3),
            by=BY,
            at=now(),
        )
        batch = Batch(session, ChangeCause.EDIT, by=BY, at=now())
        wanted = [SlotValues(5, DayPart.EVENING, 3, 1020, 1080)]
        assert batch.change(opening, {"slots": wanted}) == ("slots",)
        session.expire(opening)
        assert [(slot.weekday, slot.seats) for slot in opening.slots] == [(1, 0), (5, 3)]
    undo(database, batch.id)
    with database.reading(BY.scope) as session:
        slots = list_openings_of_host(session, host, scope=BY.scope)[0].slots
        assert [(slot.weekday, slot.seats) for slot in slots] == [(1, 2), (3, 2)]


def test_the_history_of_a_place_that_turns_out_secret_closes_with_it(database: Database) -> None:
    place = make_resource(database, name="こもれび", address="浜町1")
    edit(database, place, address="浜町2")
    edit(database, place, is_refuge=True, disclosure=Disclosure.CLOSED)
    curious = Scope(1, frozenset({Role.COORDINATOR}))
    trusted = Scope(1, frozenset({Role.COORDINATOR}), frozenset({Right.PLACE_IN_REFUGE}))
    seen = {}
    for scope in (curious, trusted):
        with database.reading(scope) as session:
            seen[scope] = history.list_changes(
                session, subject=ChangeSubject.RESOURCE, subject_ids=[place], scope=scope
            )
    assert seen[curious] == []
    assert len(seen[trusted]) == 3


@pytest.mark.parametrize("accept", [True, False])
def test_what_waits_is_made_or_declined_once(database: Database, accept: bool) -> None:
    place = make_resource(database, name="こもれび", fee="無料")
    with database.writing(BY.scope) as session:
        batch = Batch(session, ChangeCause.HOST, by=BY, at=now())
        row = session.get_one(Resource, place)
        assert batch.propose(row, {"fee": "500円", "name": "こもれび"}) == 1
        assert row.fee == "無料"
        assert len(list_waiting_of_hosts(session, scope=BY.scope)) == 1
    with database.writing(BY.scope) as session:
        settled = changes.decide_changes(session, batch_id=batch.id, accept=accept, by=BY, at=now())
        assert [change.state for change in settled] == [
            ChangeState.APPLIED if accept else ChangeState.DECLINED
        ]
        assert changes.decide_changes(session, batch_id=batch.id, accept=accept, by=BY, at=now()) == ()
    with database.reading(BY.scope) as session:
        assert session.get_one(Resource, place).fee == ("500円" if accept else "無料")
