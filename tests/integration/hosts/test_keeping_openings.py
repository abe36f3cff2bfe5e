"""The staff keep openings: every field, the seats of a week, the place, a copy, an end that can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now, today
from app.db.database import Database
from app.resources.service.seats import hold_seat
from app.resources.vocabulary import Disclosure, KindGroup
from app.web.errors import CHANGED_MEANWHILE
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_kind, make_resource
from tests.factories.town_points import make_town_points
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser, Value
from tests.support.databases import rows_of, statements

BY = Actor.system("test")
KEEPERS = (Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER)

TYPED: dict[str, Value] = {
    "task": "豆のさやむき",
    "steps": "むしろに座る\r\nさやを割る\r\n\r\n色で分ける",
    "place_note": "裏の作業小屋",
    "shortest_minutes": "45",
    "frequency": "週2回まで",
    "period": "3か月（延長あり）",
    "interests": "畑、 静かな時間",
    "seats_1_morning": "2",
    "begins_1_morning": "09:30",
    "ends_1_morning": "11:30",
    "seats_6_evening": "１",
    "body_load": "1",
    "people_load": "2",
    "pace_load": "3",
    "allows_visit": "yes",
    "allows_trial": "no",
    "allows_ongoing": "",
    "pay": "allowance",
    "pay_note": "1時間あたり310円",
    "training": "not_employed",
    "insurance": ["傷害", "賠償"],
    "insurance_holder": "瀬凪市社会福祉協議会",
    "insured_from": "2026-04-01",
    "insured_to": "2027-03-31",
    "tutor": "店主",
    "refusal": "しけの日は休み",
    "paused_until": "2099-01-05",
    "monthly_limit": "3",
    "is_confirmed": "on",
}
KEPT = {
    "task": "豆のさやむき",
    "steps": "むしろに座る→さやを割る→色で分ける",
    "place_note": "裏の作業小屋",
    "shortest_minutes": 45,
    "frequency": "週2回まで",
    "period": "3か月（延長あり）",
    "interests": "畑;静かな時間",
    "body_load": 1,
    "people_load": 2,
    "pace_load": 3,
    "allows_visit": True,
    "allows_trial": False,
    "allows_ongoing": None,
    "pay": "allowance",
    "pay_note": "1時間あたり310円",
    "training": "not_employed",
    "insurance": "傷害;賠償",
    "insurance_holder": "瀬凪市社会福祉協議会",
    "insured_from": date(2026, 4, 1),
    "insured_to": date(2027, 3, 31),
    "tutor": "店主",
    "refusal": "しけの日は休み",
    "is_gap": False,
    "gap_basis": None,
    "paused_until": date(2099, 1, 5),
    "monthly_limit": 3,
    "ended_on": None,
}


@pytest.fixture
def coordinator(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.COORDINATOR)


@pytest.fixture
def host_id(database: Database) -> int:
    return make_host(database, recognition="架空0001")


def _newest(database: Database) -> dict[str, Any]:
    return rows_of(database, "opening")[-1]


def _slots(database: Database, opening_id: object) -> dict[tuple[int, str], dict[str, Any]]:
    rows: list[dict[str, Any]] = rows_of(database, "opening_slot")
    return {(row["weekday"], row["part"]): row for row in rows if row["opening_id"] == opening_id}


def _add(browser: Browser, host_id: int, **typed: Value) -> int:
    """Send the form of a new opening, with a task where none is named, and return the answer's status."""
    return browser.send(f"/hosts/{host_id}/openings/new", **{"task": "箱たたみ"} | typed).status_code


