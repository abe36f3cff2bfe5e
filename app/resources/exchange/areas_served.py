"""提供地域 in a cell: areas by name, each with how far it is served. 「北部;東町（一部）;西町（要相談）」"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.resources.vocabulary import Coverage
from app.text.normalise import normalise_text

_BETWEEN: Final = re.compile(r"[;、,\n]")
_BEHIND: Final = re.compile(r"(?P<name>[^()]+)\((?P<marks>[^()]+)\)")
_EVERYWHERE: Final = re.compile(r"(?:[^\s、;]{0,8}[市町村区]内?)?(?:全域|一円)|全[市町村区]")
_TOWN: Final = "町"
"""Beside a name that a district has as well."""

_COVERAGES: Final = {coverage.label: coverage for coverage in Coverage}


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area as a cell names it; `as_written` is for what is not found."""

    name: str
    coverage: Coverage
    is_town: bool
    as_written: str


def read_areas(cell: str) -> list[NamedArea]:
    """Take a cell apart. Brackets that say anything but how far it is served belong to the name."""
    return [_area(part) for written in _BETWEEN.split(cell) if (part := normalise_text(written))]


def is_everywhere(part: str) -> bool:
    """Whether the words mean the whole municipality, which is no area of any list."""
    return _EVERYWHERE.fullmatch(normalise_text(part)) is not None


def written_areas(areas: Iterable[tuple[str, Coverage, bool]]) -> str:
    """Return the cell of areas: (name, coverage, whether it is a town whose name a district has too)."""
    return ";".join(_written(*area) for area in areas)


def _written(name: str, coverage: Coverage, needs_town: bool) -> str:
    marks = [_TOWN] if needs_town else []
    marks += [] if coverage is Coverage.WHOLE else [coverage.label]
    return f"{name}（{'・'.join(marks)}）" if marks else name


def _area(part: str) -> NamedArea:
    found = _BEHIND.fullmatch(part)
    marks = found["marks"].split("・") if found else []
    if found is None or not all(mark in _COVERAGES or mark == _TOWN for mark in marks):
        return NamedArea(part, Coverage.WHOLE, is_town=False, as_written=part)
    coverage = next((_COVERAGES[mark] for mark in marks if mark in _COVERAGES), Coverage.WHOLE)
    return NamedArea(found["name"].strip(), coverage, is_town=_TOWN in marks, as_written=part)
