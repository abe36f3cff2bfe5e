"""Notes from the field: who writes and sees them, what they do to the catalogue, and one's own areas."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.audit.models import AuditEvent
from app.clock import now, today
from app.db.database import Database
from app.resources.models import FieldNote, FieldPhoto, Opening, Resource
from app.resources.policies import KEEPERS
from app.resources.queries.fieldwork import NoteFilter, list_notes
from app.resources.service import fieldwork as service
from app.resources.vocabulary import Disclosure, FieldResult, FieldWay, KindGroup
from app.web.errors import Missing, Refused
from tests.factories.fieldwork import make_exif, make_note, make_picture
from tests.factories.followup import make_place
from tests.factories.resources import make_district, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, statements

BY = Actor.system("test")
SECRET = "しらさぎ荘"
REFUGE: dict[str, Any] = {
    "group": KindGroup.REFUGE,
    "is_refuge": True,
    "disclosure": Disclosure.CLOSED,
}
Shown = Callable[..., list[int]]


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.display_name, frozenset(account.role_set), frozenset(account.right_set))


def notes_on(browser: Browser, path: str = "/field-notes") -> list[str]:
    assert browser.get(path).status_code == 200
    assert browser.page is not None
    return [element.get("data-note", "") for element in browser.page.iter() if element.get("data-note")]


def only_note(database: Database) -> FieldNote:
    with database.reading(BY.scope) as session:
        return session.scalars(sa.select(FieldNote)).one()


def write(browser: Browser, subject: str, photo: bytes | None = None, **typed: str) -> int:
    """Fill in the form of a subject (``resource=3``) as a phone sends it; return how it was answered."""
    opened = browser.get(f"/field-notes/new?{subject}")
    assert opened.status_code == 200
    form = next(form for form in browser.forms() if form.action == "/field-notes/new")
    sent: dict[str, object] = {"how": "visit", **form.fields, **typed}
    if photo is not None:
        sent["photo"] = (io.BytesIO(photo), "IMG_0001.jpg")
    headers = {"Referer": browser.address}
    return browser.post(
        "/field-notes/new", data=sent, headers=headers, content_type="multipart/form-data"
    ).status_code


def test_a_note_with_a_photo_is_kept_without_where_it_was_taken(
    database: Database, sign_in_as: SignInAs
) -> None:
    town = make_town(database, "錨町")
    place = make_resource(database, name="手芸の日", town_id=town)
    browser = sign_in_as(Role.COMMUNITY)
    sent = make_picture(exif=make_exif())
    assert write(browser, f"resource={place}", sent, result="seen", words="窓ぎわがあいています。") == 303
    note = only_note(database)
    assert (note.resource_id, note.town_id, note.how, note.has_photo) == (place, town, FieldWay.VISIT, True)
    browser.get(f"/resources/{place}")
    assert "窓ぎわがあいています。" in browser.text
    assert "試験 はな子" in browser.text
    for size in ("", "?size=small"):
        answer = browser.get(f"/field-notes/{note.id}/photo{size}")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert dict(Image.open(io.BytesIO(answer.data)).getexif()) == {}
        assert b"Telltale" not in answer.data


def test_words_and_photo_are_sealed_in_the_database(database: Database) -> None:
    account = make_account(database, Role.COMMUNITY)
    make_note(
        database,
        actor_of(account),
        with_photo=True,
        resource_id=make_resource(database),
        words="よしのさんと会った",
    )
    with database.reading(BY.scope) as session:
        kept = [session.scalars(sa.select(FieldNote)).one().sealed]
        kept += [photo.sealed for photo in session.scalars(sa.select(FieldPhoto))]
        assert len(kept) == 3
        for sealed in kept:
            assert sealed is not None
            assert "よしの".encode() not in sealed
            assert b"/9j/" not in sealed
            assert b"JFIF" not in sealed
        details = "".join(event.detail for event in session.scalars(sa.select(AuditEvent)))
    assert "よしの" not in details


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (b"this is no photo", "読めませんでした"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "互換性優先"),
        (make_picture(6000, 6000, kind="PNG"), "大きすぎる"),
    ],
)
def test_a_photo_that_cannot_be_taken_leaves_the_words_in_the_form(
    database: Database, sign_in_as: SignInAs, photo: bytes, said: str
) -> None:
    place = make_resource(database)
    browser = sign_in_as(Role.COMMUNITY)
    assert write(browser, f"resource={place}", photo, result="seen", words="のこることば") == 422
    assert said in browser.text
    form = next(form for form in browser.forms() if form.action == "/field-notes/new")
    assert (form.fields["words"], form.fields["result"], form.fields["resource"]) == (
        "のこることば",
        "seen",
        str(place),
    )
    with database.reading(BY.scope) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FieldNote)) == 0


def test_a_good_photo_has_to_be_chosen_again_when_something_else_is_missing(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    assert write(browser, f"resource={make_resource(database)}", make_picture(), words="ことば") == 422
    assert "選んでください" in browser.text
    assert "写真は、もう一度" in browser.text


def test_what_was_found_as_it_stands_is_confirmed(database: Database, sign_in_as: SignInAs) -> None:
    place = make_resource(database, confirmed_on=today() - timedelta(days=400))
    browser = sign_in_as(Role.COMMUNITY)
    assert write(browser, f"resource={place}", result="confirmed") == 303
    with database.reading(BY.scope) as session:
        assert session.get_one(Resource, place).confirmed_on == today()


def test_where_a_note_leads_to(database: Database, sign_in_as: SignInAs) -> None:
    place, town = make_resource(database), make_town(database, "鴎町")
    browser = sign_in_as(Role.COMMUNITY)

    def leads_to(subject: str, **typed: str) -> str:
        opened = browser.get(f"/field-notes/new?{subject}")
        assert opened.status_code == 200
        return browser.submit("/field-notes/new", **({"how": "phone"} | typed)).location

    assert leads_to(f"resource={place}", result="changed") == f"/resources/{place}/edit"
    assert leads_to(f"resource={place}", result="missed") == f"/resources/{place}"
    browser.get(leads_to(f"town={town}", result="found", words="夕方のベンチ"))
    assert "軽いカードをつくる" in browser.text
    assert browser.get(f"/resources/new?form=light&town={town}").status_code == 200
    card = next(form for form in browser.forms() if form.action == "/resources/new")
    assert card.fields["town_id"] == str(town)


def test_a_host_is_noted_on_its_own_page(database: Database, sign_in_as: SignInAs) -> None:
    opening_id = make_place(database).opening_id
    browser = sign_in_as(Role.COMMUNITY)
    with database.reading(BY.scope) as session:
        host_id = session.get_one(Opening, opening_id).host_id
    assert write(browser, f"host={host_id}", result="seen", words="店先に花がありました") == 303
    browser.get(f"/hosts/{host_id}")
    assert "店先に花がありました" in browser.text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"result": FieldResult.SEEN, "words": ""}, "words"),
        ({"result": FieldResult.SEEN}, "town"),
        ({"result": FieldResult.CONFIRMED}, "result"),
        ({"result": FieldResult.FOUND, "town_id": 999_999}, "town"),
    ],
)
def test_a_note_that_says_nothing_is_refused(database: Database, facts: dict[str, Any], field: str) -> None:
    worker = actor_of(make_account(database, Role.COMMUNITY))
    if field == "words":
        facts = facts | {"resource_id": make_resource(database)}
    with pytest.raises(Refused) as refused:
        make_note(database, worker, **facts)
    assert refused.value.field == field


@pytest.mark.parametrize("role", list(Role))
def test_keepers_of_the_catalogue_alone_see_notes(
    database: Database, sign_in_as: SignInAs, role: Role
) -> None:
    place = make_resource(database)
    note = make_note(
        database,
        actor_of(make_account(database, Role.COMMUNITY)),
        with_photo=True,
        resource_id=place,
        words="ひみつでない話",
    )
    browser = sign_in_as(role)
    sees = role in KEEPERS
    assert (browser.get("/field-notes").status_code == 200) is sees
    assert (browser.get(f"/field-notes/{note}/photo").status_code == 200) is sees
    assert (browser.get("/my-areas").status_code == 200) is sees
    browser.get(f"/resources/{place}")
    assert ("ひみつでない話" in browser.text) is sees
    with database.reading(Scope(1, frozenset({role}))) as session:
        found = list_notes(session, NoteFilter(), scope=Scope(1, frozenset({role})))
    assert bool(found) is sees


def test_residents_and_hosts_see_no_notes(app: Flask, database: Database) -> None:
    place = make_resource(database)
    worker = actor_of(make_account(database, Role.COMMUNITY))
    note = make_note(database, worker, with_photo=True, resource_id=place, words="内輪の話")
    resident = new_browser(app)
    resident.get(f"/resources/{place}")
    assert "内輪の話" not in resident.text
    assert "記録を書く" not in resident.text
    assert resident.get(f"/field-notes/{note}/photo").status_code != 200
    for scope in (Scope(None), Scope(None, subject=("host", 1))):
        with database.reading(scope) as session:
            assert list_notes(session, NoteFilter(), scope=scope) == []
            assert session.scalars(sa.select(FieldPhoto).execution_options(scope=scope)).all() == []


def test_notes_of_a_refuge_do_not_exist_without_the_right(database: Database, sign_in_as: SignInAs) -> None:
    town = make_town(database, "静町")
    refuge = make_resource(database, name=SECRET, kind="避難", town_id=town, **REFUGE)
    trusted = make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE})
    note = make_note(
        database, actor_of(trusted), with_photo=True, resource_id=refuge, words=f"{SECRET}のようす"
    )
    assert only_note(database).town_id is None
    assert notes_on(sign_in_as(account=trusted)) == [note]
    for role in KEEPERS:
        browser = sign_in_as(role)
        assert notes_on(browser) == []
        assert SECRET not in browser.text
        assert browser.get(f"/field-notes/{note}/photo").status_code == 404
        assert browser.get(f"/field-notes/new?resource={refuge}").status_code == 404
        assert browser.get(f"/field-notes?resource={refuge}").status_code == 404


def test_a_place_that_becomes_a_refuge_takes_its_notes_along(
    database: Database, sign_in_as: SignInAs
) -> None:
    worker = make_account(database, Role.COMMUNITY)
    place = make_resource(database)
    make_note(database, actor_of(worker), resource_id=place)
    browser = sign_in_as(account=worker)
    assert len(notes_on(browser)) == 1
    with database.writing(BY.scope) as session:
        row = session.get_one(Resource, place)
        row.disclosure, row.is_refuge = Disclosure.CLOSED, True
    assert notes_on(browser) == []


def test_ones_own_areas_narrow_notes_and_catalogue(
    database: Database, sign_in_as: SignInAs, shown: Shown
) -> None:
    district, other = make_district(database, "湊"), make_district(database, "山の手")
    towns = [
        make_town(database, "湊一丁目", district="湊"),
        make_town(database, "山一丁目", district="山の手"),
        make_town(database, "山二丁目", district="山の手"),
    ]
    places = [make_resource(database, name=f"場{key}", town_id=key) for key in towns]
    account = make_account(database, Role.COMMUNITY)
    notes = [make_note(database, actor_of(account), resource_id=key) for key in places]
    browser = sign_in_as(account=account)
    assert len(notes_on(browser)) == 3
    assert shown(browser, "/resources?mine=1") == places
    browser.get("/resources")
    assert "わたしの地域" not in browser.text

    assert browser.send("/my-areas", area=[str(district)], town=[str(towns[1])]).status_code == 303
    assert notes_on(browser) == [notes[1], notes[0]]
    assert notes_on(browser, f"/field-notes?area={other}") == [notes[2], notes[1]]
    assert len(notes_on(browser, "/field-notes?area=all")) == 3
    assert notes_on(browser, f"/field-notes?resource={places[2]}") == [notes[2]]
    assert notes_on(browser, "/field-notes?result=changed") == []
    assert "この条件の記録は、ありません" in browser.text
    assert shown(browser, "/resources?mine=1") == places[:2]
    assert "わたしの地域" in browser.text
    assert len(shown(browser, "/resources")) == 3
    browser.get("/today")
    assert "いま確かめる場所は、ありません" in browser.text

    assert browser.send("/my-areas", area=[], town=[]).status_code == 303
    assert len(notes_on(browser)) == 3


def test_a_refuge_is_not_told_by_ones_own_areas(
    database: Database, sign_in_as: SignInAs, shown: Shown
) -> None:
    town = make_town(database, "静町")
    make_resource(database, name=SECRET, kind="避難", town_id=town, **REFUGE)
    trusted = make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE})
    with database.writing(BY.scope) as session:
        service.set_own_areas(session, area_ids=[town], by=actor_of(trusted), at=now())
    assert shown(sign_in_as(account=trusted), "/resources?mine=1") == []


def test_an_area_that_does_not_exist_is_refused(database: Database) -> None:
    worker = actor_of(make_account(database, Role.COMMUNITY))
    with pytest.raises(Refused, match="並んでいる"), database.writing(worker.scope) as session:
        service.set_own_areas(session, area_ids=[999_999], by=worker, at=now())


def test_ones_own_note_is_removed_and_brought_back(database: Database, sign_in_as: SignInAs) -> None:
    account = make_account(database, Role.COMMUNITY)
    note = make_note(database, actor_of(account), with_photo=True, resource_id=make_resource(database))
    browser, colleague = sign_in_as(account=account), sign_in_as(Role.COORDINATOR)
    token = colleague.token("/account")
    assert notes_on(colleague) == [note]
    assert f"/field-notes/{note}/remove" not in {form.action for form in colleague.forms()}
    answer = colleague.post(f"/field-notes/{note}/remove", data={"csrf_token": token})
    assert answer.status_code == 404

    removed = browser.send("/field-notes", action=f"/field-notes/{note}/remove")
    assert notes_on(browser, removed.location) == []
    assert browser.get(f"/field-notes/{note}/photo").status_code == 404
    browser.get(removed.location)
    assert browser.submit(f"/field-notes/{note}/restore").status_code == 303
    assert notes_on(browser) == [note]


def test_what_was_removed_a_week_ago_is_gone_for_good(database: Database) -> None:
    worker = actor_of(make_account(database, Role.COMMUNITY))
    note = make_note(database, worker, with_photo=True, resource_id=make_resource(database))
    with database.writing(worker.scope) as session:
        service.remove_note(session, note_id=note, by=worker, at=now())
    for days, purged in ((6, 0), (8, 1), (9, 0)):
        with database.writing(BY.scope) as session:
            assert service.purge_removed(session, by=BY, at=now() + timedelta(days=days)) == purged
    assert only_note(database).sealed is None
    with database.reading(BY.scope) as session:
        assert session.scalars(sa.select(FieldPhoto)).all() == []
    with pytest.raises(Refused, match="元にもどせません"), database.writing(worker.scope) as session:
        service.restore_note(session, note_id=note, by=worker, at=now())


def test_nobody_else_writes_notes(database: Database) -> None:
    planner = actor_of(make_account(database, Role.PLANNER))
    with pytest.raises(Missing):
        make_note(database, planner, resource_id=make_resource(database))


def test_a_long_list_is_asked_for_as_often_as_a_short_one(
    app: Flask, database: Database, sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.COMMUNITY)
    browser = sign_in_as(account=account)
    counts: list[int] = []
    for more, on_page in ((2, 2), (23, 20)):
        for _ in range(more):
            make_note(database, actor_of(account), resource_id=make_resource(database))
        browser.get("/field-notes")
        with statements(app) as seen:
            assert len(notes_on(browser)) == on_page
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(notes_on(browser, "/field-notes?page=2")) == 5
