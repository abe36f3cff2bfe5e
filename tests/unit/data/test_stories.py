"""People, cases and what happened: the laws that real records keep, kept by invented ones."""

import re
from collections import defaultdict
from datetime import date, timedelta

import pytest

from data.generator.schedules import DAYS, days_of
from data.generator.stories.fit import parts_between
from data.generator.stories.visits import FOLLOW_UP_DAYS
from tests.unit.data.conftest import Row

ANCHOR = date(2026, 11, 1)
NAME = re.compile(r"[一-龠々ぁ-んァ-ヶー]+ [一-龠々ぁ-んァ-ヶー]+")
KANA = re.compile(r"[ァ-ヶー]+ [ァ-ヶー]+")


def day(text: str) -> date | None:
    """A date, or None for a blank."""
    return date.fromisoformat(text) if text else None


@pytest.fixture(scope="module")
def cases(town: dict[str, list[Row]]) -> dict[str, Row]:
    return {row["ケース番号"]: row for row in town["cases"]}


@pytest.fixture(scope="module")
def placements(town: dict[str, list[Row]]) -> dict[str, Row]:
    return {row["参加番号"]: row for row in town["placements"]}


@pytest.fixture(scope="module")
def resources(town: dict[str, list[Row]]) -> dict[str, Row]:
    return {row["id"]: row for row in town["resources"]}


def test_counts_are_what_the_demo_promises(town: dict[str, list[Row]]) -> None:
    assert len(town["persons"]) == len(town["cases"]) == 120
    assert len(town["placements"]) == 300
    assert len(town["visits"]) == 2000


def test_foreign_keys_resolve(
    town: dict[str, list[Row]],
    tables: dict[str, list[Row]],
    cases: dict[str, Row],
    placements: dict[str, Row],
    resources: dict[str, Row],
) -> None:
    persons = {row["台帳番号"] for row in town["persons"]}
    openings = {row["受け入れ枠ID"]: row for row in town["openings"]}
    staff = {row["ログイン名"] for row in town["staff"]}
    reasons = {row["code"] for row in tables["ending_reasons"]} | {""}
    means = {row["label"] for row in tables["contact_means"]}
    for row in cases.values():
        assert row["台帳番号"] in persons
        assert row["経路"] in {route["label"] for route in tables["intake_routes"]}
        assert {member.split(":")[0] for member in row["チーム"].split(";")} <= staff
        assert set(row["会ってはいけない相手"].split(";")) - {""} <= persons | resources.keys()
    for row in placements.values():
        assert row["ケース番号"] in cases
        assert row["資源ID"] in resources
        assert row["終わりの理由"] in reasons
        assert not row["受け入れ枠ID"] or openings[row["受け入れ枠ID"]]["資源ID"] == row["資源ID"]
    for row in town["visits"]:
        assert row["ケース番号"] in cases
        assert row["方法"] in means
        assert row["書いた人"] in staff
        assert not row["参加番号"] or placements[row["参加番号"]]["ケース番号"] == row["ケース番号"]


def test_traits_come_from_the_code_table(town: dict[str, list[Row]], tables: dict[str, list[Row]]) -> None:
    known = {row["code"] for row in tables["traits"]}
    assert len(known) == 27
    assert {code for row in town["persons"] for code in row["課題と特性"].split(";")} <= known


def test_names_are_unique_shared_with_no_staff_and_read_as_their_kana(town: dict[str, list[Row]]) -> None:
    names = [row["氏名"] for row in town["persons"]]
    assert len(names) == len(set(names))
    assert not set(names) & {row["氏名"] for row in town["staff"]}
    for row in [*town["persons"], *town["staff"]]:
        assert NAME.fullmatch(row["氏名"]), row["氏名"]
        assert KANA.fullmatch(row["カナ"]), row["カナ"]


def test_telephones_cannot_ring_anywhere(town: dict[str, list[Row]]) -> None:
    for row in town["persons"]:
        assert re.fullmatch(r"(090-0000-\d{4})?", row["電話"])
    for row in town["resources"]:
        assert re.fullmatch(r"(0590-00-\d{4})?", row["連絡先"])


