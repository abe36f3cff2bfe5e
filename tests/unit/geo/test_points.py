"""Points and metres."""

import numpy as np
import pytest

from app.geo.points import EARTH_RADIUS_M, Point, distance_m, distances_m, mean_point, parse_point

TOKYO_STATION = Point(lon=139.7671, lat=35.6812)
TAKAMATSU_STATION = Point(lon=134.0466, lat=34.3508)


def test_a_degree_of_latitude_is_a_360th_of_the_circumference() -> None:
    north = distance_m(Point(lon=135, lat=35), Point(lon=135, lat=36))
    assert north == pytest.approx(2 * np.pi * EARTH_RADIUS_M / 360, rel=1e-12)


def test_tokyo_and_takamatsu_are_some_540_kilometres_apart() -> None:
    assert distance_m(TOKYO_STATION, TAKAMATSU_STATION) == pytest.approx(540_000, rel=0.01)


def test_homes_as_rows_and_places_as_columns_give_a_table() -> None:
    lons, lats = np.array([134.0, 134.1]), np.array([34.3, 34.4])
    table = distances_m(
        lons[:, None], lats[:, None], np.array([134.0, 134.1, 134.2]), np.array([34.3, 34.4, 34.5])
    )
    assert table.shape == (2, 3)
    assert table[0, 0] == table[1, 1] == 0
    assert table[0, 1] == pytest.approx(distance_m(Point(134.0, 34.3), Point(134.1, 34.4)))


def test_antipodes_are_half_the_circumference_and_not_a_rounding_accident() -> None:
    assert float(distances_m(0.0, 0.0, 180.0, 0.0)) == pytest.approx(np.pi * EARTH_RADIUS_M)


@pytest.mark.parametrize(
    ("lon", "lat", "told"),
    [
        (34.34, 134.05, "逆になっている"),
        (0.0, 0.0, "どちらも0"),
        (2.35, 48.85, "日本の範囲"),
        (float("nan"), 34.0, "日本の範囲"),
    ],
)
def test_a_pair_outside_japan_is_refused_and_told_why(lon: float, lat: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Point(lon=lon, lat=lat)


def test_cells_are_read_latitude_first_and_in_full_width() -> None:
    assert parse_point("３４．３４", " 134.05 ") == Point(lon=134.05, lat=34.34)


def test_two_empty_cells_are_no_point_and_no_error() -> None:
    assert parse_point("", "　") is None


@pytest.mark.parametrize(("lat", "lon"), [("34.34", ""), ("北緯34度", "東経134度"), ("134.05", "34.34")])
def test_half_a_pair_words_and_swapped_cells_are_refused(lat: str, lon: str) -> None:
    with pytest.raises(ValueError, match="緯度"):
        parse_point(lat, lon)


def test_the_middle_of_two_points_lies_between_them() -> None:
    assert mean_point([Point(134.0, 34.0), Point(134.2, 34.4)]) == Point(134.1, 34.2)
    with pytest.raises(ValueError, match="at least one"):
        mean_point([])
