"""The ground of the town: whole, without overlap, and peopled as towns are."""

from typing import Any

import shapely
from shapely.geometry import shape

from tests.unit.data.conftest import Row


def _layer(areas: dict[str, Any], layer: str) -> list[Any]:
    return [feature for feature in areas["features"] if feature["properties"]["layer"] == layer]


def test_towns_cover_the_outline_without_gap_or_overlap(areas: dict[str, Any]) -> None:
    polygons = [shape(feature["geometry"]) for feature in _layer(areas, "town")]
    outline = shape(_layer(areas, "outline")[0]["geometry"])
    assert len(polygons) >= 300
    assert all(polygon.is_valid for polygon in polygons)
    assert shapely.coverage_is_valid(polygons)
    assert shapely.coverage_union_all(polygons).equals(outline)
    assert outline.geom_type == "Polygon"


def test_ten_districts_are_each_in_one_piece(areas: dict[str, Any]) -> None:
    districts = _layer(areas, "district")
    assert len(districts) == 10
    assert {feature["geometry"]["type"] for feature in districts} == {"Polygon"}


def test_every_town_has_one_district_and_a_point_inside(
    areas: dict[str, Any], town: dict[str, list[Row]]
) -> None:
    shapes = {f["properties"]["町字ID"]: shape(f["geometry"]) for f in _layer(areas, "town")}
    districts = {row["圏域コード"] for row in town["districts"]}
    assert len({row["町名"] for row in town["areas"]}) == len(town["areas"]) == len(shapes)
    for row in town["areas"]:
        assert row["圏域コード"] in districts
        assert shapes[row["町字ID"]].covers(shapely.Point(float(row["経度"]), float(row["緯度"]))), row[
            "町名"
        ]


def test_population_adds_up_and_has_small_and_empty_towns(town: dict[str, list[Row]]) -> None:
    totals = []
    for row in town["population"]:
        men = [int(row[f"man{band}"]) for band in range(1, 19)]
        women = [int(row[f"woman{band}"]) for band in range(1, 19)]
        assert sum(men) == int(row["male"]), row["regionName"]
        assert sum(women) == int(row["woman"]), row["regionName"]
        assert int(row["male"]) + int(row["woman"]) == int(row["totalPopulation"])
        assert int(row["numberOfHouseholds"]) <= int(row["totalPopulation"])
        totals.append(int(row["totalPopulation"]))
    assert 118_000 <= sum(totals) <= 123_000
    assert totals.count(0) >= 2
    assert sum(0 < total < 10 for total in totals) >= 3


def test_population_rows_are_the_towns(town: dict[str, list[Row]]) -> None:
    assert [row["regionName"] for row in town["population"]] == [row["町名"] for row in town["areas"]]


def test_municipality_code_has_the_right_check_digit(areas: dict[str, Any]) -> None:
    code = _layer(areas, "outline")[0]["properties"]["団体コード"]
    weighed = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
    assert code[5] == str((11 - weighed % 11) % 10)
