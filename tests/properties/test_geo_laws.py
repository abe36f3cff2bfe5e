"""Laws of points, squares, check digits and addresses."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.geo.addresses import normalise_address
from app.geo.corporate_number import CorporateNumber, corporate_check_digit_of
from app.geo.geocoding import Gazetteers, TownGazetteer, TownPoint, place_of_address
from app.geo.mesh import MeshLevel, bounds, centre, centres, code_of, codes_of, level_of
from app.geo.municipality import MunicipalityCode, check_digit_of
from app.geo.points import EARTH_RADIUS_M, JAPAN_LAT, JAPAN_LON, Point, distance_m, distances_m, parse_point

lons = st.floats(*JAPAN_LON, allow_nan=False)
lats = st.floats(*JAPAN_LAT, allow_nan=False)
points = st.builds(Point, lon=lons, lat=lats)
# A square on the outer edge of the range has its middle outside it.
inner_points = st.builds(Point, lon=st.floats(123, 153.9), lat=st.floats(20.5, 45.5))
levels = st.sampled_from(MeshLevel)


@given(points, points, points)
def test_distance_is_a_metric(a: Point, b: Point, c: Point) -> None:
    assert distance_m(a, a) == 0
    assert distance_m(a, b) == distance_m(b, a)
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-6


@given(points, points)
def test_the_haversine_agrees_with_the_angle_between_vectors(a: Point, b: Point) -> None:
    def vector(point: Point) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        lon, lat = np.radians([point.lon, point.lat])
        return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    chord = float(np.linalg.norm(vector(a) - vector(b)))
    assert distance_m(a, b) == pytest.approx(2 * EARTH_RADIUS_M * np.arcsin(chord / 2), rel=1e-6, abs=0.01)


@given(st.lists(points, min_size=1, max_size=8), points)
def test_many_distances_equal_the_single_ones(many: list[Point], home: Point) -> None:
    table = distances_m(home.lon, home.lat, [point.lon for point in many], [point.lat for point in many])
    # NumPy takes other instructions for arrays than for one number, which may differ in the last bit.
    assert table.tolist() == pytest.approx([distance_m(home, point) for point in many], rel=1e-12)


@given(points)
def test_a_point_survives_its_cells_and_is_caught_when_swapped(point: Point) -> None:
    assert parse_point(str(point.lat), str(point.lon)) == point
    with pytest.raises(ValueError, match="逆"):
        Point(lon=point.lat, lat=point.lon)


@given(st.text(), st.text())
def test_cells_of_a_point_are_a_point_nothing_or_a_japanese_reason(lat: str, lon: str) -> None:
    reason = ""
    try:
        point = parse_point(lat, lon)
    except ValueError as error:
        point, reason = None, str(error)
    assert point is None or JAPAN_LAT[0] <= point.lat <= JAPAN_LAT[1]
    assert not reason or "緯度" in reason


@given(inner_points, levels)
def test_a_square_holds_the_point_that_named_it_and_its_own_middle(point: Point, level: MeshLevel) -> None:
    code = code_of(point, level)
    square = bounds(code)
    assert level_of(code) is level
    assert square.west - 2e-9 <= point.lon < square.east
    assert square.south - 2e-9 <= point.lat < square.north
    assert code_of(centre(code), level) == code


@given(st.lists(inner_points, max_size=6), levels)
def test_arrays_of_codes_equal_single_ones(many: list[Point], level: MeshLevel) -> None:
    codes = codes_of([point.lon for point in many], [point.lat for point in many], level)
    assert codes.tolist() == [code_of(point, level) for point in many]
    lon, lat = centres(codes)
    assert lon.tolist() == pytest.approx([centre(code).lon for code in codes.tolist()])
    assert lat.tolist() == pytest.approx([centre(code).lat for code in codes.tolist()])


@given(st.integers(1, 47), st.integers(0, 999), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_or_two_swapped_never_pass_for_a_municipality(
    prefecture: int, number: int, place: int, shift: int
) -> None:
    five = f"{prefecture:02d}{number:03d}"
    code = MunicipalityCode(f"{five}{check_digit_of(five)}").digits
    # Remainders 0 and 10 share the digit 1: the official rule lets that one pair through.
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assume(check_digit_of(wrong[:5]) != 1)
    with pytest.raises(ValueError, match="団体コード"):
        MunicipalityCode(wrong)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_never_passes_for_a_corporation_save_nought_for_nine(
    twelve: str, place: int, shift: int
) -> None:
    number = CorporateNumber(f"{corporate_check_digit_of(twelve)}{twelve}").digits
    wrong_digit = str((int(number[place]) + shift) % 10)
    assume({wrong_digit, number[place]} != {"0", "9"})
    with pytest.raises(ValueError, match="法人番号"):
        CorporateNumber(number[:place] + wrong_digit + number[place + 1 :])


towns = st.sampled_from(["本町", "西本町", "花ノ宮町", "仏生山町甲", "香川町川東上", "霞が関"])
numbers = st.integers(1, 9999)
KANJI_DIGITS = "〇一二三四五六七八九"


@given(towns, st.integers(1, 9), numbers, numbers, st.sampled_from("-‐‑–—―−－ー"))
def test_all_spellings_of_an_address_have_one_key(
    town: str, chome: int, lot: int, house: int, dash: str
) -> None:
    expected = normalise_address(f"{town}{chome}-{lot}-{house}")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for spelling in (
        f"{town}{KANJI_DIGITS[chome]}丁目{lot}番{house}号",
        f"{town}{chome}丁目{lot}番地{house}",
        f"{town}{chome}丁目{lot}番地の{house}",
        f"香川県{town}{chome}{dash}{lot}{dash}{house}".translate(wide),
        f" {town} {KANJI_DIGITS[chome]}丁目{lot}番 {house}号",
    ):
        assert normalise_address(spelling) == expected


@given(towns, numbers, numbers, st.sampled_from(["", " さくらビル2F", "　１階"]))
def test_normalising_an_address_again_changes_nothing(town: str, lot: int, house: int, building: str) -> None:
    once = normalise_address(f"{town}{lot}番地{house}{building}")
    assert normalise_address(f"{once.ground} {once.building}") == once


@given(st.text(), st.text(max_size=5))
def test_any_text_has_a_key_and_a_place_or_a_reason(text: str, municipality: str) -> None:
    normalise_address(text, municipality=municipality)
    town = TownPoint("本町一丁目", "", Point(134.0, 34.3))
    found = TownGazetteer(municipality, [town]).geocode(text)
    assert (found.point is None) == bool(found.reason)


KEPT = (
    "本町",
    "西本町一丁目",
    "花ノ宮町二丁目",
    "仏生山町甲",
    "香川町川東上",
    "霞ケ関",
    "木太町七区",
    "西ハゼ町",
)
LISTS = Gazetteers(
    {
        "372013": TownGazetteer(
            "高松市",
            [TownPoint(name, "", Point(134.0 + number / 100, 34.3)) for number, name in enumerate(KEPT)],
        )
    }
)


@given(
    st.sampled_from(KEPT),
    numbers,
    numbers,
    st.sampled_from(["", "高松市", "香川県高松市", "〒760-0000 香川県 高松市 ", "香川郡"]),
    st.sampled_from(["{}番地{}", "{}番{}号", "{}-{}", "{}の{}", " {}－{}", "{}番地{} ハイツ3号室"]),
)
def test_a_town_of_the_list_is_found_whatever_stands_around_it(
    town: str, lot: int, house: int, before: str, behind: str
) -> None:
    # Behind a 郡 there is always a 町 or a 村; 「香川郡霞ケ関」 is no address.
    assume(not before.endswith("郡") or "町" in town or "村" in town)
    found = place_of_address(LISTS, "372013", f"{before}{town}{behind.format(lot, house)}")
    assert found is not None
    assert found.matched == town


@given(st.text(max_size=6), st.text())
def test_lists_answer_any_text_with_a_place_or_a_reason(code: str, text: str) -> None:
    found = LISTS.geocode(code, text)
    assert (found.point is None) == bool(found.reason)
    assert (place_of_address(LISTS, code, text) is None) == (found.point is None)