def test_a_new_opening_keeps_every_field_that_was_typed(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    assert _add(coordinator, host_id, **TYPED) == 303
    opening = _newest(database)
    assert {name: opening[name] for name in KEPT} == KEPT
    assert (opening["host_id"], opening["confirmed_on"]) == (host_id, today())
    slots = _slots(database, opening["id"])
    assert slots.keys() == {(1, "morning"), (6, "evening")}
    assert (slots[1, "morning"]["seats"], slots[6, "evening"]["seats"]) == (2, 1)
    assert (slots[1, "morning"]["begins_minute"], slots[1, "morning"]["ends_minute"]) == (570, 690)
    assert coordinator.get(f"/openings/{opening['id']}").status_code == 200
    for said in (
        "さやを割る",
        "裏の作業小屋",
        "45分",
        "畑、静かな時間",
        "火曜 午前",
        "9:30〜11:30",
        "日曜 夕方",
    ):
        assert said in coordinator.text
    for said in (
        "工賃",
        "1時間あたり310円",
        "非雇用型",
        "架空0001",
        "傷害、賠償",
        "しけの日は休み",
        "3人まで",
    ):
        assert said in coordinator.text


def test_the_entry_shows_what_is_kept_and_sending_it_unchanged_changes_nothing(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    _add(coordinator, host_id, **TYPED)
    before, changes = _newest(database), len(rows_of(database, "catalogue_change"))
    assert coordinator.send(f"/openings/{before['id']}/edit").status_code == 303
    assert _newest(database) == before
    assert len(rows_of(database, "catalogue_change")) == changes
    coordinator.get(f"/openings/{before['id']}")
    assert "変わったところはありませんでした" in coordinator.text


def test_a_change_keeps_the_rest_and_stands_in_the_history_with_what_was_there(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    _add(coordinator, host_id, **TYPED)
    before = _newest(database)
    path = f"/openings/{before['id']}"
    coordinator.send(
        f"{path}/edit",
        frequency="月2回から",
        seats_1_morning="",
        begins_1_morning="",
        ends_1_morning="",
        seats_3_afternoon="4",
    )
    after = _newest(database)
    assert after == before | {"frequency": "月2回から", "version": after["version"]}
    assert _slots(database, before["id"]).keys() == {(6, "evening"), (3, "afternoon")}
    coordinator.get(path)
    assert "頻度： 前は 週2回まで いまは 月2回から" in coordinator.text
    assert (
        "火曜 午前 2人（9:30〜11:30）、日曜 夕方 1人 いまは 木曜 午後 4人、日曜 夕方 1人" in coordinator.text
    )
    coordinator.get(f"/hosts/{host_id}")
    assert "「豆のさやむき」の頻度" in coordinator.text


def test_who_comes_second_is_told_even_when_only_seats_were_changed_and_loses_nothing(
    coordinator: Browser, sign_in_as: SignInAs, database: Database, host_id: int
) -> None:
    opening_id = _newest(database)["id"]
    path = f"/openings/{opening_id}/edit"
    coordinator.get(path)
    assert sign_in_as(Role.CSW).send(path, seats_1_morning="5").status_code == 303
    assert coordinator.submit(path, seats_3_morning="9", tutor="現場の先輩").status_code == 422
    assert CHANGED_MEANWHILE in coordinator.text
    form = next(form for form in coordinator.forms() if form.action == path)
    assert (form.fields["seats_3_morning"], form.fields["tutor"]) == ("9", "現場の先輩")
    slots = _slots(database, opening_id)
    assert (slots[1, "morning"]["seats"], slots[3, "morning"]["seats"]) == (5, 2)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"task": " "}, "仕事の名前：入力してください。"),
        ({"shortest_minutes": "一時間"}, "いちばん短い時間（分）：数字で"),
        ({"shortest_minutes": "0"}, "5から600まで"),
        ({"monthly_limit": "0"}, "1から200まで"),
        ({"seats_0_morning": "-1"}, "月曜 午前の人数：0から50まで"),
        ({"seats_0_morning": "9" * 5000}, "月曜 午前の人数："),
        ({"seats_2_evening": "たくさん"}, "水曜 夕方の人数：数字で"),
        ({"seats_2_evening": "1", "begins_2_evening": "25:00"}, "水曜 夕方の始まり：時刻を確かめて"),
        ({"seats_2_evening": "1", "begins_2_evening": "18:00", "ends_2_evening": "17:00"}, "終わりが始まりより前"),
        ({"begins_2_evening": "18:00"}, "人数も入れてください"),
        ({"insured_from": "2027-01-01", "insured_to": "2026-01-01"}, "保険の終わりが、始まりより前"),
        ({"paused_until": "2020-01-01"}, "再開の日は、あした以降"),
        ({"insured_to": "あした"}, "日付を確かめて"),
        ({"pay": "gold"}, "並んでいるものから選んで"),
        ({"body_load": "9"}, "並んでいるものから選んで"),
        ({"is_gap": "on"}, "何にもとづく枠かを入れて"),
        (
            {"is_gap": "on", "gap_basis": "通所介護", "seats_0_morning": "3", "capacity_0_morning": "10", "original_0_morning": "8"},
            "本来の利用者が先です",
        ),
        ({"is_gap": "on", "gap_basis": "通所介護", "original_0_morning": "8"}, "定員も入れてください"),
        ({"place": "77777"}, "404"),
        ({"place": "new", "new_name": "", "new_kind": ""}, "新しい場所の名前を入れてください"),
        ({"place": "new", "new_name": "裏の小屋", "new_kind": "9999"}, "種別を、並んでいるものから"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_kept(
    coordinator: Browser, database: Database, host_id: int, typed: dict[str, Value], said: str
) -> None:
    before = rows_of(database, "opening"), rows_of(database, "opening_slot"), rows_of(database, "resource")
    status = _add(coordinator, host_id, **{"refusal": "消えないことば"} | typed)
    if said == "404":
        assert status == 404
    else:
        assert (status, said in coordinator.text) == (422, True), coordinator.text
        form = next(form for form in coordinator.forms() if form.action.endswith("/openings/new"))
        assert form.fields["refusal"] == "消えないことば"
    assert (
        rows_of(database, "opening"),
        rows_of(database, "opening_slot"),
        rows_of(database, "resource"),
    ) == before


def test_training_asks_for_the_recognition_of_the_host(coordinator: Browser, database: Database) -> None:
    host_id = make_host(database, "認定のない店")
    assert _add(coordinator, host_id, training="employed") == 422
    assert "就労訓練には、受け入れ先の認定番号が要ります" in coordinator.text
    assert _newest(database)["task"] == "袋づめ"


def test_seats_in_the_gaps_stand_beside_those_of_a_facilitys_own_users(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    typed = {"seats_0_morning": "2", "capacity_0_morning": "10", "original_0_morning": "8"}
    assert _add(coordinator, host_id, is_gap="on", gap_basis="介護保険法の通所介護", **typed) == 303
    opening = _newest(database)
    slot = _slots(database, opening["id"])[0, "morning"]
    assert (slot["seats"], slot["capacity"], slot["original_users"]) == (2, 10, 8)
    coordinator.get(f"/openings/{opening['id']}")
    assert "定員10人・本来の利用者8人" in coordinator.text
    assert "介護保険法の通所介護" in coordinator.text


def test_numbers_of_own_users_are_left_out_where_the_opening_is_no_gap(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    typed = {"seats_0_morning": "2", "capacity_0_morning": "10", "original_0_morning": "8"}
    assert _add(coordinator, host_id, **typed) == 303
    slot = _slots(database, _newest(database)["id"])[0, "morning"]
    assert (slot["capacity"], slot["original_users"]) == (None, None)


def test_the_first_opening_of_a_host_brings_its_place_in_the_same_step(
    coordinator: Browser, database: Database
) -> None:
    make_town_points(database, "港町一丁目")
    kind_id = make_kind(database, "就労体験", KindGroup.WORK)
    coordinator.send("/hosts/new", name="はじめての店")
    host_id: Any = rows_of(database, "host")[-1]["id"]
    assert _add(coordinator, host_id, place="new", new_kind=str(kind_id), new_address="瀬凪市港町1-1") == 303
    place, opening = rows_of(database, "resource")[-1], _newest(database)
    assert (place["name"], place["kind_id"], place["address"]) == ("はじめての店", kind_id, "瀬凪市港町1-1")
    assert place["disclosure"] == Disclosure.PARTNERS
    # Without a point it would be near to nobody.
    assert (place["point_precision"], place["point_source"]) == ("town", "町名一覧（試験の一覧）")
    assert opening["resource_id"] == place["id"]
    coordinator.get("/resources?q=はじめての店")
    assert "はじめての店" in coordinator.text
    assert (
        _add(
            coordinator,
            host_id,
            place="new",
            new_name="はじめての店",
            new_kind=str(kind_id),
            new_address="瀬凪市港町1-1",
        )
        == 422
    )
    assert "もう登録されています" in coordinator.text


def test_a_place_is_looked_up_without_losing_what_was_typed_and_then_chosen(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    hall = make_resource(database, name="山の手公民館", kind="公民館")
    path = f"/hosts/{host_id}/openings/new"
    opened = coordinator.send(path, task="花の水やり", place_words="公民館", seats_4_morning="3")
    assert opened.status_code == 200
    assert "見つかった場所が、下に1件" in coordinator.text
    form = next(form for form in coordinator.forms() if form.action == path)
    assert (form.fields["task"], form.fields["seats_4_morning"]) == ("花の水やり", "3")
    assert coordinator.submit(path, place=str(hall)).status_code == 303
    assert _newest(database)["resource_id"] == hall
    assert _newest(database)["task"] == "花の水やり"
    assert coordinator.send(path, task="水やり", place_words="どこにもない").status_code == 200
    assert "見つかりませんでした" in coordinator.text


def test_a_secret_refuge_is_neither_found_nor_taken_by_its_key_without_the_right(
    database: Database, sign_in_as: SignInAs, host_id: int
) -> None:
    refuge = make_resource(
        database, kind="避難先", name="みなと荘", is_refuge=True, disclosure=Disclosure.CLOSED
    )
    path = f"/hosts/{host_id}/openings/new"
    browser = sign_in_as(Role.COORDINATOR)
    browser.send(path, task="夜の番", place_words="みなと荘")
    assert "見つかりませんでした" in browser.text
    browser.get(path)
    assert browser.submit(path, task="夜の番", place=str(refuge)).status_code == 404
    holder = sign_in_as(account=make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE}))
    holder.send(path, task="夜の番", place_words="みなと荘")
    assert holder.submit(path, place=str(refuge)).status_code == 303
    assert _newest(database)["resource_id"] == refuge


def test_a_copy_begins_with_what_the_first_one_says(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    _add(coordinator, host_id, **TYPED)
    first = _newest(database)
    path = f"/hosts/{host_id}/openings/new"
    coordinator.get(f"{path}?copy={first['id']}")
    assert coordinator.heading == "枠をうつして作る"
    assert coordinator.submit(path, task="豆の選別").status_code == 303
    second = _newest(database)
    own = {"id", "published_id", "task", "paused_until", "confirmed_on", "version"}
    assert {key: value for key, value in second.items() if key not in own} == {
        key: value for key, value in first.items() if key not in own
    }
    assert (second["task"], second["paused_until"], second["confirmed_on"]) == ("豆の選別", None, None)
    assert _slots(database, second["id"]).keys() == _slots(database, first["id"]).keys()


def test_an_opening_of_another_host_cannot_be_copied_into_this_one(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    opening_id = _newest(database)["id"]
    other = make_host(database, "となりの店")
    assert coordinator.get(f"/hosts/{other}/openings/new?copy={opening_id}").status_code == 404
    assert coordinator.get(f"/hosts/{host_id}/openings/new?copy={opening_id}").status_code == 200


def test_an_opening_that_ended_is_offered_no_more_and_can_be_taken_back(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    opening_id = _newest(database)["id"]
    path = f"/openings/{opening_id}"
    coordinator.send(path, action=f"{path}/end")
    assert _newest(database)["ended_on"] == today()
    coordinator.get(f"/hosts/{host_id}")
    assert "終わった枠" in coordinator.text
    coordinator.send(path, action=f"{path}/restore")
    assert _newest(database)["ended_on"] is None


def test_who_changed_an_opening_meanwhile_is_not_passed_over_by_its_end(
    coordinator: Browser, sign_in_as: SignInAs, database: Database, host_id: int
) -> None:
    opening_id = _newest(database)["id"]
    path = f"/openings/{opening_id}"
    coordinator.get(path)
    sign_in_as(Role.CSW).send(f"{path}/edit", tutor="店主")
    assert coordinator.submit(f"{path}/end").status_code >= 400
    assert _newest(database)["ended_on"] is None


def test_who_has_a_seat_keeps_it_when_its_slot_is_emptied(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    opening_id: Any = _newest(database)["id"]
    slot_id = _slots(database, opening_id)[1, "morning"]["id"]
    with database.writing(BY.scope) as session:
        hold_seat(
            session,
            slot_id=slot_id,
            holder="somebody",
            starts_on=today(),
            held_until=now() + timedelta(days=7),
            by=BY,
            at=now(),
        )
    coordinator.send(f"/openings/{opening_id}/edit", seats_1_morning="")
    assert _slots(database, opening_id)[1, "morning"]["seats"] == 0
    assert [row["slot_id"] for row in rows_of(database, "reservation")] == [slot_id]
    coordinator.get(f"/openings/{opening_id}")
    assert "火曜 午前 0人" not in coordinator.text


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "保険が切れています"), (59, "保険の終わりが近づいています"), (61, None)]
)
def test_an_insurance_that_ends_soon_is_told(
    coordinator: Browser, database: Database, host_id: int, days: int, said: str | None
) -> None:
    opening_id = make_opening(database, host_id, task="草とり", insured_to=today() + timedelta(days=days))
    coordinator.get(f"/openings/{opening_id}")
    warned = [
        words for words in ("保険が切れています", "保険の終わりが近づいています") if words in coordinator.text
    ]
    assert warned == ([said] if said else [])


def test_a_rest_that_is_over_is_cleared_by_the_next_change_and_stops_nobody(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    opening_id = make_opening(database, host_id, task="草とり", paused_until=date(2026, 1, 1))
    assert coordinator.send(f"/openings/{opening_id}/edit", tutor="店主").status_code == 303
    assert (_newest(database)["paused_until"], _newest(database)["tutor"]) == (None, "店主")


def test_what_a_file_named_as_insurance_is_not_taken_away_by_a_form_that_does_not_show_it(
    coordinator: Browser, database: Database, host_id: int
) -> None:
    opening_id = make_opening(database, host_id, task="草とり", insurance="傷害;行事")
    coordinator.send(f"/openings/{opening_id}/edit", tutor="店主")
    assert _newest(database)["insurance"] == "傷害;行事"


def test_the_card_of_a_place_names_its_openings_to_the_staff_alone(
    client: Browser, coordinator: Browser, sign_in_as: SignInAs, database: Database, host_id: int
) -> None:
    opening = _newest(database)
    path = f"/resources/{opening['resource_id']}"
    coordinator.get(path)
    assert "受け入れ枠" in coordinator.text
    assert coordinator.get(f"/openings/{opening['id']}").status_code == 200
    for other in (client, sign_in_as(Role.PLANNER)):
        assert other.get(path).status_code == 200
        assert "袋づめ" not in other.text


@pytest.mark.parametrize("role", list(Role))
def test_openings_are_for_those_who_keep_the_catalogue(
    database: Database, sign_in_as: SignInAs, host_id: int, role: Role
) -> None:
    opening_id = _newest(database)["id"]
    browser = sign_in_as(role)
    paths = (f"/openings/{opening_id}", f"/openings/{opening_id}/edit")
    assert {browser.get(path).status_code for path in paths} == {200 if role in KEEPERS else 404}
    token = browser.token("/account")
    answer = browser.post(f"/openings/{opening_id}/restore", data={"csrf_token": token})
    assert answer.status_code == (303 if role in KEEPERS else 404)


def test_a_host_does_not_reach_the_entry_of_its_own_opening(
    client: Browser, database: Database, host_id: int
) -> None:
    opening_id = _newest(database)["id"]
    assert client.get(f"/openings/{opening_id}/edit").status_code == 303
    assert client.get(f"/openings/{opening_id}/edit").headers["Location"].startswith("/sign-in")


def test_an_opening_asks_the_database_as_often_for_many_as_for_few(
    app: Flask, coordinator: Browser, database: Database, host_id: int
) -> None:
    opening = _newest(database)
    paths = (
        f"/openings/{opening['id']}",
        f"/openings/{opening['id']}/edit",
        f"/resources/{opening['resource_id']}",
    )

    def count() -> list[int]:
        seen = []
        for path in paths:
            coordinator.get(path)
            with statements(app) as sent:
                coordinator.get(path)
            seen.append(len(sent))
        return seen

    coordinator.send(f"/openings/{opening['id']}/edit", tutor="店主")
    few = count()
    for number in range(6):
        make_opening(database, host_id, task=f"仕事{number}", resource_id=opening["resource_id"])
        coordinator.send(
            f"/openings/{opening['id']}/edit", tutor=f"店主{number}", seats_5_morning=str(number)
        )
    assert count() == few
