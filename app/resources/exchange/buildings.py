"""The names that a file has at one address in two buildings: there the building tells the rows apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from app.resources.exchange import reading
from app.resources.exchange.cells import Cells, is_silent, unshielded
from app.resources.exchange.columns import Column
from app.resources.exchange.firsts import Firsts
from app.text.normalise import normalise_name
from app.text.tables import Table

_WANTED: Final = frozenset({Column.NAME, Column.PUBLISHED_ID, *reading.PLACE_COLUMNS})


def names_with_two_buildings(
    table: Table, columns: Sequence[Column | str | None]
) -> frozenset[tuple[str, str]]:
    """Return (normalised name, ground) of these names; `columns` are the meanings of the headers.

    Found over the whole file before anything is taken, so that the order of the rows does not matter. Only names
    that come twice are looked at closely, which keeps a long file quick and takes no memory for the others.
    """
    names, twice = Firsts(), set[int]()
    for number, name, _ in _named(table, columns):
        first = names.first(name, number)
        if first != number:
            twice.add(first)
    found: set[tuple[str, str]] = set()
    if not twice:
        return frozenset()
    buildings, grounds = Firsts(), Firsts()
    for number, name, cells in _named(table, columns):
        if names.first(name, number) not in twice:
            continue
        place = reading.place_of(cells)
        if not place.ground:
            continue
        # Each building has a number of its own; the ground keeps that of the first one.
        building = buildings.first(f"{name}\n{place.ground}\n{place.building}", number)
        if grounds.first(f"{name}\n{place.ground}", building) != building:
            found.add((name, place.ground))
    return frozenset(found)


def _named(table: Table, columns: Sequence[Column | str | None]) -> Iterator[tuple[int, str, Cells]]:
    """Yield line, name and place of the rows that are known by their name."""
    wanted = [
        (place, column)
        for place, column in enumerate(columns)
        if isinstance(column, Column) and column in _WANTED
    ]
    for line in table.lines():
        by_column: dict[Column, list[str]] = defaultdict(list)
        for place, column in wanted:
            if place < len(line.cells) and not is_silent(line.cells[place]):
                by_column[column].append(unshielded(line.cells[place]))
        if Column.PUBLISHED_ID in by_column:
            continue
        cells = Cells(by_column, {})
        name = normalise_name(cells.one(Column.NAME))
        if name:
            yield line.number, name, cells
