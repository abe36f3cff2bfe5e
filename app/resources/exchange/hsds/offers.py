"""What the outside may know of an entry of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from app.geo.geocoding import PositionPrecision
from app.resources.engine.environment import SHOWN
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.trait_fields import FEE_YEN, TAKING_PART
from app.resources.exchange.hsds import ids
from app.resources.policies import AGREED, KEPT_BY_LIGHT_CARDS
from app.resources.vocabulary import Coverage, KindGroup, ResourceState

_OPEN_TRAITS: Final = SHOWN | {TAKING_PART, FEE_YEN}
_LIGHT_TRAITS: Final = frozenset({AGREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An entry in plain values. None is not known; `point` is (longitude, latitude) in degrees.

    `contact` is there only where it may be public. `areas` are the areas served: name, how far, and whether it
    is a town (else a district).
    """

    key: str
    municipality: str
    kind: str
    group: KindGroup
    name: str
    updated_at: datetime
    state: ResourceState = ResourceState.ACTIVE
    is_light: bool = False
    kana: str | None = None
    nickname: str | None = None
    operator: str | None = None
    corporate_number: str | None = None
    description: str | None = None
    remarks: str | None = None
    url: str | None = None
    address: str | None = None
    building: str | None = None
    town: str | None = None
    point: tuple[float, float] | None = None
    point_precision: PositionPrecision = PositionPrecision.UNKNOWN
    point_source: str | None = None
    served_area: str | None = None
    areas: tuple[tuple[str, Coverage, bool], ...] = ()
    nearest_stop: str | None = None
    pickup: str | None = None
    timetable: Timetable | None = None
    schedule: str | None = None
    schedule_note: str | None = None
    opens_minute: int | None = None
    closes_minute: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    audience: str | None = None
    gap_welcome: bool | None = None
    gap_seats: int | None = None
    gap_basis: str | None = None
    capacity: int | None = None
    capacity_note: str | None = None
    fee: str | None = None
    application: str | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    source: str | None = None
    confirmed_on: date | None = None
    listing_agreed_on: date | None = None

    @property
    def id(self) -> str:
        """The identifier of the service."""
        return ids.service_id(self.key)

    @property
    def organization_id(self) -> str | None:
        """The identifier of who runs it, None where that is not known."""
        if not self.operator:
            return None
        return ids.organization_id(self.operator, self.corporate_number, self.municipality)

    @property
    def has_place(self) -> bool:
        """Whether anything is known of where it is."""
        return any((self.address, self.building, self.town, self.point))


def as_shown(offer: Offer) -> Offer:
    """Return the offer with what its public card shows, and nothing else."""
    if not offer.is_light:
        traits = {item: text for item, text in offer.traits.items() if item in _OPEN_TRAITS and text}
        return replace(offer, traits=traits, listing_agreed_on=None)
    hidden: dict[str, Any] = dict.fromkeys(KEPT_BY_LIGHT_CARDS)
    traits = {item: text for item, text in offer.traits.items() if item in _LIGHT_TRAITS and text}
    return replace(offer, areas=(), traits=traits, **hidden)
