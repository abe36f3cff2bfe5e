"""How long the way is: a range of minutes, as wide as what is known of both ends.

Straight line times a detour, at a mode's pace, both as the town set them. It is an estimate (目安) until a street graph is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.geo.geocoding import PositionPrecision
from app.geo.points import distances_m
from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import TownRules
from app.matching.vocabulary import TravelMode
from app.resources.engine.columns import PRECISIONS, CandidateColumns

# How far off a point may be, in metres. A town point is off by 604 m at the median and 1.5 km at the 90th percentile
# (measured, see app.geo.geocoding): the wider figure, so that the rule speaks only where nine of ten points would.
RADIUS_M: Final = {
    PositionPrecision.SURVEYED: 0.0,
    PositionPrecision.LOT: 30.0,
    PositionPrecision.BLOCK: 100.0,
    PositionPrecision.SECTION: 500.0,
    PositionPrecision.TOWN: 1500.0,
    PositionPrecision.UNKNOWN: 1500.0,
}
_RADII: Final = np.array([RADIUS_M[precision] for precision in PRECISIONS])


@dataclass(frozen=True, eq=False)
class Ways:
    """Arrays of shape (n,): `metres` in a straight line and `radius_m` it may be off, NaN where an end is not known.

    `rules` say how many minutes metres take.
    """

    metres: NDArray[np.float64]
    radius_m: NDArray[np.float64]
    rules: TownRules

    def minutes(self, mode: TravelMode) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the most minutes that the way may take; NaN where an end is not known."""
        pace = self.rules.paces[mode]
        per_metre = self.rules.detour / pace.metres
        nearest, farthest = np.maximum(self.metres - self.radius_m, 0.0), self.metres + self.radius_m
        return nearest * per_metre + pace.fixed_minutes, farthest * per_metre + pace.fixed_minutes


def measure_ways(profile: NeedProfile, columns: CandidateColumns, rules: TownRules) -> Ways:
    """Distances from the profile's origin to every row."""
    if profile.origin is None:
        nowhere = np.full(len(columns), np.nan)
        return Ways(nowhere, nowhere, rules)
    metres = distances_m(profile.origin.lon, profile.origin.lat, columns.lon, columns.lat)
    # Whole metres, because NumPy may differ in the last bit with a row's place in the array, and the same place
    # must get the same score whoever stands beside it.
    return Ways(np.rint(metres), _RADII[columns.precision] + profile.origin_radius_m, rules)
