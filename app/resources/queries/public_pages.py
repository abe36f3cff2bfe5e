"""What the residents' pages show: places for everybody, whoever asks. Never a refuge, nor a bed for the night."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.geo.points import Point
from app.resources.engine.open_days import Columns, read_timetable_text
from app.resources.engine.public_list import PublicPlace
from app.resources.engine.purposes import HIDDEN_GROUPS
from app.resources.engine.trait_fields import INTERESTS
from app.resources.models import Resource, ResourceKind
from app.resources.policies import KEPT_BY_LIGHT_CARDS
from app.resources.queries.catalogue import select_resources
from app.resources.queries.criteria import Filter, Order
from app.resources.queries.leaving import AGREED_TO_LEAVE, OPEN_TO_ALL
from app.resources.vocabulary import KindGroup
from app.web.errors import Missing

_QUIET: Final = "静けさ"
_KEPT: Final[Mapping[str, Any]] = dict.fromkeys(
    each.name for each in fields(PublicPlace) if each.name in KEPT_BY_LIGHT_CARDS
)


@dataclass(frozen=True, slots=True)
class Window:
    """Whom to call: a place of the catalogue without where it is."""

    name: str
    kana: str | None
    group: KindGroup
    contact: str
    place: PublicPlace


def list_public_places(session: Session, wanted: Filter, *, scope: Scope) -> list[PublicPlace]:
    """Return the places of a filter that anybody may find, in its order."""
    rows = session.execute(
        _select_columns(session, wanted, scope).where(ResourceKind.group.not_in(HIDDEN_GROUPS))
    )
    return [_place(row) for row in rows]


def list_places_on_paper(
    session: Session, towns: Collection[int], order: Order, *, scope: Scope
) -> list[PublicPlace]:
    """Return the places of towns for a paper that is handed on; it says of a light card what a file would."""
    rows = session.execute(
        _select_columns(session, Filter(order=order), scope).where(
            ResourceKind.group.not_in(HIDDEN_GROUPS), Resource.town_id.in_(sorted(towns)), AGREED_TO_LEAVE
        )
    )
    return [replace(place, **_KEPT) if place.is_light else place for place in map(_place, rows)]


def get_public_resource(session: Session, resource_id: int, *, scope: Scope) -> Resource:
    """Return one of these places; raise `Missing` for everything else."""
    found = session.scalars(
        select_resources(session, Filter(), scope=scope).where(
            Resource.id == resource_id, *OPEN_TO_ALL, ResourceKind.group.not_in(HIDDEN_GROUPS)
        )
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def list_windows(session: Session, *, scope: Scope) -> list[Window]:
    """Return the town's own windows and beds for emergencies whose telephone is for everybody, by name."""
    rows = session.execute(
        _select_columns(session, Filter(), scope).where(
            ResourceKind.group.in_((KindGroup.SUPPORT, KindGroup.SHELTER)),
            Resource.contact_is_public.is_(True),
            Resource.contact.is_not(None),
        )
    )
    places = [_place(row) for row in rows]
    return [
        Window(place.name, place.kana, place.group, place.contact, place)
        for place in places
        if place.contact and (place.group is KindGroup.SHELTER or "相談" in place.kind + place.name)
    ]


_COLUMNS: Final = (
    Resource.id,
    Resource.name,
    Resource.kana,
    Resource.nickname,
    ResourceKind.label,
    ResourceKind.group,
    Resource.is_light,
    Resource.description,
    Resource.audience,
    Resource.traits,
    Resource.town_id,
    Resource.address,
    Resource.building,
    sa.cast(Resource.timetable, sa.Text),
    Resource.weekday_mask,
    Resource.schedule,
    Resource.opens_minute,
    Resource.closes_minute,
    Resource.schedule_note,
    Resource.fee,
    sa.case((Resource.contact_is_public, Resource.contact), else_=None),
    Resource.operator,
    Resource.source,
    Resource.confirmed_on,
    Resource.point.ST_X(),
    Resource.point.ST_Y(),
    Resource.point_precision,
)


def _select_columns(session: Session, wanted: Filter, scope: Scope) -> sa.Select[Any]:
    return select_resources(session, wanted, scope=scope).where(*OPEN_TO_ALL).with_only_columns(*_COLUMNS)


def _place(row: Sequence[Any]) -> PublicPlace:
    (key, name, kana, nickname, kind, group, is_light, description, audience, traits, *rest) = row
    town, address, building, timetable, mask, schedule, opens, closes, *rest = rest
    note, fee, contact, operator, source, confirmed_on, lon, lat, precision = rest
    return PublicPlace(
        id=key,
        name=name,
        kana=kana,
        kind=kind,
        group=group,
        is_light=is_light,
        said=_said(name, nickname, description, audience, traits),
        town_id=town,
        address=address,
        building=building,
        timetable=read_timetable_text(timetable),
        columns=Columns(mask, schedule, opens, closes),
        schedule_note=note,
        fee=fee,
        contact=contact,
        operator=operator,
        source=source,
        confirmed_on=confirmed_on,
        point=None if lon is None else Point(lon=lon, lat=lat),
        precision=precision,
    )


def _said(
    name: str, nickname: str | None, description: str | None, audience: str | None, traits: Mapping[str, str]
) -> str:
    # Of a description only what stands where nobody has named the interests: stories name much that a place is not for.
    interests = traits.get(INTERESTS)
    quiet = traits.get(_QUIET)
    parts = (name, nickname, audience, interests or description, f"{_QUIET}:{quiet}" if quiet else None)
    return "\n".join(filter(None, parts))
