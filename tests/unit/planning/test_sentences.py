"""The sentence on top says what the figures say and no more."""

from dataclasses import replace
from datetime import date

from app.planning.engine.board import CaseBoard, case_board, groups_for, town_rows
from app.planning.engine.finest import Cell, FinestTable
from app.planning.engine.ground import District, Ground, Town
from app.planning.engine.residents import Residents
from app.planning.engine.sentences import (
    sentence_of_cases,
    sentence_of_residents,
    sentence_of_supply,
    what_is_missing,
)
from app.planning.engine.supply import Place, Supply, supply_of
from app.planning.exchange import write_table
from app.planning.vocabulary import AgeGroup, Layer, NeedKind
from app.resources.vocabulary import KindGroup

DAY = date(2026, 10, 1)
DISTRICTS = [(1, "北部"), (2, "南部"), (3, "中央"), (4, "西部")]
SUPPLY = Supply(places=3, light=1, seat_hours=12.4, unknown=1)


def board(**counts: int) -> CaseBoard:
    """Counts of 働く in support: north, south, middle, west, withheld."""
    keys: dict[str, int | None] = {"north": 1, "south": 2, "middle": 3, "west": 4, "withheld": None}
    table = FinestTable.from_counts(
        DISTRICTS,
        {Cell(keys[name], NeedKind.WORK, Layer.IN_SUPPORT): count for name, count in counts.items()},
    )
    return case_board(
        table,
        None,
        layer=Layer.IN_SUPPORT,
        kind=NeedKind.WORK,
        supplies={key: SUPPLY for key, _ in DISTRICTS},
    )


def said(**counts: int) -> str:
    return sentence_of_cases(board(**counts).rows, layer=Layer.IN_SUPPORT, kind=NeedKind.WORK, counted_on=DAY)


def test_little_is_said_of_little() -> None:
    assert "この集計からは言えません" in said(north=4, south=0)
    assert "北部" not in said(north=4, south=0)


def test_what_is_withheld_is_no_district_to_name() -> None:
    assert "この集計からは言えません" in said(withheld=50)


def test_a_district_is_called_the_largest_only_where_that_is_certain() -> None:
    clear = said(north=12, south=4)
    assert clear.startswith(
        "2026年10月1日の集計では、「北部」の圏域では、「働く」の支援中のニーズが少なくとも10件"
    )
    assert "ほかのどの圏域よりも多いと言えます" in clear
    # 5–9 and 5–9: one of the two is larger, and nobody can say which.
    assert "「北部」と「南部」の圏域では" in said(north=9, south=5)
    assert "多いとまでは言えません" in said(north=9, south=5)
    assert "4つの圏域では、それぞれ" in said(north=5, south=5, middle=6, west=9)


def test_the_same_ranges_give_the_same_sentence() -> None:
    assert said(north=10, south=0) == said(north=14, south=4)


def test_supply_stands_beside_the_need() -> None:
    assert "週に12席時間、席か時間が不明な場が1か所" in said(north=10)


def test_what_is_missing_is_said_only_of_what_is_certain() -> None:
    row = board(north=7).rows[0]
    assert what_is_missing([(NeedKind.WORK, row)]) == []
    empty = Supply(0, 0, 0, 0)
    bare = replace(row, supply=empty)
    assert "登録がありません" in what_is_missing([(NeedKind.WORK, bare)])[0]


def test_a_change_is_called_one_only_where_the_ranges_leave_no_doubt() -> None:
    def change(was: int, became: int, districts: list[tuple[int, str]] = DISTRICTS) -> tuple[str, str]:
        before, after = (
            FinestTable.from_counts(there, {Cell(1, NeedKind.WORK, Layer.IN_SUPPORT): count})
            for there, count in ((districts, was), (DISTRICTS, became))
        )
        made = case_board(after, before, layer=Layer.IN_SUPPORT, kind=NeedKind.WORK, supplies={})
        return made.rows[0].change, made.total.change

    assert change(4, 5)[0] == "増えたと言えます"
    assert change(5, 9)[0] == ""
    assert change(12, 0)[0] == "減ったと言えます"
    # A total of five cells is wide, and one of other districts is no comparison.
    assert change(4, 5)[1] == ""
    assert change(4, 5, DISTRICTS[:2])[1] == ""


def test_residents_and_the_towns_without_a_place() -> None:
    towns = (
        Town(10, "一丁目", 1, Residents(100, {18: 100}), None, None),
        Town(11, "二丁目", 1, Residents(8, {1: 8}), None, None),
    )
    ground = Ground(towns, (District(1, "北部"),))
    rows = town_rows(
        ground, [Place(10, KindGroup.TAKING_PART, False)], age=AgeGroup.OLDEST, groups=groups_for(None)
    )
    text = sentence_of_residents(rows, age=AgeGroup.OLDEST)
    assert "2の町に108人" in text
    assert "75歳以上は100人（100%）" in text
    assert "町が1あり、8人" in text
    assert "取り込まれていません" in sentence_of_residents([], age=None)


def test_supply_says_how_much_is_not_known() -> None:
    assert "1か所（100%）は席か時間が不明" in sentence_of_supply(
        supply_of([Place(1, KindGroup.TAKING_PART, False)])
    )
    assert "まだ1つも" in sentence_of_supply(supply_of([]))


def test_no_cell_of_a_file_is_run_as_a_formula() -> None:
    content = write_table(["町"], [["=1+1"], ["@SUM"], ["＝1"], ["0–4"], [5], [None]]).decode("utf-8-sig")
    assert content.split("\r\n") == ["町", "'=1+1", "'@SUM", "'＝1", "0–4", "5", '""', ""]
