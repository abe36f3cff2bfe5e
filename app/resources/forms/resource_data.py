"""What a form of an entry begins with: the entry itself, or the building in which a new one lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.trait_fields import ACCESS, FIELDS, TraitField
from app.resources.forms.resource_sections import shown_trait
from app.resources.forms.timetable import timetable_of_columns
from app.resources.models import Resource
from app.resources.models.rows import AreaServed, as_plain
from app.resources.vocabulary import Disclosure, ResourceState

TEXTS: Final = (
    "name", "kana", "nickname", "operator", "corporate_number", "url", "address", "building", "point_source",
    "nearest_stop", "pickup", "served_area", "audience", "capacity_note", "gap_basis", "legal_basis", "fee",
    "application", "contact", "listing_agreed_by", "source",
)  # fmt: skip
"""Columns that the form asks as a line."""

PROSE: Final = ("description", "remarks", "schedule_note", "check_note")
"""Columns of several lines."""

NUMBERS: Final = ("age_from", "age_to", "capacity", "original_users", "gap_seats", "check_interval_days")
"""Columns of whole numbers."""

WORDS: Final[Mapping[str, type[Disclosure] | type[ResourceState] | type[PositionPrecision]]] = {
    "disclosure": Disclosure,
    "state": ResourceState,
    "point_precision": PositionPrecision,
}
"""Columns that hold a word of a vocabulary."""

_AS_THEY_ARE: Final = (*TEXTS, *PROSE, *NUMBERS, "contact_is_public", "listing_agreed_on", "version")
_OF_THE_BUILDING: Final = (
    "address",
    "building",
    "town_id",
    "point_precision",
    "point_source",
    "nearest_stop",
)


@dataclass(frozen=True)
class Shown:
    """`data` by field; the timetable and the areas, which have rows of their own; all items that are kept."""

    data: Mapping[str, Any] = field(default_factory=dict)
    timetable: Timetable | None = None
    served: Sequence[AreaServed] = ()
    traits: Mapping[str, str] = field(default_factory=dict)


def shown_of(resource: Resource, *, seen: int) -> Shown:
    """Return an entry as its form shows it. `seen` is the newest change in its history."""
    timetable = _timetable(resource)
    data = {name: getattr(resource, name) for name in _AS_THEY_ARE} | _place(resource)
    data |= {name: getattr(resource, name).value for name in WORDS}
    data |= {
        "seen": seen,
        "kind": resource.kind.label,
        "is_light": "yes" if resource.is_light else "no",
        "gap_welcome": {None: "", True: "yes", False: "no"}[resource.gap_welcome],
        "pickup": resource.pickup or "",
        "holidays": timetable.holidays.value if timetable is not None and timetable.holidays else "",
        "says_more": timetable is not None and timetable.says_more,
    }
    served = [AreaServed(area.area_id, area.coverage) for area in resource.service_areas]
    return Shown(data | _items(resource.traits, FIELDS), timetable, served, resource.traits)


def shown_beside(neighbour: Resource) -> Shown:
    """Return what a new entry in the same building begins with: where it is, how one gets there, the building's items."""
    if neighbour.is_refuge:
        return Shown()
    data = {name: getattr(neighbour, name) for name in _OF_THE_BUILDING} | _place(neighbour)
    data["point_precision"] = neighbour.point_precision.value
    items = {asked.item for asked in ACCESS}
    traits = {item: answer for item, answer in neighbour.traits.items() if item in items}
    return Shown(data | _items(traits, ACCESS), traits=traits)


def _timetable(resource: Resource) -> Timetable | None:
    if resource.timetable is not None:
        return timetable_of(resource.timetable)
    return timetable_of_columns(resource.schedule, resource.opens_minute, resource.closes_minute)


def _place(resource: Resource) -> dict[str, Any]:
    lon, lat = as_plain(resource, "point") or (None, None)
    return {"lon": lon, "lat": lat, "town_id": str(resource.town_id or "")}


def _items(traits: Mapping[str, str], fields: Sequence[TraitField]) -> dict[str, Any]:
    return {asked.name: shown_trait(asked, traits.get(asked.item)) for asked in fields}
