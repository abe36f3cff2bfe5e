"""From an address to a town point."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from app.geo.geocoding import Gazetteers, PositionPrecision, TownGazetteer, TownPoint, place_of_address
from app.geo.points import Point, distance_m


def _town(name: str, lon: float, section: str = "") -> TownPoint:
    return TownPoint(name, section, Point(lon=lon, lat=34.3))


GAZETTEER = TownGazetteer(
    "さくら市",
    [
        _town("本町", 134.00),
        _town("本町一丁目", 134.01),
        _town("本町二丁目", 134.02),
        _town("西本町三丁目", 134.03),
        _town("花ノ宮町", 134.04),
        _town("花ノ宮町", 134.06),
        _town("赤坂町", 134.10, "丁田"),
        _town("赤坂町", 134.20, "五本松"),
        _town("谷上第一号", 134.30),
    ],
)


@pytest.mark.parametrize(
    ("address", "matched"),
    [
        ("さくら市本町一丁目5-3", "本町一丁目"),
        ("さくら市本町1-5-3", "本町一丁目"),
        ("さくら市本町1-5", "本町"),
        ("さくら市本町12-5", "本町"),
        ("本町２丁目", "本町二丁目"),
        ("西本町3-5", "西本町三丁目"),
        ("西本町3", "西本町三丁目"),
        ("花の宮町8", "花ノ宮町"),
        ("さくら市谷上第1号22", "谷上第一号"),
        ("本町九丁目1", "本町"),
    ],
)
def test_the_longest_town_name_at_the_front_decides(address: str, matched: str) -> None:
    found = GAZETTEER.geocode(address)
    assert (found.matched, found.precision) == (matched, PositionPrecision.TOWN)


def test_a_named_section_is_found_more_exactly_than_its_town() -> None:
    found = GAZETTEER.geocode("さくら市赤坂町字丁田12")
    assert found.precision is PositionPrecision.SECTION
    assert found.point == Point(134.10, 34.3)


def test_a_town_known_only_by_its_sections_lies_in_their_middle() -> None:
    found = GAZETTEER.geocode("赤坂町77")
    assert found.precision is PositionPrecision.TOWN
    assert found.point is not None
    assert found.point.lon == pytest.approx(134.15)


def test_rows_of_one_name_are_put_together() -> None:
    assert GAZETTEER.geocode("花ノ宮町").point == Point(134.05, 34.3)


@pytest.mark.parametrize(
    ("address", "told"), [("", "空"), ("さくら市", "空"), ("となり市本町1", "町名一覧にありません")]
)
def test_an_address_without_a_known_town_gives_a_reason(address: str, told: str) -> None:
    found = GAZETTEER.geocode(address)
    assert found.point is None
    assert found.precision is PositionPrecision.UNKNOWN
    assert told in found.reason


def test_precision_has_the_words_of_the_standard_best_first() -> None:
    assert [kind.label for kind in PositionPrecision] == ["実測", "番地", "街区", "小字", "町丁目", "不明"]


@pytest.fixture(scope="module")
def takamatsu(shared_data: Path) -> TownGazetteer:
    """The town points of 高松市 (Geolonia 住所データ, CC BY 4.0)."""
    rows = json.loads((shared_data / "data" / "takamatsu" / "towns.json").read_text(encoding="utf-8"))
    return TownGazetteer(
        "高松市", [TownPoint(row["town"], row["koaza"], Point(row["lng"], row["lat"])) for row in rows]
    )


@pytest.mark.shared_data
def test_real_addresses_are_found_and_as_far_off_as_the_page_says(
    shared_data: Path, takamatsu: TownGazetteer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared_data / "data" / "takamatsu" / "social_resources.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        (takamatsu.geocode(row["住所"]).point, Point(float(row["経度"]), float(row["緯度"]))) for row in rows
    ]
    off = np.array([distance_m(point, measured) for point, measured in found if point is not None])
    median, ninth = np.percentile(off, [50, 90])
    with capsys.disabled():
        sys.stdout.write(
            f"\n高松市: {off.size} of {len(rows)} addresses found, median {median:.0f} m, 90 % {ninth:.0f} m\n"
        )
    assert off.size >= 0.97 * len(rows)
    assert median <= 650
    assert ninth <= 1_600


SPELLINGS = (
    "{prefecture}{city}{town}{section}12番地3",
    "{city}{town}{word}{section}12-3",
    "{city}大字{town}{word}{section}12番3号",
    "〒000-0000 {prefecture} {city} {town} {section} 12-3",
    "{city}{town}{section}１２－３ ハイツ桜101号室",
)
LETTERS = (("ケ", "ヶ"), ("ケ", "が"), ("ノ", "の"), ("の", "ノ"), ("ツ", "ッ"), ("ハゼ", "はぜ"))


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "prefecture", "city"), [("takamatsu", "香川県", "高松市"), ("toyokawa", "愛知県", "豊川市")]
)
def test_every_town_is_found_however_it_is_spelled(
    shared_data: Path, folder: str, prefecture: str, city: str
) -> None:
    rows = json.loads((shared_data / "data" / folder / "towns.json").read_text(encoding="utf-8"))
    rows = [row for row in rows if row["lat"] is not None]
    gazetteer = TownGazetteer(
        city, [TownPoint(row["town"], row["koaza"], Point(row["lng"], row["lat"])) for row in rows]
    )
    wrong = []
    for row in rows:
        town, section = row["town"], row["koaza"]
        written = [
            spelling.format(
                prefecture=prefecture, city=city, town=town, section=section, word="字" if section else ""
            )
            for spelling in SPELLINGS
        ]
        written += [f"{city}{(town + section).replace(one, other)}12-3" for one, other in LETTERS]
        wrong += [text for text in written if gazetteer.geocode(text).matched != town + section]
    assert len(rows) > 200
    assert wrong == []


def _list(name: str, *towns: str, lon: float = 134.0) -> TownGazetteer:
    return TownGazetteer(name, [_town(town, lon) for town in towns], source="試験の一覧")


TWO = Gazetteers(
    {"372013": _list("高松市", "本町", "牟礼町大町"), "373419": _list("三木町", "本町", "氷上", lon=134.1)}
)


@pytest.mark.parametrize(
    ("code", "address", "municipality"),
    [
        ("372013", "本町1", "高松市"),
        ("373419", "本町1", "三木町"),
        ("372013", "香川県木田郡三木町本町1", "三木町"),
        ("372013", "木田郡牟礼町大字大町2", "高松市"),
        ("", "氷上310", "三木町"),
        ("372013", "〒761-0123 香川県高松市牟礼町大町3", "高松市"),
    ],
)
def test_the_municipality_in_an_address_decides_and_else_its_own(
    code: str, address: str, municipality: str
) -> None:
    found = TWO.geocode(code, address)
    assert (found.municipality, found.source) == (municipality, "試験の一覧")


@pytest.mark.parametrize(
    ("code", "address", "told"),
    [
        ("", "本町1", "いくつかの市区町村"),
        ("131016", "本町1", "この市区町村の町名一覧がありません"),
        ("372013", "岡山県三木町本町1", "町名一覧にありません"),
        ("", "浜町5", "町名一覧にありません"),
    ],
)
def test_an_address_that_two_places_could_have_is_not_guessed(code: str, address: str, told: str) -> None:
    assert told in TWO.geocode(code, address).reason
    assert place_of_address(TWO, code, address) is None


def test_without_any_list_the_reason_says_what_to_do() -> None:
    assert "取り込みを頼んで" in Gazetteers({}).geocode("372013", "本町1").reason
    assert place_of_address(Gazetteers({}), "372013", "本町1") is None


@pytest.mark.shared_data
def test_every_town_of_the_census_is_a_town_of_the_gazetteer(
    shared_data: Path, takamatsu: TownGazetteer
) -> None:
    path = shared_data / "data" / "takamatsu" / "population_by_town.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = [row["regionName"] for row in csv.DictReader(file)]
    assert len(names) == 235
    assert [name for name in names if takamatsu.geocode(name).point is None] == []


def test_a_town_that_is_not_found_has_neighbours_by_name() -> None:
    near = [town.matched for town in GAZETTEER.alike("本町9-9", most=6)]
    assert near[:2] == ["本町", "本町一丁目"]
    assert "西本町三丁目" in near
    assert GAZETTEER.alike("さくら市花の宮", most=1)[0].matched == "花ノ宮町"
    assert GAZETTEER.alike("", most=6) == []
    assert GAZETTEER.alike("12-3", most=6) == []
    everywhere = Gazetteers({"372013": GAZETTEER, "372021": TownGazetteer("うめ市", [_town("本町", 133.9)])})
    assert [town.municipality for town in everywhere.alike("372021", "本町9", most=2)] == [
        "うめ市",
        "さくら市",
    ]
