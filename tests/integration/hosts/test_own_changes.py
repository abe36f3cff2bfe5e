"""What a host changes by its link: at once where nothing can go wrong by it, after a look by a coordinator elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Role
from app.clock import frozen, now, today
from app.db.database import Database
from app.resources.models import Opening
from app.resources.models.rows import SlotValues
from app.resources.service.batches import Batch
from app.resources.service.hosts import invite_host
from app.resources.service.seats import take_over_seats
from app.resources.vocabulary import ChangeCause, Pay
from tests.factories.openings import make_host
from tests.support.accounts import SignInAs
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

BY = Actor.system("test")
Row = dict[str, object]


def _invite(database: Database, host_id: int) -> str:
    with database.writing(BY.scope) as session:
        return "/h/" + invite_host(session, host_id=host_id, by=BY, at=now())


@pytest.fixture
def host_id(database: Database) -> int:
    return make_host(database, phone="0590-00-1111", confirmed_on=today() - timedelta(days=40))


@pytest.fixture
def inside(client: Browser, database: Database, host_id: int) -> Browser:
    assert client.send(_invite(database, host_id)).status_code == 303
    client.get("/host")
    return client


def _without(row: Row, *names: str) -> Row:
    return {key: value for key, value in row.items() if key not in names}


def test_one_tap_moves_the_day_of_confirmation_and_nothing_else_and_says_who_it_was(
    client: Browser, database: Database, host_id: int
) -> None:
    before, slots = rows_of(database, "opening"), rows_of(database, "opening_slot")
    client.send(_invite(database, host_id))
    after = rows_of(database, "opening")
    assert [row["confirmed_on"] for row in after] == [today()]
    moved = ("confirmed_on", "version")
    assert [_without(row, *moved) for row in after] == [_without(row, *moved) for row in before]
    assert rows_of(database, "opening_slot") == slots
    (change,) = rows_of(database, "catalogue_change")
    assert (change["field"], change["cause"], change["host_id"]) == ("confirmed_on", "host", host_id)


def test_a_weekday_closed_by_its_host_stays_on_the_page_keeps_its_hours_and_is_opened_again(
    inside: Browser, database: Database
) -> None:
    slot = rows_of(database, "opening_slot")[0]["id"]
    inside.submit("/host/seats", **{f"slot-{slot}": "0"})
    inside.get("/host")
    assert "いまは席を出していません" in inside.text
    assert "火曜 午前 2人、木曜 午前 2人 → 火曜 午前 休止、木曜 午前 2人" in inside.text
    inside.submit("/host/seats", **{f"slot-{slot}": "3"})
    assert [row["seats"] for row in rows_of(database, "opening_slot")] == [3, 2]


def test_a_weekday_is_added_and_the_last_change_of_the_visit_is_taken_back(
    inside: Browser, database: Database
) -> None:
    opening = rows_of(database, "opening")[0]["id"]
    added = {
        f"new-day-{opening}": "5",
        f"new-part-{opening}": "afternoon",
        f"new-seats-{opening}": "1",
        f"new-begins-{opening}": "13:30",
    }
    inside.submit("/host/seats", **added)
    inside.get("/host")
    assert "土曜 午後 13:30から" in inside.text
    assert "あと1人" in inside.text
    inside.submit("/host/undo")
    assert [row["weekday"] for row in rows_of(database, "opening_slot")] == [1, 3]
    inside.get("/host")
    assert "さっき変えたこと" not in inside.text


def test_fewer_seats_than_are_taken_leave_everybody_where_they_are(
    inside: Browser, database: Database
) -> None:
    slot = rows_of(database, "opening_slot")[0]["id"]
    assert isinstance(slot, int)
    with database.writing(BY.scope) as session:
        for holder in ("a", "b"):
            take_over_seats(session, slot_ids=[slot], holder=holder, starts_on=today(), by=BY, at=now())
    taken = rows_of(database, "reservation")
    inside.submit("/host/seats", **{f"slot-{slot}": "1"})
    assert rows_of(database, "reservation") == taken
    inside.get("/host")
    assert "満席" in inside.text


def test_more_than_twice_the_seats_wait_for_a_coordinator(inside: Browser, database: Database) -> None:
    slot = rows_of(database, "opening_slot")[0]["id"]
    inside.submit("/host/seats", **{f"slot-{slot}": "20"})
    assert [row["seats"] for row in rows_of(database, "opening_slot")] == [2, 2]
    inside.get("/host")
    assert "担当者が確かめてから反映します" in inside.text
    assert "火曜 午前 20人" in inside.text


def test_a_harmless_word_changes_at_once_and_a_risky_one_when_a_coordinator_agrees(
    inside: Browser, database: Database, sign_in_as: SignInAs
) -> None:
    opening = rows_of(database, "opening")[0]["id"]
    path = f"/host/details/{opening}"
    inside.send(path, tutor="田中さん", pay="allowance")
    row = rows_of(database, "opening")[0]
    assert (row["tutor"], row["pay"]) == ("田中さん", None)
    coordinator = sign_in_as(Role.COORDINATOR)
    coordinator.get("/today")
    assert "確かめてから反映する変更が、1件あります" in coordinator.text
    coordinator.get("/host-changes")
    assert "本人への支払い" in coordinator.text
    assert "工賃" in coordinator.text
    action = next(form.action for form in coordinator.forms() if "/host-changes/" in form.action)
    token = coordinator.token("/host-changes")
    for _ in range(2):
        coordinator.post(action, data={"csrf_token": token, "answer": "accept"})
    assert rows_of(database, "opening")[0]["pay"] == "allowance"
    decided = [
        row for row in rows_of(database, "audit_event") if row["action"] == "catalogue.change_accepted"
    ]
    assert len(decided) == 1
    inside.get("/host")
    assert "反映しました" in inside.text


def test_what_is_declined_stays_as_it_was_and_the_host_reads_so(
    inside: Browser, database: Database, sign_in_as: SignInAs
) -> None:
    inside.send("/host/details", phone="0590-00-2222")
    coordinator = sign_in_as(Role.COORDINATOR)
    token = coordinator.token("/host-changes")
    action = next(form.action for form in coordinator.forms() if "/host-changes/" in form.action)
    coordinator.post(action, data={"csrf_token": token, "answer": "decline"})
    coordinator.post(action, data={"csrf_token": token, "answer": "accept"})
    assert rows_of(database, "host")[0]["phone"] == "0590-00-1111"
    inside.get("/host")
    assert "見送りました" in inside.text


def test_saying_it_again_leaves_one_proposal_and_the_host_can_take_it_back(
    inside: Browser, database: Database
) -> None:
    for phone in ("0590-00-2222", "0590-00-3333", "0590-00-3333"):
        inside.send("/host/details", phone=phone)
    waiting = [row for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"]
    assert [row["after"] for row in waiting] in (["0590-00-3333"], ['"0590-00-3333"'])
    inside.get("/host")
    inside.submit(f"/host/proposals/{waiting[0]['batch']}/withdrawal")
    assert [row for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"] == []


def test_what_waits_stands_in_the_form_and_is_not_lost_when_something_else_is_changed(
    inside: Browser, database: Database
) -> None:
    opening = rows_of(database, "opening")[0]["id"]
    path = f"/host/details/{opening}"
    inside.send(path, insured_to="2099-03-31", pay="wage")
    inside.send(path, tutor="田中さん")
    waiting = [row["field"] for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"]
    assert sorted(map(str, waiting)) == ["insured_to", "pay"]
    inside.send(path, pay="")
    waiting = [row["field"] for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"]
    assert waiting == ["insured_to"]


def test_a_host_touches_no_opening_slot_or_proposal_of_another(
    app: Flask, inside: Browser, database: Database
) -> None:
    other_id = make_host(database, "となりの工場", phone="0590-00-9999")
    neighbour = new_browser(app)
    neighbour.send(_invite(database, other_id))
    neighbour.send("/host/details", phone="0590-00-8888")
    proposal = next(row for row in rows_of(database, "catalogue_change") if row["state"] == "waiting")
    opening, slot = rows_of(database, "opening")[-1], rows_of(database, "opening_slot")[-1]
    before = rows_of(database, "opening")[-1], rows_of(database, "opening_slot")[2:]
    token = inside.token("/host")
    assert inside.get(f"/host/details/{opening['id']}").status_code == 404
    forged = {"csrf_token": token, "task": "x", "tutor": "x"}
    assert inside.post(f"/host/details/{opening['id']}", data=forged).status_code == 404
    inside.post(
        "/host/seats",
        data={
            "csrf_token": token,
            f"slot-{slot['id']}": "0",
            f"new-day-{opening['id']}": "0",
            f"new-part-{opening['id']}": "morning",
            f"new-seats-{opening['id']}": "1",
        },
    )
    inside.post(f"/host/proposals/{proposal['batch']}/withdrawal", data={"csrf_token": token})
    inside.post("/host/undo", data={"csrf_token": token})
    assert (rows_of(database, "opening")[-1], rows_of(database, "opening_slot")[2:]) == before
    assert proposal in rows_of(database, "catalogue_change")


def test_a_quick_rest_comes_back_by_itself(inside: Browser, database: Database) -> None:
    token = inside.token("/host")
    inside.post("/host/pause", data={"csrf_token": token, "for": "two_weeks"})
    assert rows_of(database, "opening")[0]["paused_until"] == today() + timedelta(days=14)
    inside.get("/host/preview")
    assert "お休み中です。" in inside.text
    with frozen(now() + timedelta(days=14)):
        host = rows_of(database, "host")[0]["id"]
        assert isinstance(host, int)
        inside.get(_invite(database, host))
        assert "お休み中" not in inside.text


def test_a_dead_link_is_answered_alike_and_writes_to_the_registered_contact_once(
    app: Flask, client: Browser, database: Database
) -> None:
    host_id = make_host(database, email="farm@example.jp", postal_address="町内1-1")
    used = _invite(database, host_id)
    client.send(used)
    stranger = new_browser(app)
    answers = []
    for path in ("/h/" + "x" * 43, used, used):
        stranger.get(path)
        asked = stranger.submit(f"{path}/renewal")
        stranger.get(asked.headers["Location"])
        answers.append((asked.status_code, asked.headers["Location"], stranger.text))
    assert len(set(answers)) == 1
    assert [row["purpose"] for row in rows_of(database, "delivery")] == ["host.link"]
    live = [row for row in rows_of(database, "signed_link") if row["ended_at"] is None]
    assert len(live) == 1


def test_a_keeper_makes_a_letter_with_a_link_for_the_host(
    database: Database, host_id: int, sign_in_as: SignInAs
) -> None:
    for role in (Role.COORDINATOR, Role.CSW):
        sign_in_as(role).send(f"/hosts/{host_id}", action=f"/hosts/{host_id}/letter")
    letters = rows_of(database, "delivery")
    assert [row["channel"] for row in letters] == ["letter", "letter"]
    assert sorted(str(row["state"]) for row in letters) == ["waiting", "withdrawn"]


def _staff_writes(database: Database, opening_id: object, **values: object) -> None:
    """A colleague changes an opening while the host's page is open."""
    with database.writing(BY.scope) as session:
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(session.get_one(Opening, opening_id), values)


