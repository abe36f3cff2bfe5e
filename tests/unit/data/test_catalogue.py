"""Resources, hosts and openings: each points at something that exists, and secrets stay secret."""

import re
from collections import defaultdict
from datetime import date

import pytest

from data.generator.chance import ANCHOR_DATE
from data.generator.operators import corporate_check_digit
from data.generator.schedules import DAYS, days_of, part_of_day
from tests.unit.data.conftest import Row

CODE = re.compile(r"([0-7]+(Mo|Tu|We|Th|Fr|Sa|Su))*")
KATAKANA = re.compile(r"[ァ-ヶー・ 0-9A-Z]+")


def test_resources_point_at_known_towns_kinds_bases_and_staff(
    town: dict[str, list[Row]], tables: dict[str, list[Row]]
) -> None:
    towns = {row["町名"] for row in town["areas"]} | {""}
    kinds = {row["label"] for row in tables["resource_kinds"]}
    bases = {row["code"] for row in tables["legal_bases"]} | {""}
    districts = {row["圏域コード"] for row in town["districts"]} | {"全市"}
    staff = {row["ログイン名"] for row in town["staff"]} | {""}
    hosts = {row["受け入れ先ID"] for row in town["hosts"]} | {""}
    for row in town["resources"]:
        assert row["町"] in towns, row["id"]
        assert row["種別"] in kinds, row["id"]
        assert row["根拠事業"] in bases, row["id"]
        assert set(row["提供地域"].split(";")) - {""} <= districts, row["id"]
        assert row["確認者"] in staff, row["id"]
        assert row["受け入れ先ID"] in hosts, row["id"]


def test_names_are_unique_and_kana_is_katakana(town: dict[str, list[Row]]) -> None:
    names = [row["名称"] for row in town["resources"]]
    assert len(names) == len(set(names))
    assert [row["カナ"] for row in town["resources"] if not KATAKANA.fullmatch(row["カナ"])] == []


def test_no_two_descriptions_read_alike(town: dict[str, list[Row]]) -> None:
    scenes = [row["説明"].splitlines()[0] for row in town["resources"] if row["説明"]]
    assert len(scenes) > 300
    assert len(scenes) == len(set(scenes))


def test_corporate_numbers_are_well_formed_and_belong_to_no_registry(town: dict[str, list[Row]]) -> None:
    numbers = {row["法人番号"] for row in town["resources"]} - {""}
    assert len(numbers) > 20
    for number in numbers:
        assert number[1:7] == "999999"
        assert number[0] == corporate_check_digit(number[1:])


def test_schedule_codes_follow_the_national_form(town: dict[str, list[Row]]) -> None:
    for row in town["resources"]:
        assert CODE.fullmatch(row["曜日コード"]), row["id"]
        assert row["曜日コード"] or row["日程の自由記述"] or row["秘匿"] == "1", row["id"]
        if row["開始時間"]:
            assert row["開始時間"] < row["終了時間"], row["id"]


def test_groups_share_a_building_but_never_a_room_at_the_same_hour(town: dict[str, list[Row]]) -> None:
    booked: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    buildings: dict[str, int] = defaultdict(int)
    for row in town["resources"]:
        if row["軽いカード"] == "1" or not row["方書"]:
            continue
        buildings[row["住所"]] += 1
        # Offices open all day; they are furniture, not bookings.
        if (
            row["種別"] in ("通いの場", "学び", "ボランティア", "居場所")
            and row["開始時間"] >= "09:00"
            and row["終了時間"] <= "18:30"
        ):
            for day in days_of(row["曜日コード"]):
                booked[(row["方書"], day, part_of_day(row["開始時間"]))].append(row["id"])
    assert max(buildings.values()) >= 5
    assert {key: ids for key, ids in booked.items() if len(ids) > 1} == {}


def test_refuges_have_an_address_and_nothing_that_leads_there(town: dict[str, list[Row]]) -> None:
    refuges = [row for row in town["resources"] if row["種別"].startswith("避難先")]
    assert 3 <= len(refuges) <= 5
    for row in refuges:
        assert row["住所"]
        assert row["秘匿"] == "1"
        assert row["公開区分"] == "非公開"
        assert not any(row[column] for column in ("緯度", "経度", "町", "提供地域", "連絡先", "最寄停留所"))


def test_a_pin_has_a_precision_and_a_precision_has_a_pin(town: dict[str, list[Row]]) -> None:
    for row in town["resources"]:
        assert (row["位置精度"] == "不明") == (not row["緯度"]), row["id"]
        assert bool(row["緯度"]) == bool(row["座標の出典"]), row["id"]


def test_much_is_unknown_as_in_real_towns(town: dict[str, list[Row]]) -> None:
    held = [row for row in town["resources"] if row["軽いカード"] == "0"]
    for column in ("段差", "車いすトイレ", "静けさ", "匿名可", "定員"):
        blank = sum(not row[column] for row in held) / len(held)
        assert 0.05 < blank < 0.85, column


def test_light_cards_say_who_to_ask_and_give_no_telephone(town: dict[str, list[Row]]) -> None:
    cards = [row for row in town["resources"] if row["軽いカード"] == "1"]
    assert 55 <= len(cards) <= 65
    for row in cards:
        assert row["名称"]
        assert row["方書"]
        assert row["日程の自由記述"]
        assert row["声をかける人"]
        assert not row["連絡先"]


def test_openings_belong_to_a_host_and_to_its_resource(town: dict[str, list[Row]]) -> None:
    resources = {row["id"]: row for row in town["resources"]}
    for row in town["openings"]:
        resource = resources[row["資源ID"]]
        assert resource["受け入れ先ID"] == row["受け入れ先ID"]
        for seat in row["枠"].split(";"):
            assert DAYS.index(seat[:2]) in days_of(resource["曜日コード"])
            assert int(seat.split(":")[1]) >= 1


def test_no_company_holds_the_insurance(town: dict[str, list[Row]]) -> None:
    assert {row["保険の契約者"] for row in town["openings"]} <= {"瀬凪市", "瀬凪市社会福祉協議会"}


def test_work_training_carries_a_recognition_number(town: dict[str, list[Row]]) -> None:
    for row in town["openings"]:
        assert bool(row["就労訓練の型"]) == bool(row["認定番号"]), row["受け入れ枠ID"]


def test_every_role_has_an_account(town: dict[str, list[Row]]) -> None:
    roles = {role for row in town["staff"] for role in row["役割"].split(";")}
    assert roles == {
        "coordinator", "csw", "referrer", "host", "community", "multi_agency", "city_officer", "planner", "admin",
    }  # fmt: skip


def test_only_city_staff_may_decide(town: dict[str, list[Row]]) -> None:
    assert {row["所属"] for row in town["staff"] if "city_officer" in row["役割"]} == {"市"}


def test_a_tenth_of_the_openings_has_an_old_word_and_some_more_are_due(town: dict[str, list[Row]]) -> None:
    ages = [(ANCHOR_DATE - date.fromisoformat(row["受け入れ先の確認日"])).days for row in town["openings"]]
    # The demo moves its days by whole weeks, so that up to six days come on top.
    assert round(sum(age >= 180 for age in ages) / len(ages), 2) == pytest.approx(0.10, abs=0.02)
    assert round(sum(90 <= age < 174 for age in ages) / len(ages), 2) == pytest.approx(0.15, abs=0.02)
    assert not any(70 <= age < 90 or 174 <= age < 180 for age in ages)
