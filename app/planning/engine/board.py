"""The rows that map, table and file share: one for each district where cases are counted, one for each town else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.planning.engine.finest import WITHHELD, FinestTable
from app.planning.engine.ground import Ground, Town
from app.planning.engine.ranges import Range, words_of_change
from app.planning.engine.supply import Place, Supply, supply_of
from app.planning.vocabulary import WITHHELD_LABEL, AgeGroup, Layer, NeedKind
from app.resources.vocabulary import KindGroup

Value = str | int | float


@dataclass(frozen=True)
class DistrictRow:
    """A district, or what is withheld (`key` None), with ranges out of the finest table and the supply beside them."""

    key: int | None
    name: str
    in_support: Range
    not_found: Range
    before: Range | None
    change: str
    supply: Supply | None

    def of(self, layer: Layer) -> Range:
        """Return the range of a layer."""
        return self.in_support if layer is Layer.IN_SUPPORT else self.not_found

    def sort_value(self, key: str) -> Value:
        """Return what the row stands by in a column."""
        return {
            "name": self.key or 0,
            "in_support": self.in_support.low,
            "not_found": self.not_found.low,
            "places": self.supply.places if self.supply else 0,
            "hours": self.supply.seat_hours if self.supply else 0,
        }[key]


@dataclass(frozen=True)
class TownRow:
    """A town with residents and supply; of cases it says nothing."""

    key: int
    name: str
    district: str
    residents: int | None
    of_age: int | None
    hides_ages: bool
    supply: Supply

    def sort_value(self, key: str) -> Value:
        """Return what the row stands by in a column."""
        return {
            "name": self.key,
            "residents": self.residents or 0,
            "age": -1 if self.of_age is None else self.of_age,
            "places": self.supply.places,
            "light": self.supply.light,
            "hours": self.supply.seat_hours,
            "unknown": self.supply.unknown,
        }[key]


@dataclass(frozen=True)
class CaseBoard:
    """The rows of a release, those of districts and the one that is withheld, with their sum."""

    rows: tuple[DistrictRow, ...]
    withheld: DistrictRow
    total: DistrictRow


def groups_for(kind: NeedKind | None) -> frozenset[KindGroup] | None:
    """Return the groups of places that stand beside a kind of need; None for all of them."""
    return None if kind is None or kind.group is None else frozenset({kind.group})


def case_board(
    table: FinestTable,
    before: FinestTable | None,
    *,
    layer: Layer,
    kind: NeedKind | None,
    supplies: Mapping[int, Supply],
) -> CaseBoard:
    """Make the rows of one layer and one kind (None: all) out of a release and the one before it."""
    kinds = None if kind is None else {kind}

    def row(key: int | None, name: str, districts: set[int | None] | None) -> DistrictRow:
        def of(source: FinestTable, each: Layer) -> Range:
            return source.total(each, districts=districts, kinds=kinds)

        # All districts together are the same town in both releases only while no district was added.
        is_comparable = before is not None and (
            before.has(key) if districts is not None else before.districts == table.districts
        )
        had = of(before, layer) if before is not None and is_comparable else None
        return DistrictRow(
            key,
            name,
            of(table, Layer.IN_SUPPORT),
            of(table, Layer.NOT_FOUND),
            had,
            words_of_change(had, of(table, layer)) if had else "",
            None if key is None else supplies.get(key),
        )

    return CaseBoard(
        tuple(row(key, name, {key}) for key, name in table.districts),
        row(WITHHELD, WITHHELD_LABEL, {WITHHELD}),
        row(None, "合計", None),
    )


def supply_by_district(
    ground: Ground, places: Sequence[Place], groups: frozenset[KindGroup] | None
) -> dict[int, Supply]:
    """Return what the places of each district offer."""
    district_of = {town.id: town.district_id for town in ground.towns}
    return {
        district.id: supply_of(
            (place for place in places if district_of.get(place.town or 0) == district.id), groups=groups
        )
        for district in ground.districts
    }


def town_rows(
    ground: Ground, places: Sequence[Place], *, age: AgeGroup | None, groups: frozenset[KindGroup] | None
) -> list[TownRow]:
    """Make one row for each town."""
    by_town: dict[int, list[Place]] = {}
    for place in places:
        if place.town is not None:
            by_town.setdefault(place.town, []).append(place)
    names = {district.id: district.name for district in ground.districts}

    def row(town: Town) -> TownRow:
        return TownRow(
            town.id,
            town.name,
            names.get(town.district_id or 0, ""),
            town.residents.total,
            town.residents.of_age(age) if age else None,
            town.residents.hides_ages,
            supply_of(by_town.get(town.id, ()), groups=groups),
        )

    return [row(town) for town in ground.towns]
