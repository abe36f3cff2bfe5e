"""Population files and outlines, and the town of an address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from app.areas.engine import KnownTown, TownFinder, name_key
from app.areas.exchange.checking import check_areas
from app.areas.vocabulary import BANDS, AreaKind
from app.text.tables import TableRefused

SQUARE = [[[134.0, 34.3], [134.1, 34.3], [134.1, 34.4], [134.0, 34.4], [134.0, 34.3]]]
BANDS_HEADER = ",".join(f"man{band},woman{band}" for band in range(1, BANDS + 1))


def population(*rows: str) -> bytes:
    """A population file with every band."""
    return "\n".join(
        [f"prefCode,regionName,totalPopulation,male,woman,{BANDS_HEADER},location", *rows]
    ).encode()


def feature(geometry: Any, **words: str) -> dict[str, Any]:
    """One feature of a collection."""
    return {"type": "Feature", "properties": words, "geometry": geometry}


def collection(*features: Any) -> bytes:
    """A GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_town_has_people_by_age_and_sex() -> None:
    (area,) = check_areas(population(f'37201,塩屋町,36,18,18,{",".join("1" * 36)},"34.34,134.05"'), "p.csv")

    assert not area.reasons
    assert not area.warnings
    assert (area.municipality_code, area.residents, area.bands) == ("372013", 36, ((1, 1),) * BANDS)
    assert area.centre == (134.05, 34.34)


def test_sums_that_do_not_fit_are_told_and_not_mended() -> None:
    (area,) = check_areas(population(f"372013,塩屋町,99,18,18,{','.join('1' * 36)},"), "p.csv")

    assert area.residents == 99
    assert "99人" in area.warnings[0]
    assert "36人" in area.warnings[0]


def test_a_missing_band_makes_the_ages_unknown_and_not_zero() -> None:
    (area,) = check_areas(population(f"372013,塩屋町,35,17,18,-,{','.join('1' * 35)},"), "p.csv")

    assert area.bands == ()
    assert "0-4歳の男性" in area.warnings[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"99999,塩屋町,36,18,18,{','.join('1' * 36)},", "団体コード"),
        (f",塩屋町,36,18,18,{','.join('1' * 36)},", "--municipality"),
        (f"37201,,36,18,18,{','.join('1' * 36)},", "名前"),
        (f'37201,塩屋町,36,18,18,{",".join("1" * 36)},"134.05,34.34"', "逆"),
    ],
)
def test_a_wrong_town_is_refused(row: str, said: str) -> None:
    (area,) = check_areas(population(row), "p.csv")

    assert any(said in reason for reason in area.reasons)


def test_the_second_town_of_one_name_is_refused() -> None:
    row = f"37201,{{}},36,18,18,{','.join('1' * 36)},"

    first, second = check_areas(population(row.format("塩上町１丁目"), row.format("塩上町一丁目")), "p.csv")

    assert not first.reasons
    assert "2行目" in second.reasons[0]


def test_outlines_of_towns_and_districts() -> None:
    data = collection(
        feature({"type": "Polygon", "coordinates": SQUARE}, layer="outline", 団体コード="372013"),
        feature({"type": "Polygon", "coordinates": SQUARE}, layer="district", 圏域="港", 圏域コード="D1"),
        feature(
            {"type": "MultiPolygon", "coordinates": [SQUARE]}, layer="town", 町名="浜町", 圏域コード="D1"
        ),
    )

    district, town = check_areas(data, "g.geojson")

    assert (district.kind, district.name, district.line) == (AreaKind.DISTRICT, "港", 2)
    assert (town.kind, town.district, town.municipality_code) == (AreaKind.TOWN, "港", "372013")
    assert isinstance(district.boundary, shapely.MultiPolygon)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "ありません"),
        ({"type": "Point", "coordinates": [134, 34]}, "面"),
        ({"type": "Polygon", "coordinates": "x"}, "面"),
        (
            {"type": "Polygon", "coordinates": [[[134, 34], [135, 35], [135, 34], [134, 35], [134, 34]]]},
            "修復",
        ),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}, "日本"),
    ],
)
def test_an_outline_that_is_none_is_refused(geometry: Any, said: str) -> None:
    (area,) = check_areas(collection(feature(geometry, name="浜町")), "g.geojson", municipality="372013")

    assert said in area.reasons[0]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"type": "Feature"}', collection(), b"\x00\x01", b"a,b\n1,2"]
)
def test_what_is_no_file_of_areas_is_refused(data: bytes) -> None:
    with pytest.raises(TableRefused) as refused:
        check_areas(data, "x", municipality="372013")

    assert "ください" in refused.value.message


def towns(*names: str) -> TownFinder:
    """A finder with towns of these names."""
    return TownFinder(
        KnownTown(number, "372013", name_key(name), centre=(134.05, 34.34))
        for number, name in enumerate(names, start=1)
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("高松市塩上町１丁目2-3", 2),
        ("香川県高松市塩上町一丁目2番3号", 2),
        ("塩上町1-2-3", 2),
        ("塩上町9-2", 1),
        ("高松市塩上町", 1),
        ("高松市本町", None),
        ("", None),
    ],
)
def test_the_town_of_an_address(address: str, found: int | None) -> None:
    town = towns("塩上町", "塩上町１丁目").find(address=address)

    assert (town.id if town else None) == found


def test_a_town_of_the_same_name_far_away_is_another_one() -> None:
    assert towns("塩上町").find(address="塩上町1", point=(139.7, 35.7)) is None


def test_an_outline_tells_the_town_of_a_point() -> None:
    finder = TownFinder([KnownTown(7, "372013", "浜町", outline=shapely.box(134.0, 34.3, 134.1, 34.4))])

    found, outside = finder.find(point=(134.05, 34.35)), finder.find(point=(134.2, 34.35))

    assert found is not None
    assert found.id == 7
    assert outside is None


@pytest.mark.shared_data
def test_the_real_file_of_takamatsu(shared_data: Path) -> None:
    areas = check_areas((shared_data / "data/takamatsu/population_by_town.csv").read_bytes(), "p.csv")

    assert len(areas) == 235
    assert not any(area.reasons or area.warnings for area in areas)
    assert all(len(area.bands) == BANDS for area in areas)
    assert sum(area.residents or 0 for area in areas) == 418_129