def test_ages_are_plausible_and_children_have_a_guardian(town: dict[str, list[Row]]) -> None:
    for row in town["persons"]:
        born = date.fromisoformat(row["生年月日"])
        age = ANCHOR.year - born.year - ((ANCHOR.month, ANCHOR.day) < (born.month, born.day))
        assert 10 <= age <= 95
        assert (age < 18) == bool(row["学校"]), row["台帳番号"]
        assert age >= 18 or row["後見人など"] == "親権者"


def test_voices_are_all_different(town: dict[str, list[Row]]) -> None:
    assert len({row["本人の言葉"] for row in town["persons"]}) == 120


def test_flagged_households_show_no_town_and_no_district_in_the_case(
    town: dict[str, list[Row]], cases: dict[str, Row]
) -> None:
    flagged = {row["台帳番号"] for row in town["persons"] if row["支援措置"] == "1"}
    assert len(flagged) >= 3
    for row in cases.values():
        assert (row["台帳番号"] in flagged) == (row["支援措置"] == "1")
        if row["台帳番号"] in flagged:
            assert not row["町"]
            assert not row["圏域コード"]
            assert len(row["出発地のメッシュ"]) in (0, 6)


def test_the_flag_covers_the_whole_household(town: dict[str, list[Row]]) -> None:
    flags: dict[str, set[str]] = defaultdict(set)
    for row in town["persons"]:
        flags[row["世帯番号"]].add(row["支援措置"])
    assert all(len(flag) == 1 for flag in flags.values())
    assert len(flags) < 120


def test_placements_lie_in_the_schedule_of_their_place_and_in_the_free_time(
    placements: dict[str, Row], resources: dict[str, Row], cases: dict[str, Row], town: dict[str, list[Row]]
) -> None:
    openings = {row["受け入れ枠ID"]: row for row in town["openings"]}
    for row in placements.values():
        resource, slot = resources[row["資源ID"]], row["曜日"] + row["時間帯"]
        assert slot in cases[row["ケース番号"]]["空き時間"].split(";")
        if row["受け入れ枠ID"]:
            assert slot in [seat.split(":")[0] for seat in openings[row["受け入れ枠ID"]]["枠"].split(";")]
        elif resource["曜日コード"]:
            assert DAYS.index(row["曜日"]) in days_of(resource["曜日コード"])
            assert row["時間帯"] in parts_between(resource["開始時間"], resource["終了時間"])
        for column in ("見学日", "体験開始日", "継続開始日"):
            begun = day(row[column])
            assert begun is None or begun.weekday() == DAYS.index(row["曜日"])


def test_stages_follow_each_other_and_nothing_begins_after_the_end(
    placements: dict[str, Row], cases: dict[str, Row]
) -> None:
    for row in placements.values():
        dates = [day(row[column]) for column in ("見学日", "体験開始日", "継続開始日", "終了日")]
        known = [moment for moment in dates if moment is not None]
        assert known == sorted(known), row["参加番号"]
        assert max(known) <= ANCHOR
        assert bool(row["終了日"]) == bool(row["終わりの理由"]) == bool(row["どの側から"])
        assert not row["継続開始日"] or row["体験開始日"]
        closed = cases[row["ケース番号"]]["終結日"]
        assert not closed or (row["終了日"] and row["見学日"] <= closed and row["終了日"] <= closed), row[
            "参加番号"
        ]


def test_every_start_has_its_basis_on_or_before_the_first_day(placements: dict[str, Row]) -> None:
    for row in placements.values():
        assert row["始まりの根拠"] in ("支援決定", "早期開始", "プランを作らない参加")
        assert row["根拠の日"] <= row["見学日"], row["参加番号"]


