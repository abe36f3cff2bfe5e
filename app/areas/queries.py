"""Reading towns and districts. They say nothing about anybody supported, so every scope sees all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import shapely
import sqlalchemy as sa
from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session, aliased, selectinload

from app.accounts.vocabulary import Scope
from app.areas.engine import KnownTown, TownFinder
from app.areas.models import Area, TownPoint
from app.areas.vocabulary import AreaKind
from app.geo import geocoding
from app.geo.geocoding import Gazetteers, TownGazetteer
from app.geo.points import Point

NO_DISTRICT: Final = "圏域が不明"
"""Under this name stand towns of which nobody has said in which district they lie."""


@dataclass(frozen=True)
class TownCentre:
    """A town that distances can be measured from, and the district that it lies in."""

    id: int
    name: str
    district: str | None
    centre: Point


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A town or a district by its name; `key` is the form in which names are compared."""

    id: int
    municipality_code: str
    kind: AreaKind
    name: str
    key: str


def select_areas(*, scope: Scope, kind: AreaKind | None = None) -> sa.Select[Area]:  # noqa: ARG001
    """Build the list of areas in the order of their ids, which is that of the files they came from."""
    # The scope is taken as everywhere above `accounts`; that a town exists is no secret to anybody.
    chosen = sa.select(Area).order_by(Area.id)
    return chosen if kind is None else chosen.where(Area.kind == kind)


def list_areas_with_bands(
    session: Session, *, scope: Scope, municipality_codes: Collection[str]
) -> Sequence[Area]:
    """Return the areas of these municipalities with their residents by age and sex."""
    return session.scalars(
        select_areas(scope=scope)
        .where(Area.municipality_code.in_(municipality_codes))
        .options(selectinload(Area.bands))
    ).all()


def find_towns(session: Session, *, scope: Scope) -> TownFinder:
    """Return all towns, ready to find the one of an address or of a point."""
    return TownFinder(map(_known, session.scalars(select_areas(scope=scope, kind=AreaKind.TOWN))))


def list_town_centres(session: Session, *, scope: Scope) -> list[TownCentre]:
    """Return the towns whose centre is known, by district and name, without their heavy outlines."""
    district = aliased(Area)
    rows = session.execute(
        select_areas(scope=scope, kind=AreaKind.TOWN)
        .with_only_columns(Area.id, Area.name, district.name, Area.centre.ST_X(), Area.centre.ST_Y())
        .outerjoin(district, district.id == Area.parent_id)
        .where(Area.centre.is_not(None))
        .order_by(None)
        .order_by(district.id.is_(None), district.id, Area.name, Area.id)
    )
    return [TownCentre(key, name, parent, Point(lon, lat)) for key, name, parent, lon, lat in rows]


def select_town_districts(*, scope: Scope) -> sa.Select[int, int, str]:
    """Build the pairs of towns and districts: `town_id`, `district_id`, `district`."""
    district = aliased(Area)
    return (
        select_areas(scope=scope, kind=AreaKind.TOWN)
        .with_only_columns(
            Area.id.label("town_id"), district.id.label("district_id"), district.name.label("district")
        )
        .join(district, district.id == Area.parent_id)
        .order_by(None)
    )


def list_outlines(session: Session, *, scope: Scope) -> list[tuple[str, bytes]]:
    """Return name and boundary (WKB) of the districts that have one."""
    districts = session.scalars(select_areas(scope=scope, kind=AreaKind.DISTRICT))
    return [(area.name, to_shape(area.boundary).wkb) for area in districts if area.boundary is not None]


def get_district_ids(session: Session, *, scope: Scope) -> dict[str, int]:
    """Return the keys of the districts by name."""
    return {area.name: area.id for area in session.scalars(select_areas(scope=scope, kind=AreaKind.DISTRICT))}


def find_area_name(session: Session, area_id: int | None, *, scope: Scope) -> str | None:
    """Return the name of a town or district."""
    return session.scalars(
        select_areas(scope=scope).with_only_columns(Area.name).where(Area.id == area_id)
    ).one_or_none()


def list_district_names(session: Session, *, scope: Scope) -> dict[int, str]:
    """Return the names of the districts by id."""
    rows = session.execute(
        select_areas(scope=scope, kind=AreaKind.DISTRICT).with_only_columns(Area.id, Area.name)
    )
    return {key: name for key, name in rows}  # noqa: C416  # rows are no pairs for the type checker


