"""Lists of town points as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from app.areas.exchange.town_points import CheckedTownPoints, check_town_points
from app.text.tables import TableRefused

HEAD = "大字町丁目,小字,緯度,経度\n"


def check(text: str, *, outlines: tuple[shapely.Geometry, ...] = ()) -> CheckedTownPoints:
    return check_town_points(text.encode(), "towns", outlines=outlines)


def reasons(checked: CheckedTownPoints) -> dict[int, str]:
    """What is told of the refused rows, by line."""
    return {row.line: " ".join(row.reasons) for row in checked.rows if row.reasons}


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "size", "without_point"),
    [
        ("takamatsu/towns.json", 255, 0),
        ("toyokawa/towns.json", 1534, 5),
        ("toyokawa/town_points.csv", 1534, 5),
    ],
)
def test_published_lists_are_read(shared_data: Path, name: str, size: int, without_point: int) -> None:
    path = shared_data / "data" / name
    checked = check_town_points(path.read_bytes(), path.name)
    assert (len(checked.rows), len(reasons(checked))) == (size, without_point)
    assert all("書かれていません" in reason for reason in reasons(checked).values())


@pytest.mark.shared_data
def test_both_forms_of_one_list_say_the_same(shared_data: Path) -> None:
    folder = shared_data / "data" / "toyokawa"
    as_json, as_table = (
        {
            (row.town, row.section, row.point)
            for row in check_town_points((folder / name).read_bytes(), name).rows
        }
        for name in ("towns.json", "town_points.csv")
    )
    assert as_json == as_table


def test_bad_rows_are_told_by_their_line_and_the_good_ones_stay() -> None:
    checked = check(
        HEAD
        + "本町,,34.30,134.00\n浜町,,134.0,34.3\n,,34.3,134.0\n谷町,字谷,,\n本町,,34.31,134.01\n丘町,,x,y\n沖町,,0,0\n"
    )
    told = reasons(checked)
    assert checked.unit == "行目"
    assert [row.town for row in checked.rows if not row.reasons] == ["本町"]
    assert "逆になっている" in told[3]
    assert "名前がありません" in told[4]
    assert "書かれていません" in told[5]
    assert "2行目と同じ町" in told[6]
    assert "度数で書いて" in told[7]
    assert "どちらも0" in told[8]


def test_a_point_far_from_the_rest_is_refused() -> None:
    near = "".join(f"{number}番町,,34.3{number},134.0\n" for number in range(5))
    assert list(reasons(check(HEAD + near + "離町,,30.0,140.0\n"))) == [7]


def test_a_point_in_the_sea_is_refused_where_the_outlines_are_known() -> None:
    land = shapely.box(134.0, 34.3, 134.1, 34.4)
    told = reasons(
        check(HEAD + "岸町,,34.29,134.05\n沖町,,34.20,134.05\n陸町,,34.35,134.05\n", outlines=(land,))
    )
    assert list(told) == [3]
    assert "海の上" in told[3]


def test_rows_of_json_are_counted_and_may_hold_anything() -> None:
    rows = [
        {"town": "本町", "koaza": "", "lat": 34.3, "lng": 134.0},
        5,
        {"town": None, "lat": "a"},
        {"town": "谷"},
    ]
    checked = check(json.dumps(rows))
    assert checked.unit == "件目"
    assert list(reasons(checked)) == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"town": "本町"}', "町の一覧ではありません"),
        ("[1, 2]", "町の一覧ではありません"),
        ("[", "JSONとして読めません"),
        ("大字町丁目,緯度\n本町,34\n", "「経度」の列がありません"),
        ("", "空です"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(text: str, told: str) -> None:
    with pytest.raises(TableRefused, match=told):
        check(text)
