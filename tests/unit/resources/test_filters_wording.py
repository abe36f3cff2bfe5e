"""How the catalogue says what it knows, and that it says nothing more."""

from datetime import date

import pytest
import shapely

from app.geo.geocoding import PositionPrecision
from app.resources.engine import distances, environment, map_features, week, wording
from app.resources.engine.map_features import Place
from app.resources.vocabulary import KindGroup

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("0We", "毎週水曜日"),
        ("0Mo0Th", "毎週月・木曜日"),
        ("13Mo", "第1・3月曜日"),
        ("0Tu6Fr", "毎週火曜日、最終金曜日"),
        ("7Su", "隔週日曜日"),
        ("2か月に1回", "2か月に1回"),
        ("月・水", "月・水"),
        (None, None),
    ],
)
def test_a_code_is_spelled_out_and_other_words_stay(schedule: str | None, said: str | None) -> None:
    assert week.schedule_text(schedule) == said


def test_days_that_nobody_knows_are_no_week() -> None:
    assert week.week_of(None, "0We") is None


def test_a_week_says_in_which_weeks() -> None:
    days = week.week_of(0b101, "0Mo24We")
    assert days is not None
    assert [(day.name, day.when) for day in days if day.is_open] == [("月", ""), ("水", "第2・4")]
    assert len(days) == 7


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [(600, 725, "10:00〜12:05"), (600, None, "10:00から"), (None, 1440, "24:00まで"), (None, None, None)],
)
def test_hours(opens: int | None, closes: int | None, said: str | None) -> None:
    assert week.hours_text(opens, closes) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 3, 9), "確認は3月"),
        (date(2025, 12, 1), "確認は12月"),
        (date(2025, 11, 30), "確認は2025年11月"),
        (None, "確認した日は不明"),
    ],
)
def test_a_confirmation_names_its_year_when_the_month_could_be_another(day: date | None, said: str) -> None:
    assert wording.confirmed_text(day, TODAY) == said


def test_ages_welcome_and_place() -> None:
    assert wording.ages_text(18, 39) == "18歳から39歳まで"
    assert wording.ages_text(65, None) == "65歳以上"
    assert wording.ages_text(None, 12) == "12歳まで"
    assert wording.ages_text(None, None) is None
    assert wording.welcome_text(None, 2) is None
    assert wording.welcome_text(False, None) == "いいえ"
    assert (wording.welcome_text(True, None), wording.welcome_text(True, 2)) == ("はい", "はい（2人まで）")
    assert wording.where_text("松島町1-2", "公民館", "松島町") == "松島町1-2 公民館"
    assert wording.where_text(None, "公民館", "松島町") == "松島町 公民館"
    assert wording.where_text(None, None, None) is None


def test_a_vague_place_has_no_metres() -> None:
    assert distances.distance_text(740, PositionPrecision.LOT) == "約750m"
    assert distances.distance_text(1_240, PositionPrecision.SURVEYED) == "約1.2km"
    assert distances.distance_text(20, PositionPrecision.BLOCK) == "50m以内"
    assert distances.distance_text(740, PositionPrecision.TOWN) == "約1kmまで（町のまん中で計算）"
    assert distances.distance_text(None, PositionPrecision.LOT) == "不明"


def test_classes_of_distance() -> None:
    assert [distances.distance_class(metres) for metres in (0, 500, 501, 9_999, 10_001, None)] == [
        0,
        0,
        1,
        4,
        5,
        6,
    ]
    assert [distances.class_label(number) for number in (0, 1, 5, 6)] == [
        "約500mまで",
        "約1kmまで",
        "約10kmより遠い",
        "距離が不明",
    ]


def test_what_nobody_asked_is_not_said() -> None:
    traits = {
        "静けさ": "静か",
        "人数": "8",
        "段差": "有",
        "見学可": "可",
        "掲載の同意": "済",
        "費用円": "300",
    }
    said = {trait.label: trait.text for trait in environment.feelings(traits)}
    assert said == {
        "静けさ": "静か",
        "人数": "8人くらい",
        "対人のやり取り": None,
        "身体負荷": None,
        "ペース": None,
    }
    assert [(trait.label, trait.text) for trait in environment.known_traits(traits)] == [
        ("見学", "できます"),
        ("段差", "あり"),
    ]
    unasked = environment.unasked_traits(traits)
    assert "スロープ" in unasked
    assert "段差" not in unasked


def place(precision: PositionPrecision) -> Place:
    return Place(7, "こもれび", "居場所", KindGroup.TAKING_PART, 136.9512345, 33.6054321, precision)


def test_a_vague_point_leaves_with_three_digits_and_says_so() -> None:
    exact, vague = map_features.place_features(
        [place(PositionPrecision.LOT), place(PositionPrecision.TOWN)], "/resources/"
    )["features"]
    assert exact["geometry"]["coordinates"] == [136.95123, 33.60543]
    assert vague["geometry"]["coordinates"] == [136.951, 33.605]
    assert (exact["properties"]["approximate"], vague["properties"]["approximate"]) == (False, True)
    assert "約" in vague["properties"]["note"]
    assert exact["properties"]["href"] == "/resources/7"


def test_every_group_but_the_refuges_has_a_mark_of_its_own() -> None:
    assert map_features.MARKS.keys() == set(KindGroup) - {KindGroup.REFUGE}
    assert len(set(map_features.MARKS.values())) == len(map_features.MARKS)


def test_neighbours_keep_one_line_when_they_are_simplified() -> None:
    shared = [(136.95, 33.60 + step / 1000 + (step % 2) / 100_000) for step in range(20)]
    west = shapely.Polygon([*shared, (136.90, 33.62), (136.90, 33.60)])
    east = shapely.Polygon([*shared, (136.99, 33.62), (136.99, 33.60)])
    found = map_features.outline_features([("西", west.wkb), ("東", east.wkb)])["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in found]
    assert [feature["properties"]["title"] for feature in found] == ["西", "東"]
    assert shapely.get_num_coordinates(shapes[0]) < shapely.get_num_coordinates(west)
    assert shapes[0].intersection(shapes[1]).area == pytest.approx(0)
    assert shapes[0].intersection(shapes[1]).length > 0.018


def test_no_outlines_are_an_empty_map() -> None:
    assert map_features.outline_features([])["features"] == []