def test_work_is_insured(placements: dict[str, Row], town: dict[str, list[Row]]) -> None:
    openings = {row["受け入れ枠ID"]: row for row in town["openings"]}
    for row in placements.values():
        if row["受け入れ枠ID"]:
            cover = openings[row["受け入れ枠ID"]]
            assert row["保険の確認"] == "済"
            assert cover["保険の開始日"] <= row["見学日"]
            assert (row["終了日"] or ANCHOR.isoformat()) <= cover["保険の終了日"]


def test_no_seat_is_given_twice(placements: dict[str, Row], town: dict[str, list[Row]]) -> None:
    seats = {
        (row["受け入れ枠ID"], seat.split(":")[0]): int(seat.split(":")[1])
        for row in town["openings"]
        for seat in row["枠"].split(";")
    }
    held = [
        (row["受け入れ枠ID"], row["曜日"] + row["時間帯"], row["見学日"], row["終了日"] or "9999")
        for row in placements.values()
        if row["受け入れ枠ID"]
    ]
    for opening, slot, first, _ in held:
        together = sum(o == opening and s == slot and a <= first <= z for o, s, a, z in held)
        assert together <= seats[(opening, slot)]


def test_nobody_is_placed_with_or_at_what_they_must_never_meet(
    placements: dict[str, Row], cases: dict[str, Row], resources: dict[str, Row]
) -> None:
    stays = [
        (cases[r["ケース番号"]], r["資源ID"], r["見学日"], r["終了日"] or "9999") for r in placements.values()
    ]
    assert any(case["会ってはいけない相手"] for case, *_ in stays)
    for case, place, first, last in stays:
        never = set(case["会ってはいけない相手"].split(";")) - {""}
        assert not never & {place, resources[place]["受け入れ先ID"]}
        for other, same, begun, ended in stays:
            if same == place and other["台帳番号"] in never:
                assert ended < first or last < begun


def test_nobody_is_placed_in_a_refuge_or_a_closed_place(
    placements: dict[str, Row], resources: dict[str, Row]
) -> None:
    for row in placements.values():
        assert resources[row["資源ID"]]["秘匿"] == "0"
        assert resources[row["資源ID"]]["状態"] != "終了"


def test_visits_lie_in_the_stay_or_its_follow_up_and_others_before_the_first_stay(
    town: dict[str, list[Row]], placements: dict[str, Row], cases: dict[str, Row]
) -> None:
    first: dict[str, str] = {}
    for row in placements.values():
        first[row["ケース番号"]] = min(row["見学日"], first.get(row["ケース番号"], "9999"))
    for row in town["visits"]:
        assert cases[row["ケース番号"]]["受付日"] <= row["日付"] <= ANCHOR.isoformat()
        if not row["参加番号"]:
            assert row["日付"] <= first.get(row["ケース番号"], "9999")
            continue
        placement = placements[row["参加番号"]]
        ended = day(placement["終了日"])
        until = ended + timedelta(days=FOLLOW_UP_DAYS) if ended else ANCHOR
        assert placement["見学日"] <= row["日付"] <= until.isoformat(), row["記録番号"]


def test_the_writer_was_in_the_team_that_day(town: dict[str, list[Row]], cases: dict[str, Row]) -> None:
    for row in town["visits"]:
        spans = [member.split(":") for member in cases[row["ケース番号"]]["チーム"].split(";")]
        assert any(
            login == row["書いた人"] and span.split("~")[0] <= row["日付"] <= (span.split("~")[1] or "9999")
            for login, span in spans
        ), row["記録番号"]


def test_notes_are_varied(town: dict[str, list[Row]]) -> None:
    notes = [row["記録"] for row in town["visits"] if row["会った相手"] != "不在"]
    assert len(set(notes)) == len(notes)
    assert sorted(len(note) for note in notes)[len(notes) // 2] < 90


def test_no_note_names_a_person(town: dict[str, list[Row]]) -> None:
    surnames = {
        row["氏名"].split()[0]
        for row in [*town["persons"], *town["staff"]]
        if len(row["氏名"].split()[0]) > 1
    }
    assert [row["記録番号"] for row in town["visits"] if any(name in row["記録"] for name in surnames)] == []