def list_towns_by_district(session: Session, *, scope: Scope) -> dict[str, list[tuple[int, str]]]:
    """Return (id, name) of every town under the name of its district, without their heavy outlines."""
    district = aliased(Area)
    rows = session.execute(
        select_areas(scope=scope, kind=AreaKind.TOWN)
        .with_only_columns(Area.id, Area.name, district.name)
        .outerjoin(district, district.id == Area.parent_id)
        .order_by(None)
        .order_by(district.id.is_(None), district.id, Area.name, Area.id)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for key, name, parent in rows:
        found.setdefault(parent or NO_DISTRICT, []).append((key, name))
    return found


@dataclass(frozen=True)
class AreaLine:
    """A town or a district without its outline, and where it was read."""

    id: int
    name: str
    is_district: bool
    parent_id: int | None
    source: str | None


def list_area_lines(session: Session, *, scope: Scope) -> list[AreaLine]:
    """Return districts, then towns, each in the order of the files they came from."""
    rows = session.execute(
        select_areas(scope=scope)
        .with_only_columns(Area.id, Area.name, Area.kind == AreaKind.DISTRICT, Area.parent_id, Area.source)
        .order_by(None)
        .order_by(sa.case((Area.kind == AreaKind.DISTRICT, 0), else_=1), Area.id)
    )
    return [
        AreaLine(key, name, bool(district), parent, source) for key, name, district, parent, source in rows
    ]


def list_boundaries_around(session: Session, area: AreaLine, *, scope: Scope) -> list[tuple[AreaLine, bytes]]:
    """Return an area and what it lies among, each with its boundary (WKB): the district and the towns of it."""
    parent = area.id if area.is_district else area.parent_id
    around = (
        [Area.id == area.id] if parent is None else [Area.id.in_((area.id, parent)), Area.parent_id == parent]
    )
    found = session.scalars(select_areas(scope=scope).where(Area.boundary.is_not(None), sa.or_(*around)))
    return [
        (
            AreaLine(each.id, each.name, each.kind is AreaKind.DISTRICT, each.parent_id, each.source),
            to_shape(each.boundary).wkb,
        )
        for each in found
        if each.boundary is not None
    ]


def list_named_areas(session: Session, *, scope: Scope) -> list[NamedArea]:
    """Return every town and district with its name, without the heavy outlines."""
    rows = session.execute(
        select_areas(scope=scope).with_only_columns(
            Area.id, Area.municipality_code, Area.kind, Area.name, Area.name_key
        )
    )
    return [NamedArea(*row) for row in rows]


def list_area_names(session: Session, ids: Collection[int], *, scope: Scope) -> dict[int, str]:
    """Return the names of these areas by id."""
    rows = session.execute(
        select_areas(scope=scope).with_only_columns(Area.id, Area.name).where(Area.id.in_(ids))
    )
    return {key: name for key, name in rows}  # noqa: C416  # rows are no pairs for the type checker


def find_municipality_of_town(session: Session, town_id: int, *, scope: Scope) -> str | None:
    """Return the code of the municipality in which a town lies; None for what is no town."""
    return session.scalars(
        select_areas(scope=scope, kind=AreaKind.TOWN)
        .with_only_columns(Area.municipality_code)
        .where(Area.id == town_id)
    ).one_or_none()


def list_town_outlines(session: Session, municipality_code: str, *, scope: Scope) -> list[shapely.Geometry]:
    """Return the boundaries of the towns of a municipality, of those that have one."""
    boundaries = session.scalars(
        select_areas(scope=scope, kind=AreaKind.TOWN)
        .with_only_columns(Area.boundary)
        .where(Area.municipality_code == municipality_code, Area.boundary.is_not(None))
    )
    return [to_shape(boundary) for boundary in boundaries if boundary is not None]


def select_town_points(*, scope: Scope) -> sa.Select[TownPoint]:  # noqa: ARG001
    """Build the lists of town points, one municipality after the other."""
    return sa.select(TownPoint).order_by(TownPoint.municipality_code, TownPoint.id)


def list_town_points(session: Session, municipality_code: str, *, scope: Scope) -> Sequence[TownPoint]:
    """Return the list of one municipality."""
    return session.scalars(
        select_town_points(scope=scope).where(TownPoint.municipality_code == municipality_code)
    ).all()


def find_gazetteers(session: Session, *, scope: Scope) -> Gazetteers:
    """Return the lists of all municipalities, ready to find addresses in; some 50 ms for 1,500 points.

    Whoever finds many addresses asks once and keeps the answer for the request or the job.
    """
    rows = session.execute(
        select_town_points(scope=scope).with_only_columns(
            TownPoint.municipality_code,
            TownPoint.municipality,
            TownPoint.town,
            TownPoint.section,
            TownPoint.latitude,
            TownPoint.longitude,
            TownPoint.source,
        )
    )
    names: dict[str, str] = {}
    points: dict[str, list[geocoding.TownPoint]] = {}
    sources: dict[str, Counter[str]] = {}
    for code, municipality, town, section, latitude, longitude, source in rows:
        names[code] = municipality
        points.setdefault(code, []).append(
            geocoding.TownPoint(town, section, Point(lon=longitude, lat=latitude))
        )
        sources.setdefault(code, Counter())[source or ""] += 1
    return Gazetteers(
        {
            code: TownGazetteer(names[code], towns, source=sources[code].most_common(1)[0][0])
            for code, towns in points.items()
        }
    )


def _known(area: Area) -> KnownTown:
    centre = None if area.centre is None else to_shape(area.centre).centroid
    return KnownTown(
        id=area.id,
        municipality_code=area.municipality_code,
        key=area.name_key,
        centre=None if centre is None else (centre.x, centre.y),
        outline=None if area.boundary is None else to_shape(area.boundary),
    )
