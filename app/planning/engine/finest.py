"""The finest table: the only thing that any output about cases is made of.

The argument. Each cell is rounded once, by itself: what is published of it says that its count n lies in
{5k, …, 5k+4}. Totals, filters, comparisons and maps are functions of the published ranges, so they say nothing that
the ranges do not say. Within one layer the cells are free of each other (a need of two kinds counts in two cells, and
no total over people is rounded separately), hence every combination of counts inside the ranges could be the true
one, and all five values of every cell remain possible. Between the layers there is one tie, not found ≤ in support;
on one grid it takes no value away: where both stand in the same range, the smaller may still be its least to its
largest while the larger is the largest, and the reverse. A second table of the same cases by anything else (by rule,
by age, by town) would break this, since its total and ours would be equal: so there is none.
Rounding to a base as in Federal Committee on Statistical Methodology, Working Paper 22, ch. IV (controlled and
conventional rounding); totals of rounded cells as Statistics NZ's microdata output guide asks of totals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from app.planning.engine.ranges import STEP, Range, round_down_to_range, total_of
from app.planning.vocabulary import Layer, NeedKind

WITHHELD = None
"""Stands in the place of a district where none may be told."""


class Cell(NamedTuple):
    """The key of a cell."""

    district: int | None
    kind: NeedKind
    layer: Layer


@dataclass(frozen=True)
class FinestTable:
    """Ranges of all cells of one release, with the districts as they were called then."""

    districts: tuple[tuple[int, str], ...]
    ranges: Mapping[Cell, Range]

    @classmethod
    def from_counts(cls, districts: Sequence[tuple[int, str]], counts: Mapping[Cell, int]) -> FinestTable:
        """Round counts; every cell gets a range, so that a cell's absence cannot tell nothing from little.

        A count of a district that is not among `districts` joins those that are withheld.
        """
        known = {key for key, _ in districts}
        gathered = dict.fromkeys(_cells(districts), 0)
        for cell, count in counts.items():
            gathered[cell if cell.district in known else cell._replace(district=WITHHELD)] += count
        return cls(
            tuple(districts),
            MappingProxyType({cell: round_down_to_range(count) for cell, count in gathered.items()}),
        )

    def total(
        self,
        layer: Layer,
        *,
        districts: Collection[int | None] | None = None,
        kinds: Collection[NeedKind] | None = None,
    ) -> Range:
        """Add up the cells of a layer; None takes all districts, withheld included, or all kinds."""
        return total_of(
            found
            for cell, found in self.ranges.items()
            if cell.layer is layer
            and (districts is None or cell.district in districts)
            and (kinds is None or cell.kind in kinds)
        )

    def has(self, district: int | None) -> bool:
        """Tell whether a district stood in the table when it was made."""
        return district is WITHHELD or any(district == key for key, _ in self.districts)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept: the lower ends, which say all that the table says."""
        return {
            "districts": [[key, name] for key, name in self.districts],
            "lows": [
                [cell.district, cell.kind.value, cell.layer.value, found.low]
                for cell, found in self.ranges.items()
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> FinestTable:
        """Read back what was kept."""
        return cls(
            tuple((key, name) for key, name in kept["districts"]),
            MappingProxyType(
                {
                    Cell(district, NeedKind(kind), Layer(layer)): Range(low, low + STEP - 1)
                    for district, kind, layer, low in kept["lows"]
                }
            ),
        )


def _cells(districts: Sequence[tuple[int, str]]) -> list[Cell]:
    keys: list[int | None] = [*(key for key, _ in districts), WITHHELD]
    return [Cell(*parts) for parts in product(keys, NeedKind, Layer)]