def test_what_staff_wrote_meanwhile_is_not_overwritten_by_what_the_host_left_alone(
    inside: Browser, database: Database
) -> None:
    opening = rows_of(database, "opening")[0]["id"]
    path = f"/host/details/{opening}"
    inside.get(path)
    _staff_writes(database, opening, tutor="佐藤さん", pay=Pay.WAGE)
    assert inside.submit(path, place_note="裏口から").status_code == 303
    row = rows_of(database, "opening")[0]
    assert (row["tutor"], row["place_note"], row["pay"]) == ("佐藤さん", "裏口から", "wage")
    assert [row for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"] == []


def test_a_field_that_both_changed_is_shown_and_nothing_that_was_typed_is_lost(
    inside: Browser, database: Database
) -> None:
    opening = rows_of(database, "opening")[0]["id"]
    path = f"/host/details/{opening}"
    inside.get(path)
    _staff_writes(database, opening, tutor="佐藤さん")
    answer = inside.submit(path, tutor="田中さん", place_note="裏口から")
    assert answer.status_code == 409
    assert "さきほど、担当者がここを「佐藤さん」に直しました" in inside.text
    assert rows_of(database, "opening")[0]["tutor"] == "佐藤さん"
    typed = next(form for form in inside.forms() if form.action == path).fields
    assert (typed["tutor"], typed["place_note"]) == ("田中さん", "裏口から")
    assert inside.submit(path).status_code == 303
    row = rows_of(database, "opening")[0]
    assert (row["tutor"], row["place_note"]) == ("田中さん", "裏口から")


def test_seats_that_staff_changed_meanwhile_stay_unless_the_host_changed_them_too(
    inside: Browser, database: Database
) -> None:
    slot = rows_of(database, "opening_slot")[0]
    opening = slot["opening_id"]

    def staff_gives(seats: int) -> None:
        with database.writing(BY.scope) as session:
            row = session.get_one(Opening, opening)
            slots = [replace(SlotValues.of(each), seats=seats) for each in row.slots]
            Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(row, {"all_slots": slots})

    staff_gives(4)
    assert inside.submit("/host/seats").status_code == 303
    assert rows_of(database, "opening_slot")[0]["seats"] == 4
    inside.get("/host")
    staff_gives(3)
    assert inside.submit("/host/seats", **{f"slot-{slot['id']}": "1"}).status_code == 422
    assert "担当者がここを3人に直しました" in inside.text
    assert inside.submit("/host/seats").status_code == 303
    assert rows_of(database, "opening_slot")[0]["seats"] == 1
