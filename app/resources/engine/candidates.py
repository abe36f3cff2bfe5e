"""One place as the matcher sees it, before it becomes a row of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.resources.engine.traits import (
    ALL_SLOTS,
    SLOT_COUNT,
    AccessItem,
    Cover,
    Feature,
    Language,
    Purpose,
    Recognition,
    Scale,
    TakingPart,
)
from app.resources.vocabulary import KindGroup

NO_OPENING = -1

Hours = tuple[int | None, int | None]
"""When one may come and when it ends, in minutes since midnight; None where it is not known."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A resource, or one opening of a host's resource.

    None, and a key that is absent from a mapping, mean 不明. Whoever fills a candidate decides what a blank of the
    source says: 「65歳以上」 has an open upper end (`AGE_UNLIMITED`), a blank that nobody asked about is None.

    `free_seats` is what the one definition of capacity says is free. `weeks_per_month` counts the weeks of a month in
    which it takes place (every week is 4.345). `slot_hours` has the hours of a slot by its number (0 to 20, its bit in
    `slots`); of a slot that is not in it they are not known. `exclusion_ids` names the place, its host and whoever
    works there, in the same opaque form as the profile's list of whom the person must not meet.
    """

    resource_id: int
    opening_id: int = NO_OPENING
    group: KindGroup = KindGroup.TAKING_PART
    is_light: bool = False
    is_paused: bool = False
    is_refuge: bool = False
    exclusion_ids: frozenset[str] = frozenset()
    search_terms: str = ""
    confirmed_days: int | None = None

    taking_part: frozenset[TakingPart] | None = None
    purposes_served: frozenset[Purpose] = frozenset()
    purposes_unserved: frozenset[Purpose] = frozenset()

    point: Point | None = None
    precision: PositionPrecision = PositionPrecision.UNKNOWN

    slots: int | None = None
    session_minutes: int | None = None
    weeks_per_month: float | None = None
    shortest_stay_minutes: int | None = None
    slot_hours: Mapping[int, Hours] = field(default_factory=dict)

    free_seats: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    gap_welcome: bool | None = None
    fee_yen: float | None = None

    access: Mapping[AccessItem, bool] = field(default_factory=dict)
    features: Mapping[Feature, bool] = field(default_factory=dict)
    languages: Mapping[Language, bool] = field(default_factory=dict)
    levels: Mapping[Scale, int] = field(default_factory=dict)
    people: int | None = None

    cover: Cover = Cover.UNKNOWN
    recognition: Recognition = Recognition.UNKNOWN

    def __post_init__(self) -> None:
        if self.slots is not None and not 0 <= self.slots <= ALL_SLOTS:
            raise ValueError(f"slots has bits outside of a week: {self.slots:#x}")
        if any(level not in (1, 2, 3) for level in self.levels.values()):
            raise ValueError(f"levels of the environment are 1, 2 or 3, not {dict(self.levels)}")
        if self.purposes_served & self.purposes_unserved:
            raise ValueError("a purpose cannot be both served and not served")
        if any(not 0 <= slot < SLOT_COUNT for slot in self.slot_hours):
            raise ValueError(f"slots of hours are 0 to {SLOT_COUNT - 1}, not {sorted(self.slot_hours)}")
        for name in (
            "session_minutes",
            "shortest_stay_minutes",
            "free_seats",
            "age_from",
            "age_to",
            "people",
        ):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} cannot be negative; not known is None")
