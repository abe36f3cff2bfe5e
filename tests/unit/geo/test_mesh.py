"""Grid squares of JIS X 0410."""

import numpy as np
import pytest

from app.geo.mesh import MeshLevel, bounds, centre, centres, code_of, codes_of, level_of
from app.geo.points import Point

# 総務省統計局「地域メッシュ統計の特質・沿革」 counts a code up by hand; the same steps for 34.3428°N 134.0466°E:
# 34.3428 * 1.5 = 51.5142 → 51, 134 → 34; eighths 4 and 0; tenths 1 and 3; then the halves.
TAKAMATSU = Point(lon=134.0466, lat=34.3428)


def test_a_point_has_a_code_at_each_of_three_sizes_and_the_finer_begins_with_the_coarser() -> None:
    assert code_of(TAKAMATSU, MeshLevel.KM_1) == 51344013
    assert code_of(TAKAMATSU, MeshLevel.M_500) == 513440132
    assert code_of(TAKAMATSU, MeshLevel.M_250) == 5134401321
    assert level_of(513440132) is MeshLevel.M_500


def test_a_point_on_the_south_west_corner_belongs_to_the_square() -> None:
    # 33.2875 and 137.428125 are exact multiples of 1/480 and 1/320 of a degree.
    assert code_of(Point(lon=137.428125, lat=33.2875), MeshLevel.M_250) == 4937734432


def test_every_corner_of_a_town_sized_grid_belongs_to_its_own_square() -> None:
    rows, columns = np.meshgrid(np.arange(16_320, 16_640), np.arange(42_880, 43_200), indexing="ij")
    codes = codes_of(columns.ravel() / 320, rows.ravel() / 480, MeshLevel.M_250)
    assert np.unique(codes).size == codes.size
    corners = [bounds(code) for code in codes[:50].tolist()]
    assert [corner.south for corner in corners] == pytest.approx(rows.ravel()[:50] / 480)
    assert [corner.west for corner in corners] == pytest.approx(columns.ravel()[:50] / 320)


def test_a_kilometre_square_is_half_a_minute_high_and_three_quarters_wide() -> None:
    square = bounds(51344013)
    assert square.north - square.south == pytest.approx(30 / 3600)
    assert square.east - square.west == pytest.approx(45 / 3600)
    assert square.south < centre(51344013).lat < square.north


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_arrays_of_any_length_keep_it(count: int) -> None:
    codes = codes_of([TAKAMATSU.lon] * count, [TAKAMATSU.lat] * count, MeshLevel.M_500)
    lons, lats = centres(codes)
    assert codes.shape == lons.shape == lats.shape == (count,)
    assert set(codes.tolist()) <= {513440132}


@pytest.mark.parametrize("code", [0, -51344013, 5134, 51340883, 51348013, 513440135, 5134401320, 99999999])
def test_what_is_no_code_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="メッシュコード"):
        level_of(code)
    with pytest.raises(ValueError, match="メッシュコード"):
        centres([code])


def test_points_abroad_and_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="1件"):
        codes_of([134.0, 2.35], [34.3, 48.85], MeshLevel.KM_1)
    with pytest.raises(ValueError, match="shape"):
        codes_of([134.0, 134.1], [34.3], MeshLevel.KM_1)


def test_sizes_have_a_label_for_the_screen() -> None:
    assert [level.label for level in MeshLevel] == ["1km", "500m", "250m"]
