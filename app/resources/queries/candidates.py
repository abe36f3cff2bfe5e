"""The catalogue as the matcher takes it: columns of the whole town, with the seats that are free now.

Columns hold nothing of a person and no secret refuge, so one copy serves everybody who may see the catalogue of the
town; it is made again when a row of it has changed or a day has passed. Seats are counted anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.geo.points import Point, problem_of
from app.resources.engine import catalogue_rows as read
from app.resources.engine.candidates import Candidate, Hours
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.freshness import Freshness, rhythm_of_opening
from app.resources.engine.schedule import summary
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.trait_fields import INTERESTS
from app.resources.engine.traits import Cover, Purpose, Recognition, Scale, purposes_of, slot_number
from app.resources.models import Host, Opening, Resource, ResourceKind
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.resources.vocabulary import DayPart, KindGroup, Pay, ResourceState, SeatReason
from app.text.terms import document_terms
from app.web.errors import Missing

_BEDS_ARE_KNOWN_FOR: Final = timedelta(days=1)
"""A count of free beds is true for the night on which it was asked, hardly for the next."""

_LATEST: Final[WeakKeyDictionary[sa.Engine, tuple[tuple[Any, ...], CandidateColumns]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class PlaceCard:
    """What lists of matching show of a place beside the reasons."""

    resource_id: int
    name: str
    kind: str
    description: str | None
    schedule: str | None
    schedule_note: str | None
    opens_minute: int | None
    closes_minute: int | None
    address: str | None
    building: str | None
    nearest_stop: str | None
    fee: str | None
    application: str | None
    is_light: bool
    confirmed_on: date | None
    traits: Mapping[str, str]


def get_columns(session: Session, *, at: datetime, scope: Scope) -> CandidateColumns:
    """Return the columns of the town's catalogue as it stands, refuges left out whatever rights the scope has.

    Raises `Missing` for a resident or a guest of a link: they see another catalogue than this one.
    """
    if scope.account_id is None and scope.system is None:
        raise Missing
    slots = list_free_slots(session, at=at, scope=scope)
    key = _version(session, at.date(), slots, scope)
    engine = session.get_bind().engine
    known = _LATEST.get(engine)
    if known is None or known[0] != key:
        # Two threads may both make them; they make the same, and the later assignment wins.
        known = key, CandidateColumns.from_candidates(_candidates(session, slots, at.date(), scope))
        _LATEST[engine] = known
    return known[1]


def list_place_cards(session: Session, resource_ids: Iterable[int], *, scope: Scope) -> dict[int, PlaceCard]:
    """Return what is shown of these places, by id; one statement, however many. Never a refuge."""
    rows = session.execute(
        sa.select(
            Resource.id,
            Resource.name,
            ResourceKind.label,
            Resource.description,
            Resource.schedule,
            Resource.schedule_note,
            Resource.opens_minute,
            Resource.closes_minute,
            Resource.address,
            Resource.building,
            Resource.nearest_stop,
            Resource.fee,
            Resource.application,
            Resource.is_light,
            Resource.confirmed_on,
            Resource.traits,
        )
        .join(Resource.kind)
        .where(Resource.id.in_(list(resource_ids)), Resource.is_refuge.is_(False))
        .execution_options(scope=scope)
    )
    values: Iterable[tuple[Any, ...]] = map(tuple, rows)
    return {row[0]: PlaceCard(*row) for row in values}


def list_tasks(session: Session, opening_ids: Iterable[int], *, scope: Scope) -> dict[int, str]:
    """Return what is done in these openings, by id."""
    return dict(
        session.execute(
            sa.select(Opening.id, Opening.task)
            .where(Opening.id.in_(list(opening_ids)))
            .execution_options(scope=scope)
        ).all()
    )


def _version(session: Session, day: date, slots: Sequence[FreeSlot], scope: Scope) -> tuple[Any, ...]:
    """Say by a few values whether anything in the catalogue differs: each change moves a version or a count."""

    def of(row: type[Resource] | type[Opening], *conditions: sa.ColumnElement[bool]) -> list[Any]:
        values = (sa.func.count(row.id), sa.func.sum(row.version), sa.func.max(row.id))
        return [sa.select(value).where(*conditions).scalar_subquery() for value in values]

    # Refuges are left out here as well, so that all scopes come to the same version.
    seen = Resource.is_refuge.is_(False)
    changed = sa.select(sa.func.max(Resource.updated_at)).where(seen).scalar_subquery()
    counts = session.execute(
        sa.select(*of(Resource, seen), changed, *of(Opening)).execution_options(scope=scope)
    ).one()
    hosts = session.execute(
        sa.select(Host.id, Host.is_active, Host.keeper_id, Host.recognition)
        .order_by(Host.id)
        .execution_options(scope=scope)
    )
    kinds = session.execute(
        sa.select(ResourceKind.id, ResourceKind.group, ResourceKind.check_interval_days)
        .order_by(ResourceKind.id)
        .execution_options(scope=scope)
    )
    return day, tuple(counts), tuple(map(tuple, hosts)), tuple(map(tuple, kinds)), tuple(slots)


def _candidates(session: Session, slots: Sequence[FreeSlot], day: date, scope: Scope) -> Sequence[Candidate]:
    openings: dict[int, list[Opening]] = {}
    for opening in session.scalars(
        sa.select(Opening)
        .where(sa.or_(Opening.ended_on.is_(None), Opening.ended_on > day))
        .order_by(Opening.id)
        .execution_options(scope=scope, populate_existing=True)
    ):
        openings.setdefault(opening.resource_id, []).append(opening)
    seats: dict[int, dict[tuple[int, DayPart], int]] = {}
    hours: dict[int, dict[int, Hours]] = {}
    for slot in slots:
        # A slot that was taken out is kept for who has a seat there; to others it is none.
        if slot.answer.why is not SeatReason.NO_SEATS:
            seats.setdefault(slot.opening_id, {})[slot.weekday, slot.part] = slot.free
            said = slot.begins_minute, slot.ends_minute
            hours.setdefault(slot.opening_id, {})[slot_number(slot.weekday, slot.part)] = said
    rows = session.execute(
        sa.select(Resource, Resource.point.ST_X(), Resource.point.ST_Y())
        .where(Resource.is_refuge.is_(False), Resource.state != ResourceState.ENDED)
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    found: list[Candidate] = []
    for resource, lon, lat in rows:
        group = resource.kind.group
        if group is KindGroup.REFUGE:
            continue
        place = _place(resource, group, lon, lat, day)
        if not resource.is_light and group not in read.PLACED and place.taking_part is None:
            continue
        own = openings.get(resource.id)
        if own is None:
            found.append(place)
            continue
        # A place whose openings have all left is not taken for one that needs none.
        found += [
            _opening(place, opening, seats.get(opening.id, {}), hours.get(opening.id, {}), day)
            for opening in own
            if not _has_left(opening, resource, day)
        ]
    return found


def _has_left(opening: Opening, resource: Resource, day: date) -> bool:
    """Whether its confirmation is too old for it to be proposed; an informal gathering never goes for that."""
    rhythm = rhythm_of_opening(
        opening.confirmed_on,
        place_interval=resource.check_interval_days,
        kind_interval=resource.kind.check_interval_days,
    )
    return not resource.is_light and rhythm.on(day) is Freshness.STALE


def _place(
    resource: Resource, group: KindGroup, lon: float | None, lat: float | None, day: date
) -> Candidate:
    """A resource as a candidate of its own."""
    traits = resource.traits
    kinds = read.taking_part_of(traits)
    served, unserved = purposes_of(kinds, {})
    low, high = read.ages_of(resource.age_from, resource.age_to, resource.gap_welcome)
    opens, closes = resource.opens_minute, resource.closes_minute
    is_work = group is KindGroup.WORK
    is_training = "就労訓練" in resource.kind.label
    people = read.number_of(traits.get("人数"))
    texts = (resource.description, traits.get(INTERESTS))
    return Candidate(
        resource_id=resource.id,
        group=group,
        is_light=resource.is_light,
        is_paused=resource.state is ResourceState.PAUSED,
        exclusion_ids=frozenset({f"resource:{resource.id}"}),
        search_terms=_terms(resource, texts) if any(texts) else "",
        confirmed_days=_days_since(resource.confirmed_on, day),
        taking_part=kinds,
        purposes_served=served,
        purposes_unserved=unserved,
        point=_point(lon, lat),
        precision=resource.point_precision,
        slots=read.slots_of(resource.weekday_mask, opens, closes),
        session_minutes=read.session_minutes_of(opens, closes),
        weeks_per_month=read.weeks_of(resource.schedule),
        slot_hours=_hours(resource, day),
        free_seats=_free_beds(resource, group, day),
        age_from=low,
        age_to=high,
        gap_welcome=resource.gap_welcome,
        fee_yen=read.fee_of(traits, resource.fee, group),
        access=read.access_of(traits),
        features=read.features_of(traits, resource.pickup),
        languages=read.languages_of(traits),
        levels=read.levels_of(traits),
        people=people,
        cover=Cover.UNKNOWN if is_work else Cover.NOT_NEEDED,
        recognition=Recognition.UNKNOWN if is_training else Recognition.NOT_NEEDED,
    )


def _opening(
    place: Candidate,
    opening: Opening,
    free: Mapping[tuple[int, DayPart], int],
    hours: Mapping[int, Hours],
    day: date,
) -> Candidate:
    """One opening: what the host said of the task stands before what the catalogue says of the place."""
    pays = opening.pay in (Pay.ALLOWANCE, Pay.WAGE)
    said: dict[Purpose, bool] = {} if opening.pay is None else {Purpose.INCOME: pays}
    served, unserved = purposes_of(place.taking_part, said)
    loads = {
        Scale.INTERACTION: opening.people_load,
        Scale.LOAD: opening.body_load,
        Scale.PACE: opening.pace_load,
    }
    host = opening.host
    keeper = {f"account:{host.keeper_id}"} if host.keeper_id else set[str]()
    paused = opening.paused_until is not None and opening.paused_until > day
    own_terms = document_terms(" ".join(filter(None, (opening.task, opening.interests))))
    is_work = place.group is KindGroup.WORK or opening.training is not None or pays
    recognised = Recognition.RECOGNISED if host.recognition else Recognition.UNKNOWN
    is_paused = place.is_paused or paused or not host.is_active
    return replace(
        place,
        opening_id=opening.id,
        is_paused=is_paused,
        exclusion_ids=place.exclusion_ids | {f"host:{host.id}"} | keeper,
        search_terms=f"{place.search_terms} {own_terms}".strip(),
        confirmed_days=_days_since(opening.confirmed_on, day),
        purposes_served=served,
        purposes_unserved=unserved,
        slots=read.free_slots_of(free) if free else None,
        shortest_stay_minutes=opening.shortest_minutes,
        slot_hours={slot: _or_of_place(said, place.slot_hours.get(slot)) for slot, said in hours.items()},
        # What rests is not full: nobody is asked about its seats until it comes back.
        free_seats=max(free.values()) if free and not is_paused else None,
        levels={**place.levels, **{scale: load for scale, load in loads.items() if load is not None}},
        # A host's task has no price: what is paid there goes to the person.
        fee_yen=place.fee_yen if opening.pay is None else 0.0,
        cover=_cover(opening, day) if is_work else Cover.NOT_NEEDED,
        recognition=recognised if opening.training is not None else Recognition.NOT_NEEDED,
    )


def _hours(resource: Resource, day: date) -> dict[int, Hours]:
    """The hours of each slot: by the meetings where they differ, else by the columns, which cost no reading."""
    meetings = (resource.timetable or {}).get("meetings", ())
    if len({(meeting["opens"], meeting["closes"]) for meeting in meetings}) > 1:
        timetable = timetable_of(resource.timetable)
        return summary.hours_of(timetable, day) if timetable else {}
    return read.hours_by_slot(resource.weekday_mask, resource.opens_minute, resource.closes_minute)


def _or_of_place(said: Hours, place: Hours | None) -> Hours:
    """What the host said of a slot, and where it said nothing the hours of the place."""
    begins, ends = place or (None, None)
    return (begins if said[0] is None else said[0], ends if said[1] is None else said[1])


def _cover(opening: Opening, day: date) -> Cover:
    """Both insurances, whose they are and until when: what is missing of it is missing, a blank was not asked."""
    if not opening.insurance:
        return Cover.UNKNOWN
    whole = "傷害" in opening.insurance and "賠償" in opening.insurance and opening.insurance_holder
    if not whole or opening.insured_from is None or opening.insured_to is None:
        return Cover.MISSING
    return Cover.VALID if opening.insured_from <= day <= opening.insured_to else Cover.MISSING


def _free_beds(resource: Resource, group: KindGroup, day: date) -> int | None:
    days = _days_since(resource.confirmed_on, day)
    if group is not KindGroup.SHELTER or days is None or days > _BEDS_ARE_KNOWN_FOR.days:
        return None
    return read.number_of(resource.traits.get("空床数"))


def _terms(resource: Resource, texts: Iterable[str | None]) -> str:
    said = " ".join(filter(None, (resource.name, *texts)))
    return f"{resource.search_terms} {document_terms(said)}"


def _days_since(confirmed: date | None, day: date) -> int | None:
    return None if confirmed is None else max((day - confirmed).days, 0)


def _point(lon: float | None, lat: float | None) -> Point | None:
    if lon is None or lat is None or problem_of(lon, lat) is not None:
        return None
    return Point(lon=lon, lat=lat)
