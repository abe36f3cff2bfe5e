"""Two entries that are one place are put together, and the step is taken back with all that it moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now, today
from app.db.database import Database
from app.resources.engine.merge_parts import PARTS, Side
from app.resources.exchange.checking import CheckedRow
from app.resources.models import Opening, Resource, ResourceAlias, ResourceKind, ServiceArea
from app.resources.queries.kinds import list_offered_kinds
from app.resources.queries.pairs import list_pairs
from app.resources.service import merging as service
from app.resources.service.catalogue import restore_resource
from app.resources.service.changes import undo_batch
from app.resources.service.importing import import_resources
from app.resources.service.kinds import KindValues, change_kind, merge_kinds
from app.resources.service.seats import hold_seat
from app.resources.vocabulary import Coverage, Disclosure, KindGroup, ResourceState, Verdict
from app.web.errors import CHANGED_MEANWHILE, Missing, Refused
from tests.factories.openings import make_host
from tests.factories.resources import make_kind, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

BY = Actor.system("test")
KEEPERS = (Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER)
OTHERS = (Role.PLANNER, Role.REFERRER, Role.MULTI_AGENCY, Role.ADMIN)
CAFE = {"name": "ぶんこカフェ こもれび", "address": "常盤市本町1-2-3", "contact": "0532-11-2222"}
ALIKE = {"name": "文庫カフェこもれび", "address": "常盤市本町1-2-3", "contact": "0532-11-2222"}


def two(database: Database, first: dict[str, Any] | None = None, **second: Any) -> tuple[int, int]:
    """The same place twice."""
    return make_resource(database, **CAFE | (first or {})), make_resource(database, **ALIKE | second)


def row(database: Database, resource_id: int) -> Resource:
    with database.reading(BY.scope) as session:
        return session.get_one(Resource, resource_id)


def merge(database: Database, kept: int, other: int, *, by: Actor = BY, **chosen: Side) -> str:
    versions = row(database, kept).version, row(database, other).version
    with database.writing(by.scope) as session:
        step = service.merge_resources(
            session, kept_id=kept, other_id=other, versions=versions, chosen=chosen, by=by, at=now()
        )
        return step.id


def undo(database: Database, batch: str) -> int:
    with database.writing(BY.scope) as session:
        undone = undo_batch(session, batch_id=batch, by=BY, at=now())
        assert undone.kept == ()
        return undone.done


def aliases(database: Database) -> dict[str, int]:
    with database.reading(BY.scope) as session:
        return {alias.identity: alias.resource_id for alias in session.scalars(sa.select(ResourceAlias))}


def imported(database: Database, resource_id: int, **values: Any) -> Verdict:
    """What an import says of the row of a file by which this entry came."""
    known = row(database, resource_id)
    said = {"name": known.name, "kind": "居場所", **values}
    line = CheckedRow(2, known.name, "居場所", known.identity, False, said, {}, f"digest {values}")
    with database.writing(BY.scope) as session:
        report = import_resources(session, rows=[line], by=BY, at=now())
        return report.items[0].verdict


def press(browser: Browser, first: int, second: int, what: str = "", **typed: object) -> TestResponse:
    path = f"/resources/duplicates/{first}/{second}"
    token = browser.token("/resources")
    return browser.post(
        path + what, data={"csrf_token": token} | {name: str(said) for name, said in typed.items()}
    )


def test_every_column_is_in_one_part_or_is_nobodys_to_choose() -> None:
    in_parts = [name for part in PARTS for name in part.columns]
    assert len(set(in_parts)) == len(in_parts)
    assert {attribute.key for attribute in sa.inspect(Resource).column_attrs} - set(in_parts) == {
        "id", "identity", "is_refuge", "state", "ended_on", "end_reason", "merged_into_id", "search_terms", "search_text",
        "content_digest", "created_at", "updated_at", "version",
    }  # fmt: skip


def test_the_later_confirmed_is_proposed_and_what_only_one_knows_is_not_lost(database: Database) -> None:
    kept, other = two(
        database,
        {"confirmed_on": date(2026, 4, 1), "fee": "100円", "traits": {"静けさ": "静か"}},
        confirmed_on=date(2026, 9, 1),
        nickname="こもれび",
        traits={"静けさ": "にぎやか", "Wi-Fi": "有"},
    )
    merge(database, kept, other)
    after = row(database, kept)
    assert (after.name, after.nickname, after.fee) == ("文庫カフェこもれび", "こもれび", "100円")
    assert after.confirmed_on == date(2026, 9, 1)
    assert after.traits == {"静けさ": "にぎやか", "Wi-Fi": "有"}


def test_a_chosen_side_stands_and_the_more_careful_disclosure_is_proposed(database: Database) -> None:
    kept, other = two(
        database,
        {"contact_is_public": True},
        confirmed_on=date(2026, 9, 1),
        disclosure=Disclosure.PARTNERS,
        contact="0532-99-9999",
    )
    merge(database, kept, other, name=Side.FIRST)
    after = row(database, kept)
    assert after.name == CAFE["name"]
    assert after.disclosure is Disclosure.PARTNERS
    assert (after.contact, after.contact_is_public) == ("0532-99-9999", False)


def test_openings_seats_and_areas_go_along_and_the_other_ends(database: Database) -> None:
    kept, other = two(database)
    town = make_town(database, "本町")
    make_host(database, "こもれび", resource_id=other)
    with database.writing(BY.scope) as session:
        session.add(ServiceArea(resource_id=other, area_id=town, coverage=Coverage.PART))
        opening = session.scalars(sa.select(Opening).where(Opening.resource_id == other)).one()
        seat = hold_seat(
            session,
            slot_id=opening.slots[0].id,
            holder="test",
            starts_on=today(),
            held_until=now(),
            by=BY,
            at=now(),
        )
        seat_id, opening_id = seat.id, opening.id
    merge(database, kept, other)
    with database.reading(BY.scope) as session:
        assert session.get_one(Opening, opening_id).resource_id == kept
        assert [(each.area_id, each.coverage) for each in session.get_one(Resource, kept).service_areas] == [
            (town, Coverage.PART)
        ]
        ended = session.get_one(Resource, other)
        assert (ended.state, ended.ended_on, ended.merged_into_id) == (ResourceState.ENDED, today(), kept)
        assert ended.end_reason == f"「{CAFE['name']}」にまとめました"
    assert [seat["id"] for seat in rows_of(database, "reservation")] == [seat_id]


def test_all_of_it_is_taken_back_the_identity_too(database: Database) -> None:
    kept, other = two(database, confirmed_on=date(2026, 9, 1))
    make_host(database, "こもれび", resource_id=other)
    before = {table: rows_of(database, table) for table in ("resource", "opening")}
    batch = merge(database, kept, other)
    assert aliases(database) == {row(database, other).identity: kept}
    assert undo(database, batch) > 0
    assert aliases(database) == {}
    ignored = {"version", "updated_at"}
    for table, rows in before.items():
        after = rows_of(database, table)
        assert [{k: v for k, v in each.items() if k not in ignored} for each in after] == [
            {k: v for k, v in each.items() if k not in ignored} for each in rows
        ]


def test_either_files_row_leads_to_the_one_that_stays(database: Database) -> None:
    kept, other = two(database)
    merge(database, kept, other)
    assert imported(database, kept, fee="200円") is Verdict.CHANGED
    assert imported(database, other, fee="300円") is Verdict.CHANGED
    assert imported(database, other, fee="300円") is Verdict.UNCHANGED
    assert row(database, kept).fee == "300円"
    assert row(database, other).fee is None
    assert len(rows_of(database, "resource")) == 2


def test_a_third_joined_later_is_followed_all_the_way(database: Database) -> None:
    kept, other = two(database)
    last = make_resource(database, **CAFE)
    merge(database, kept, other)
    merge(database, last, kept)
    assert imported(database, other, fee="300円") is Verdict.CHANGED
    assert row(database, last).fee == "300円"


def test_the_later_of_two_who_merge_the_same_pair_is_told(database: Database) -> None:
    kept, other = two(database)
    versions = row(database, kept).version, row(database, other).version
    merge(database, kept, other)
    for first, second, seen in ((kept, other, versions), (other, kept, versions[::-1])):
        with database.writing(BY.scope) as session, pytest.raises(Refused, match="先に"):
            service.merge_resources(
                session, kept_id=first, other_id=second, versions=seen, chosen={}, by=BY, at=now()
            )
    assert row(database, kept).merged_into_id is None


def test_an_edit_meanwhile_is_not_overwritten(database: Database) -> None:
    kept, other = two(database)
    versions = row(database, kept).version, row(database, other).version
    with database.writing(BY.scope) as session:
        session.get_one(Resource, other).fee = "500円"
    with database.writing(BY.scope) as session, pytest.raises(Refused, match=CHANGED_MEANWHILE):
        service.merge_resources(
            session, kept_id=kept, other_id=other, versions=versions, chosen={}, by=BY, at=now()
        )
    assert row(database, other).state is ResourceState.ACTIVE


@pytest.mark.parametrize("rights", [frozenset(), frozenset({Right.PLACE_IN_REFUGE})])
def test_a_refuge_is_merged_by_nobody(database: Database, rights: frozenset[Right]) -> None:
    secret: dict[str, Any] = {
        "kind": "避難先",
        "group": KindGroup.REFUGE,
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED,
    }
    kept, other = two(database, **secret)
    keeper = Actor(None, "浜岡", frozenset({Role.COORDINATOR}), rights)
    for first, second in ((kept, other), (other, kept)):
        with pytest.raises(Missing):
            merge(database, first, second, by=replace(keeper, account_id=1))
    assert row(database, other).merged_into_id is None


def test_what_was_put_into_another_is_not_opened_again_by_hand(database: Database) -> None:
    kept, other = two(database)
    merge(database, kept, other)
    with database.writing(BY.scope) as session, pytest.raises(Refused, match="まとめてあります"):
        restore_resource(session, resource_id=other, by=BY, at=now())
    assert row(database, other).state is ResourceState.ENDED


def test_a_home_of_children_is_not_opened_by_a_merge(database: Database) -> None:
    kept, other = two(database, {"name": "児童養護施設こもれび"}, disclosure=Disclosure.CLOSED)
    with pytest.raises(Refused, match="公開区分"):
        merge(database, kept, other, disclosure=Side.FIRST)
    merge(database, kept, other)
    assert row(database, kept).disclosure is Disclosure.CLOSED


def test_a_pair_said_to_be_two_is_not_asked_about_until_that_is_taken_back(database: Database) -> None:
    pair = two(database)

    def listed() -> int:
        with database.reading(BY.scope) as session:
            return len(list_pairs(session, scope=BY.scope))

    with database.writing(BY.scope) as session:
        service.keep_apart(session, first_id=pair[1], second_id=pair[0], by=BY, at=now())
        service.keep_apart(session, first_id=pair[0], second_id=pair[1], by=BY, at=now())
    assert listed() == 0
    with database.writing(BY.scope) as session:
        service.ask_again(session, first_id=pair[0], second_id=pair[1], by=BY, at=now())
    assert listed() == 1


def test_the_pages_lead_from_the_pair_to_one_place_and_back(
    app: Flask, database: Database, sign_in_as: SignInAs
) -> None:
    kept, other = two(database, confirmed_on=date(2026, 9, 1))
    browser = sign_in_as(Role.COMMUNITY)
    listing = browser.get("/resources/duplicates").text
    assert "1組" in listing
    assert "電話番号が同じ" in listing
    page = browser.get(f"/resources/duplicates/{kept}/{other}").text
    assert "1つにまとめると" in page
    versions: dict[str, Any] = {
        "first_version": row(database, kept).version,
        "second_version": row(database, other).version,
    }
    answer = press(browser, kept, other, take_name="first", **versions)
    assert answer.status_code == 303
    assert row(database, kept).name == CAFE["name"]
    assert press(browser, kept, other, take_name="first", **versions).status_code == 422
    card = browser.get(f"/resources/{other}").text
    assert f'この場は「<a href="/resources/{kept}">{CAFE["name"]}</a>」にまとめました' in card
    assert "もう一度、活動中にする" not in card
    assert "まとめた先の場所" in browser.get(f"/resources/{other}/history").text
    step = browser.get(f"/catalogue-changes/{rows_of(database, 'resource_alias')[0]['batch']}").text
    assert "1つにまとめた" in step
    assert f"{CAFE['name']}" in step
    resident = new_browser(app)
    assert "にまとめました" in resident.get(f"/resources/{other}").text
    assert "重複かもしれない場所は、ありません" in browser.get("/resources/duplicates").text


def test_a_resident_is_not_led_to_what_is_not_public(app: Flask, database: Database) -> None:
    kept, other = two(database, {"disclosure": Disclosure.PARTNERS}, disclosure=Disclosure.PARTNERS)
    merge(database, kept, other)
    resident = new_browser(app)
    answer = resident.get(f"/resources/{other}")
    assert answer.status_code == 404
    assert answer.data == resident.get("/there-is-no-such-page").data


def test_two_are_said_to_be_different_on_the_page_and_asked_again(
    database: Database, sign_in_as: SignInAs
) -> None:
    pair = two(database)
    browser = sign_in_as(Role.COORDINATOR)
    assert press(browser, *pair, "/apart").status_code == 303
    listing = browser.get("/resources/duplicates").text
    assert "別の場所と決めた組を見る" in listing
    assert "組あります" not in listing
    assert press(browser, *pair, "/ask-again").status_code == 303
    assert "1組" in browser.get("/resources/duplicates").text


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_keep_the_catalogue_cannot_merge(
    database: Database, sign_in_as: SignInAs, role: Role
) -> None:
    pair = two(database)
    browser = sign_in_as(role)
    versions: dict[str, Any] = {"first_version": 1, "second_version": 1}
    assert browser.get("/resources/duplicates").status_code == 404
    for what in ("", "/apart", "/ask-again"):
        assert press(browser, *pair, what, **versions).status_code == 404
    assert rows_of(database, "distinct_pair") == []
    assert row(database, pair[1]).merged_into_id is None


@pytest.mark.parametrize("rights", [set(), {Right.PLACE_IN_REFUGE}])
def test_a_refuge_stands_on_no_page_of_pairs(
    database: Database, sign_in_as: SignInAs, rights: set[Right]
) -> None:
    secret: dict[str, Any] = {
        "kind": "避難先",
        "group": KindGroup.REFUGE,
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED,
    }
    open_place, hidden = two(database, **secret)
    browser = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=rights))
    assert ALIKE["name"] not in browser.get("/resources/duplicates").text
    for first, second in ((open_place, hidden), (hidden, open_place)):
        assert browser.get(f"/resources/duplicates/{first}/{second}").status_code == 404
        for what in ("", "/apart", "/ask-again"):
            assert press(browser, first, second, what).status_code == 404
    assert rows_of(database, "distinct_pair") == []


def test_a_kind_that_was_merged_says_into_which_until_that_is_taken_back(database: Database) -> None:
    former, into = make_kind(database, "サロン会"), make_kind(database, "居場所")
    with database.writing(BY.scope) as session:
        batch = merge_kinds(session, kind_id=former, into_id=into, by=BY, at=now()).batch
    with database.reading(BY.scope) as session:
        assert session.get_one(ResourceKind, former).merged_into_id == into
        assert former not in {kind.id for kind in list_offered_kinds(session, scope=BY.scope)}
    undo(database, batch)
    with database.reading(BY.scope) as session:
        assert session.get_one(ResourceKind, former).merged_into_id is None


def test_a_kind_that_is_offered_again_stands_for_itself(database: Database) -> None:
    former, into = make_kind(database, "サロン会"), make_kind(database, "居場所")
    with database.writing(BY.scope) as session:
        merge_kinds(session, kind_id=former, into_id=into, by=BY, at=now())
    with database.writing(BY.scope) as session:
        kind = session.get_one(ResourceKind, former)
        values = KindValues(kind.label, kind.group, kind.check_interval_days, is_retired=False)
        change_kind(session, kind_id=former, version=kind.version, values=values, by=BY, at=now())
    with database.reading(BY.scope) as session:
        assert session.get_one(ResourceKind, former).merged_into_id is None
