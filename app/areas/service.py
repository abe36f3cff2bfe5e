"""What is done with areas. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2.shape import from_shape, to_shape
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas import queries
from app.areas.exchange.checked import CheckedArea
from app.areas.exchange.town_points import CheckedTownPoint
from app.areas.models import Area, AreaPopulation, TownPoint
from app.areas.vocabulary import AreaKind
from app.audit.service import record_event

_SRID = 4326


@dataclass(frozen=True)
class AreaReport:
    """What an import did: (line, verdict, reasons) of each row; the verdicts are those of `--json`."""

    items: tuple[tuple[int, str, tuple[str, ...]], ...]

    def count(self, verdict: str) -> int:
        """Return how many rows got this verdict."""
        return sum(item[1] == verdict for item in self.items)

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `--json`; the four counts sum to the rows."""
        counts = {verdict: self.count(verdict) for verdict in ("added", "changed", "unchanged", "refused")}
        items = [
            {"line": line, "verdict": verdict, "reasons": list(reasons)}
            for line, verdict, reasons in self.items
        ]
        return {"rows": len(self.items), **counts, "items": items}


def import_areas(session: Session, *, rows: Sequence[CheckedArea], by: Actor, at: datetime) -> AreaReport:
    """Take checked areas in: new ones are added, known ones changed where the file says something else.

    What a file does not say (a population file has no outlines) stays as it is.
    """
    codes = {row.municipality_code for row in rows}
    known = {
        (area.municipality_code, area.kind, area.name_key): area
        for area in queries.list_areas_with_bands(session, scope=by.scope, municipality_codes=codes)
    }
    items: list[tuple[int, str, tuple[str, ...]]] = []
    # Districts first, so that a town finds the one it lies in, wherever the file has it.
    for row in sorted(rows, key=lambda row: (row.kind is AreaKind.TOWN, row.line)):
        if row.reasons:
            items.append((row.line, "refused", row.reasons))
            continue
        warnings = list(row.warnings)
        area = known.get((row.municipality_code, row.kind, row.key))
        is_new = area is None
        if area is None:
            area = Area(
                municipality_code=row.municipality_code,
                kind=row.kind,
                name=row.name,
                name_key=row.key,
                bands=[],
            )
            session.add(area)
            known[row.municipality_code, row.kind, row.key] = area
        parent = _district_of(row, known, warnings)
        if is_new and row.kind is AreaKind.DISTRICT:
            # Its towns, which come behind it, need the id.
            session.flush()
        changed = _apply(area, row, parent)
        verdict = "added" if is_new else "changed" if changed else "unchanged"
        items.append((row.line, verdict, tuple(warnings)))
    return _reported(session, "areas", items, by=by, at=at)


def import_town_points(
    session: Session,
    *,
    rows: Sequence[CheckedTownPoint],
    municipality_code: str,
    municipality: str,
    source: str | None = None,
    by: Actor,
    at: datetime,
) -> AreaReport:
    """Take the list of towns of one municipality in: new rows are added, known ones changed where a point moved.

    `municipality` is the name as it stands in addresses (高松市), `source` whom to credit. Towns that the list has no more
    stay, because their names stand in addresses still.
    """
    known = {
        (row.town, row.section): row
        for row in queries.list_town_points(session, municipality_code, scope=by.scope)
    }
    items: list[tuple[int, str, tuple[str, ...]]] = []
    for row in rows:
        if row.reasons or row.point is None:
            items.append((row.line, "refused", row.reasons))
            continue
        wanted: dict[str, Any] = {
            "municipality": municipality,
            "latitude": row.point.lat,
            "longitude": row.point.lon,
        }
        wanted |= {"source": source} if source else {}
        town = known.get((row.town, row.section))
        if town is None:
            session.add(
                TownPoint(municipality_code=municipality_code, town=row.town, section=row.section, **wanted)
            )
            items.append((row.line, "added", ()))
            continue
        differs = any(getattr(town, name) != value for name, value in wanted.items())
        for name, value in wanted.items():
            setattr(town, name, value)
        items.append((row.line, "changed" if differs else "unchanged", ()))
    return _reported(session, "town-points", items, by=by, at=at)


def _reported(
    session: Session,
    what: str,
    items: list[tuple[int, str, tuple[str, ...]]],
    *,
    by: Actor,
    at: datetime,
) -> AreaReport:
    report = AreaReport(tuple(sorted(items)))
    record_event(
        session,
        action=f"{what.replace('-', '_')}.imported",
        subject_kind="import",
        subject_id=what,
        by=by.account_id,
        at=at,
        detail={verdict: report.count(verdict) for verdict in ("added", "changed", "unchanged", "refused")},
    )
    return report


def _district_of(
    row: CheckedArea, known: dict[tuple[str, AreaKind, str], Area], warnings: list[str]
) -> Area | None:
    if row.district is None:
        return None
    for (municipality, kind, _), area in known.items():
        if municipality == row.municipality_code and kind is AreaKind.DISTRICT and area.name == row.district:
            return area
    warnings.append(
        f"圏域：「{row.district}」がまだありません。先に圏域を取り込み、もう一度この町を取り込んでください。"
    )
    return None


def _apply(area: Area, row: CheckedArea, parent: Area | None) -> bool:
    changed = False
    for name in ("name", "residents", "households", "surveyed_on", "source"):
        value = getattr(row, name)
        if value is not None and getattr(area, name) != value:
            setattr(area, name, value)
            changed = True
    if parent is not None and area.parent_id != parent.id:
        area.parent_id = parent.id
        changed = True
    # The point of a population file is somebody's choice; the middle of an outline only stands in where none is known.
    if row.centre is not None and (row.boundary is None or area.centre is None):
        changed |= _put_shape(area, "centre", Point(row.centre))
    if row.boundary is not None:
        changed |= _put_shape(area, "boundary", row.boundary)
    if row.bands and [(band.men, band.women) for band in area.bands] != list(row.bands):
        _put_bands(area, row.bands)
        changed = True
    return changed


def _put_shape(area: Area, name: str, shape: BaseGeometry) -> bool:
    element = getattr(area, name)
    if element is not None and to_shape(element).equals_exact(shape, 1e-9):
        return False
    setattr(area, name, from_shape(shape, srid=_SRID))
    return True


def _put_bands(area: Area, bands: tuple[tuple[int, int], ...]) -> None:
    known = {band.band: band for band in area.bands}
    for number, (men, women) in enumerate(bands, start=1):
        if number in known:
            known[number].men, known[number].women = men, women
        else:
            area.bands.append(AreaPopulation(band=number, men=men, women=women))
