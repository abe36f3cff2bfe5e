"""Adding and changing entries by hand, on the pages that keepers of the catalogue use."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now, today
from app.db.database import Database
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.models import Resource
from app.resources.models.rows import as_plain
from app.resources.queries.catalogue import get_resource
from app.resources.service.importing import import_resources
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState, Verdict
from tests.factories.resources import LAT, LON, make_district, make_kind, make_resource, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser, Value
from tests.support.databases import rows_of

BY = Actor.system("test")
NEW_LIGHT, NEW_FULL = "/resources/new?form=light", "/resources/new?form=full&kind="
KEEPERS = (Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER)

EVERYTHING: dict[str, Value] = {
    "name": "こもれび", "kana": "コモレビ", "nickname": "こも", "description": "お茶を飲みます。\nだれでも来られます。",
    "operator": "こもれびの会", "url": "https://example.org/komorebi", "remarks": "雨の日も開きます。",
    "state": "paused", "address": "瀬凪市駅前一丁目4-11", "building": "駅前会館 和室", "lat": "33.6", "lon": "136.95",
    "point_precision": "surveyed", "point_source": "現地で測位", "nearest_stop": "駅前 徒歩3分", "pickup": "要相談",
    "served_area": "ほかは相談", "holidays": "closed", "schedule_note": "お盆は休みます。", "age_from": "15",
    "age_to": "39", "audience": "若者", "capacity": "10", "capacity_note": "1日あたり", "original_users": "7",
    "gap_welcome": "yes", "gap_seats": "3", "gap_basis": "空きの範囲で", "legal_basis": "地域づくり事業",
    "taking_part": ["居るだけ", "楽しみ・学び"], "interests": "本;お茶", "fee": "100円", "fee_yen": "100",
    "application": "不要", "noise": "静か", "people": "8", "interaction": "少なめ", "load": "軽い", "pace": "ゆっくり",
    "look_around": "可", "companion": "可", "leave_midway": "可", "anonymous": "不可", "remote": "不可",
    "female_staff": "いる", "male_staff": "いない", "wifi": "有", "wheelchair": "可", "wheelchair_loan": "無",
    "cane_loan": "無", "wheelchair_toilet": "有", "ramp": "有", "lift": "無", "tactile_paving": "有", "braille": "無",
    "assistance_dog": "可", "captions": "無", "written_talk": "有", "wheelchair_parking": "有", "ostomate": "無",
    "steps": "有", "handrail": "有", "western_toilet": "有", "parking": "無", "access_note": "裏口から入れます。",
    "nursing_room": "無", "nappy_corner": "無", "eating": "可", "pram_loan": "無", "pram": "可", "child_minding": "無",
    "children_note": "ベビーカーは玄関に。", "languages": ["やさしい日本語", "手話"], "contact": "会館の窓口 0590-00-1111",
    "contact_is_public": "y", "disclosure": "public", "listing_agreed_on": "2026-10-01", "listing_agreed_by": "白井",
    "source": "現地で聞き取り", "check_interval_days": "180", "check_note": "次は春に",
    "meetings-0-days": ["2", "4"], "meetings-0-opens": "10:00", "meetings-0-closes": "12:00",
    "meetings-0-weeks": ["1", "3"], "meetings-0-who": "若者", "meetings-0-starts": "2026-04-01",
}  # fmt: skip


@pytest.fixture
def keeper(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.COORDINATOR)


@pytest.fixture
def town(database: Database) -> int:
    make_district(database, "中央")
    return make_town(database, "駅前一丁目", district="中央")


def only(database: Database) -> dict[str, Any]:
    """The one entry that there is."""
    found = rows_of(database, "resource")
    assert len(found) == 1
    return dict(found[0])


def add(browser: Browser, **typed: Any) -> int:
    """Add a full entry and return its id."""
    kind = typed.pop("kind", "居場所")
    answer = browser.send(NEW_FULL + kind, **{"name": "こもれび", **typed})
    assert answer.status_code == 303, browser.text
    return int(answer.location.rsplit("/", 1)[1])


def edit(browser: Browser, key: int, **typed: Any) -> int:
    return browser.send(f"/resources/{key}/edit", **typed).status_code


def press(browser: Browser, path: str, what: str, **typed: Value) -> None:
    """Press the button that adds a row of this sort."""
    form = next(form for form in browser.forms() if form.action == path)
    query = "?form=full" if path.endswith("/new") else ""
    answer = browser.post(
        path + query, data=form.fields | typed | {"add": what}, headers={"Referer": browser.address}
    )
    assert answer.status_code == 200


def state_of(database: Database, key: int) -> dict[str, Any]:
    with database.reading(BY.scope) as session:
        row = get_resource(session, key, scope=BY.scope)
        names = [column.key for column in Resource.__table__.columns]
        plain = {name: as_plain(row, name) for name in names if name not in ("updated_at", "version")}
        return plain | {"service_areas": as_plain(row, "service_areas")}


def test_every_field_goes_in_and_is_shown_again_as_it_was(
    keeper: Browser, database: Database, town: int
) -> None:
    district = rows_of(database, "area")[0]["id"]
    key = add(keeper, **EVERYTHING, **{f"area-{district}": "part", "area-town": str(town)})
    stored = state_of(database, key)
    keeper.get(f"/resources/{key}/edit")
    shown = next(form.fields for form in keeper.forms() if form.action.endswith("/edit"))
    assert {name: shown.get(name) for name in EVERYTHING} == EVERYTHING
    assert shown[f"area-{district}"] == "part"
    assert shown[f"area-{town}"] == "whole"
    assert stored["service_areas"] == [[district, "part"], [town, "whole"]]
    assert stored["town_id"] == town
    assert stored["timetable"]["meetings"][0]["code"] == "13Tu13Th"
    assert (stored["schedule"], stored["opens_minute"], stored["weekday_mask"]) != (None, None, None)
    assert keeper.submit(f"/resources/{key}/edit").status_code == 303
    assert "前と同じでした" in keeper.get(f"/resources/{key}").text
    assert state_of(database, key) == stored


def test_clearing_every_field_makes_all_of_it_unknown(keeper: Browser, database: Database, town: int) -> None:
    key = add(keeper, **EVERYTHING)
    kept = {"name", "state", "point_precision", "disclosure", "contact_is_public", "holidays"}
    blank: dict[str, Value] = {
        name: [] if isinstance(EVERYTHING[name], list) else "" for name in EVERYTHING.keys() - kept
    }
    assert edit(keeper, key, **blank) == 303
    stored = state_of(database, key)
    assert stored["traits"] == {}
    assert (stored["weekday_mask"], stored["schedule"], stored["opens_minute"]) == (None, None, None)
    empty = {
        "capacity",
        "gap_seats",
        "gap_welcome",
        "address",
        "point",
        "fee",
        "contact",
        "listing_agreed_on",
    }
    assert {name for name in empty if stored[name] is not None} == set()


def test_adding_a_row_keeps_what_was_typed_and_writes_nothing(keeper: Browser, database: Database) -> None:
    keeper.get(NEW_FULL + "居場所")
    typed: dict[str, Value] = {"name": "こもれび", "meetings-0-days": ["1"], "meetings-0-opens": "なし時"}
    press(keeper, "/resources/new", "meetings", **typed)
    assert rows_of(database, "resource") == []
    form = next(form for form in keeper.forms() if form.action == "/resources/new")
    assert (form.fields["name"], form.fields["meetings"]) == ("こもれび", "2")
    assert form.fields["meetings-0-days"] == "1"
    assert "meetings-1-days" in form.names


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"name": ""}, "入力してください"),
        ({"lat": "33.6"}, "両方を入れる"),
        ({"lat": "136.95", "lon": "33.6"}, "逆になっている"),
        ({"age_from": "40", "age_to": "20"}, "より小さくできません"),
        ({"url": "javascript:alert(1)"}, "「https://」か「http://」"),
        ({"corporate_number": "1234567890123"}, "法人番号"),
        ({"meetings-0-opens": "10:00"}, "曜日を選んでください"),
        ({"meetings-0-days": ["1"], "meetings-0-weeks": ["0", "1"]}, "どちらかにしてください"),
        ({"meetings-0-days": ["1"], "meetings-0-opens": "いつか"}, "時刻を"),
        (
            {"meetings-0-days": ["1"], "meetings-0-opens": "12:00", "meetings-0-closes": "10:00"},
            "始まりより後",
        ),
        ({"capacity": "5", "original_users": "4", "gap_seats": "2"}, "狭間枠は1人まで"),
        ({"people": "たくさん"}, "数字で入力"),
    ],
)
def test_a_problem_stands_beside_its_field_and_nothing_is_lost(
    keeper: Browser, database: Database, typed: dict[str, Value], beside: str
) -> None:
    answer = keeper.send(NEW_FULL + "居場所", **{"name": "こもれび", "description": "お茶", **typed})
    assert answer.status_code == 422
    assert beside in keeper.text
    assert "入力を見直してください" in keeper.text
    form = next(form for form in keeper.forms() if form.action == "/resources/new")
    assert form.fields["description"].strip() == "お茶"  # type: ignore[union-attr]
    assert rows_of(database, "resource") == []


def test_its_own_users_come_first_also_when_only_the_capacity_is_lowered(
    keeper: Browser, database: Database
) -> None:
    key = add(keeper, capacity="10", original_users="7", gap_seats="3")
    assert edit(keeper, key, capacity="9") == 422
    assert "狭間枠は2人まで" in keeper.text
    assert only(database)["capacity"] == 10


def test_a_light_card_is_five_things_and_for_the_staff_until_somebody_asked(
    sign_in_as: SignInAs, database: Database, town: int
) -> None:
    browser = sign_in_as(Role.COMMUNITY)
    answer = browser.send(
        NEW_LIGHT,
        name="銭湯の縁台",
        where="亀の湯の前",
        town_id=str(town),
        when="水曜の夕方",
        contact="番台の人",
        description="おしゃべりだけでも。",
    )
    assert answer.status_code == 303, browser.text
    row = only(database)
    assert (row["is_light"], row["disclosure"], row["schedule_note"]) == (True, "partners", "水曜の夕方")
    assert (row["building"], row["contact"], row["town_id"]) == ("亀の湯の前", "番台の人", town)
    assert row["confirmed_on"] is not None
    assert edit(browser, row["id"], when="木曜の夕方") == 303
    assert only(database)["schedule_note"] == "木曜の夕方"


def test_the_same_place_is_refused_with_the_way_to_the_entry(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="瀬凪市駅前一丁目4-11")
    answer = keeper.send(NEW_FULL + "居場所", name="こもれび", address="瀬凪市駅前1丁目4番11号")
    assert answer.status_code == 422
    assert f"/resources/{key}" in answer.text
    assert len(rows_of(database, "resource")) == 1


def test_a_renamed_entry_gives_its_place_free(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="瀬凪市駅前一丁目4-11")
    assert edit(keeper, key, name="ひだまり") == 303
    other = add(keeper, address="瀬凪市駅前一丁目4-11")
    assert edit(keeper, other, name="ひだまり") == 422
    assert f"/resources/{key}" in keeper.get(f"/resources/{key}/history").request.path
    assert {row["name"] for row in rows_of(database, "resource")} == {"ひだまり", "こもれび"}


def imported(database: Database, data: bytes) -> list[Verdict]:
    with database.writing(BY.scope) as session:
        rows = check_rows(read_table(data, "file.csv"), Options())
        return [item.verdict for item in import_resources(session, rows=rows, by=BY, at=now()).items]


FILE = "種別,名称,住所,定員\n居場所,こもれび,瀬凪市駅前一丁目4-11,8\n".encode()


def test_an_imported_entry_stays_the_same_to_the_next_edition_of_its_file(
    keeper: Browser, database: Database
) -> None:
    assert imported(database, FILE) == [Verdict.ADDED]
    before = only(database)
    assert edit(keeper, before["id"], name="こもれびの家", capacity="9") == 303
    assert imported(database, FILE) == [Verdict.UNCHANGED]
    after = only(database)
    assert (after["identity"], after["name"], after["capacity"]) == (before["identity"], "こもれびの家", 9)


def test_a_file_finds_what_was_written_by_hand(keeper: Browser, database: Database) -> None:
    key = add(keeper, address="瀬凪市駅前1-4-11")
    assert imported(database, FILE) == [Verdict.CHANGED]
    assert (only(database)["id"], only(database)["capacity"]) == (key, 8)


def test_the_later_of_two_sees_what_the_colleague_changed_and_loses_nothing(
    keeper: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    key = add(keeper, fee="無料", noise="静か", **{"meetings-0-days": ["1"]})
    keeper.get(f"/resources/{key}/edit")
    colleague = sign_in_as(Role.CSW)
    assert edit(colleague, key, fee="100円", pace="ゆっくり", **{"meetings-0-days": ["5"]}) == 303
    answer = keeper.submit(f"/resources/{key}/edit", name="こもれびの家")
    assert answer.status_code == 409
    assert "100円" in keeper.text
    assert "ほかの人が直しました" in keeper.text
    assert only(database)["name"] == "こもれび"
    assert keeper.submit(f"/resources/{key}/edit").status_code == 303
    row = only(database)
    assert (row["name"], row["fee"], row["schedule"]) == ("こもれびの家", "100円", "0Fr")
    assert state_of(database, key)["traits"] == {"静けさ": "静か", "ペース": "ゆっくり"}


def test_a_step_is_told_in_words_and_taken_back_by_one_button(
    sign_in_as: SignInAs, database: Database
) -> None:
    browser = sign_in_as(account=make_account(database, Role.CSW, display_name="白井 みどり"))
    key = add(browser, capacity="5", noise="静か")
    assert edit(browser, key, capacity="6", noise="にぎやか") == 303
    browser.get(f"/resources/{key}/history")
    assert "白井 みどり" in browser.text
    assert "定員" in browser.text
    undo = next(form.action for form in browser.forms() if form.action.endswith("/undo"))
    assert browser.submit(undo).status_code == 303
    assert (only(database)["capacity"], state_of(database, key)["traits"]) == (5, {"静けさ": "静か"})
    browser.get(f"/resources/{key}/history")
    assert "取り消した" in browser.text


def test_ending_confirming_and_opening_again(keeper: Browser, database: Database) -> None:
    key = add(keeper)
    card = f"/resources/{key}"
    assert (
        keeper.send(
            card, action=card.replace("/resources/", "/confirmations/places/") + "/confirmed"
        ).status_code
        == 303
    )
    assert (only(database)["confirmed_on"], only(database)["confirmed_by"]) != (None, None)
    assert keeper.send(card, action=f"{card}/retire", reason=" ").status_code == 422
    assert keeper.send(card, action=f"{card}/retire", reason="会場がなくなった").status_code == 303
    ended = state_of(database, key)
    assert (ended["state"], ended["ended_on"]) == ("ended", today().isoformat())
    undo = next(form.action for form in _on(keeper, card) if form.action.endswith("/undo"))
    assert keeper.submit(undo).status_code == 303
    assert only(database)["state"] == ResourceState.ACTIVE
    assert keeper.send(card, action=f"{card}/retire", reason="会場がなくなった").status_code == 303
    assert keeper.send(card, action=f"{card}/restore").status_code == 303
    assert (only(database)["state"], only(database)["end_reason"]) == ("active", None)


def _on(browser: Browser, path: str) -> list[Any]:
    browser.get(path)
    return browser.forms()


def test_a_new_entry_can_be_taken_back_whole(keeper: Browser, database: Database) -> None:
    key = add(keeper)
    undo = next(form.action for form in _on(keeper, f"/resources/{key}") if form.action.endswith("/undo"))
    answer = keeper.submit(undo)
    assert (answer.status_code, answer.location) == (303, "/resources")
    assert rows_of(database, "resource") == []


def test_a_step_of_another_entry_is_not_taken_back_from_this_one(keeper: Browser, database: Database) -> None:
    key, other = add(keeper), add(keeper, name="ひだまり")
    undo = next(form.action for form in _on(keeper, f"/resources/{other}") if form.action.endswith("/undo"))
    foreign = undo.replace(f"/resources/{other}/", f"/resources/{key}/")
    assert keeper.post(foreign, data={"csrf_token": keeper.token("/account")}).status_code == 404
    assert len(rows_of(database, "resource")) == 2


@pytest.mark.parametrize("role", [role for role in Role if role not in KEEPERS])
def test_whoever_does_not_keep_the_catalogue_sees_no_button(
    sign_in_as: SignInAs, database: Database, role: Role
) -> None:
    key = make_resource(database)
    browser = sign_in_as(role)
    page = browser.get(f"/resources/{key}").text
    assert "終わりにする" not in page
    assert browser.get(f"/resources/{key}/edit").status_code == 404


@pytest.mark.parametrize("role", KEEPERS)
def test_without_the_right_a_refuge_can_be_neither_made_nor_seen_nor_told_from_nothing(
    sign_in_as: SignInAs, database: Database, role: Role
) -> None:
    keeper = sign_in_as(account=make_account(database, Role.CSW, rights=(Right.PLACE_IN_REFUGE,)))
    refuge = add(keeper, kind="避難先(DV等・秘匿)", name="しずかな家")
    browser = sign_in_as(role)
    assert "避難先" not in browser.get("/resources/new").text
    # An address that names the kind leads to the choice of kinds, as one that names nothing does.
    browser.get(NEW_FULL + "避難先(DV等・秘匿)")
    assert "避難先" not in browser.text
    assert all(form.method == "get" for form in browser.forms() if form.action == "/resources/new")
    browser.get(NEW_FULL + "居場所")
    answer = browser.submit("/resources/new", name="しずかな家", kind="避難先(DV等・秘匿)")
    assert answer.status_code == 422
    assert len(rows_of(database, "resource")) == 1
    for path in ("edit", "history"):
        assert browser.get(f"/resources/{refuge}/{path}").status_code == 404
    token = browser.token("/account")
    for path in ("confirm", "retire", "restore", "edit"):
        sent = {"csrf_token": token, "reason": "x"}
        assert browser.post(f"/resources/{refuge}/{path}", data=sent).status_code == 404
    assert browser.get(f"/resources/new?beside={refuge}").status_code == 404
    assert only(database)["state"] == "active"


def test_an_entry_like_a_hidden_refuge_is_taken_without_a_word(
    sign_in_as: SignInAs, database: Database
) -> None:
    holder = sign_in_as(account=make_account(database, Role.CSW, rights=(Right.PLACE_IN_REFUGE,)))
    make_kind(database, "会館", KindGroup.FACILITY)
    key = add(holder, kind="会館", name="しずかな家", address="瀬凪市駅前一丁目4-11")
    make_kind(database, "会館", KindGroup.FACILITY)
    assert edit(holder, key, kind="避難先(DV等・秘匿)") == 303
    row = only(database)
    assert (row["is_refuge"], row["disclosure"]) == (True, Disclosure.CLOSED)
    add(sign_in_as(Role.COORDINATOR), kind="会館", name="しずかな家", address="瀬凪市駅前一丁目4-11")
    assert len(rows_of(database, "resource")) == 2


def test_the_form_of_a_refuge_holds_no_place(sign_in_as: SignInAs, database: Database) -> None:
    browser = sign_in_as(account=make_account(database, Role.CSW, rights=(Right.PLACE_IN_REFUGE,)))
    key = make_resource(
        database,
        kind="避難先",
        name="しずかな家",
        address="瀬凪市奥山9-9",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        lon=LON,
        lat=LAT,
    )
    page = browser.get(f"/resources/{key}/edit").text
    assert "奥山" not in page
    assert str(LON) not in page
    assert edit(browser, key, name="しずかな森") == 303
    assert (only(database)["address"], only(database)["name"]) == ("瀬凪市奥山9-9", "しずかな森")
    assert "奥山" not in browser.get(f"/resources/{key}/history").text


def test_a_home_for_children_becomes_public_only_when_somebody_is_sure(
    keeper: Browser, database: Database
) -> None:
    answer = keeper.send(NEW_FULL + "住まい", name="児童養護施設 うみ", disclosure="public")
    assert answer.status_code == 422
    assert "身の危険" in keeper.text
    assert keeper.submit("/resources/new", is_sure="y").status_code == 303
    assert only(database)["disclosure"] == Disclosure.PUBLIC


def test_another_entry_in_the_same_building_begins_with_its_place(
    keeper: Browser, database: Database, town: int
) -> None:
    first = add(keeper, **{**EVERYTHING, "meetings-0-who": ""})
    keeper.get(f"/resources/new?form=full&kind=学び&beside={first}")
    assert keeper.submit("/resources/new", name="読書会").status_code == 303
    second = rows_of(database, "resource")[-1]
    assert (second["address"], second["building"], second["town_id"]) == (
        EVERYTHING["address"],
        EVERYTHING["building"],
        town,
    )
    assert second["point"] is not None
    refuge = {"is_refuge": True, "disclosure": Disclosure.CLOSED}
    make_resource(
        database, kind="避難先", name="しずかな家", address=EVERYTHING["address"], town_id=town, **refuge
    )
    page = keeper.get(f"/resources/{second['id']}").text
    assert "同じ建物の場" in page
    assert f'href="/resources/{first}"' in page
    assert "しずかな家" not in page


def test_housing_is_asked_about_guarantors_and_not_about_quiet(keeper: Browser, database: Database) -> None:
    keeper.get(NEW_FULL + "住まい")
    names = next(form.names for form in keeper.forms() if form.action == "/resources/new")
    assert {"without_guarantor", "rent", "vacancies"} <= names
    assert {"noise", "meetings", "gap_seats"}.isdisjoint(names)
    assert keeper.submit("/resources/new", name="なぎさ荘", without_guarantor="可").status_code == 303
    assert "できます" in keeper.get(f"/resources/{only(database)['id']}").text


def test_what_a_file_wrote_in_its_own_words_is_not_lost_by_looking_at_it(
    keeper: Browser, database: Database
) -> None:
    traits = {"段差": "玄関だけ", "人数": "10〜15", "参加の形": "居るだけ;見守り", "受け入れ先ID": "H-1"}
    key = make_resource(
        database, traits=traits, pickup="駅まで", schedule="13Mo", weekday_mask=1, opens_minute=600
    )
    before = state_of(database, key)
    assert edit(keeper, key) == 303
    assert state_of(database, key) == before
    assert edit(keeper, key, noise="静か") == 303
    assert state_of(database, key)["traits"] == traits | {"静けさ": "静か"}


def test_a_closure_and_a_fortnight_are_typed_and_shown(keeper: Browser, database: Database) -> None:
    key = add(
        keeper, **{"meetings-0-days": ["1"], "meetings-0-weeks": ["7"], "meetings-0-anchor": "2026-11-02"}
    )
    path = f"/resources/{key}/edit"
    keeper.get(path)
    press(keeper, path, "closures")
    press(keeper, path, "breaks")
    typed = {"closures-0-first": "2026-12-14", "breaks-0-first": "12月29日", "breaks-0-last": "1/3"}
    assert keeper.submit(path, **typed).status_code == 303
    document = state_of(database, key)["timetable"]
    assert document["meetings"][0]["anchor"] == date(2026, 11, 2).isoformat()
    assert document["closures"] == [{"from": "2026-12-14", "to": "2026-12-14", "why": ""}]
    assert document["breaks"] == [{"from": "12-29", "to": "01-03", "why": ""}]
