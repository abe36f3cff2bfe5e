"""Reading the catalogue. Every page, map and paper starts from `select_resources`, so they show the same set."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.accounts.vocabulary import Right, Scope
from app.db.search import has_terms
from app.db.sets import is_one_of
from app.db.spatial.constructs import box_around, metres_between, within_box
from app.resources.engine.distances import FARTHER, LIMITS_M, NO_PLACE
from app.resources.engine.map_features import Place
from app.resources.engine.open_days import verdict_of_text
from app.resources.engine.schedule.expansion import OpenVerdict
from app.resources.models import Resource, ResourceKind
from app.resources.queries.criteria import CardForm, Filter, Order, Origin
from app.resources.queries.fieldwork import select_own_towns
from app.resources.queries.seats import find_resources_with_free_seats
from app.resources.vocabulary import KindGroup, ResourceState
from app.text.terms import query_terms, searchable
from app.web.errors import Missing

_SRID = 4326

# Every text that free words may stand in: what the index was made from is among them.
_TEXTS = (
    Resource.name,
    Resource.kana,
    Resource.nickname,
    Resource.operator,
    Resource.legal_basis,
    Resource.description,
    Resource.remarks,
    Resource.address,
    Resource.building,
    Resource.served_area,
    Resource.nearest_stop,
    Resource.schedule,
    Resource.schedule_note,
    Resource.audience,
    Resource.fee,
    Resource.application,
    Resource.contact,
    ResourceKind.label,
)


@dataclass(frozen=True)
class Entry:
    """A resource of an answer, and how far it is from where the filter measures; None when that is not known."""

    resource: Resource
    metres: float | None


@dataclass(frozen=True)
class KindCount:
    """How many resources of a kind an answer holds, and how many of them can stand on a map.

    `unsure` of them may be closed on the day that the filter names.
    """

    kind: ResourceKind
    total: int
    pinned: int
    unsure: int


@dataclass(frozen=True)
class _Narrowed:
    """The conditions of a filter, and what comes before its order."""

    conditions: list[sa.ColumnElement[bool]]
    # None without a day in the filter; what is surely open on it otherwise.
    is_open: sa.ColumnElement[bool] | None

    @property
    def open_first(self) -> list[Any]:
        return [] if self.is_open is None else [sa.case((self.is_open, 0), else_=1)]


def select_resources(session: Session, wanted: Filter, *, scope: Scope) -> sa.Select[Resource]:
    """Build the set that a filter names, in its order.

    Words of three characters or more are compared with the texts first, which takes one statement: the index finds
    rows that hold all pairs of neighbours, but not always in the order of the word. A day takes one statement as well:
    whether a place is open on it follows from its timetable, which no database reads.
    """
    narrowed = _narrowed(session, wanted, scope)
    return (
        sa.select(Resource)
        .join(Resource.kind)
        .where(*narrowed.conditions)
        .order_by(*narrowed.open_first, *_order(wanted), Resource.id)
        .execution_options(scope=scope)
    )


def list_entries(
    session: Session, wanted: Filter, *, scope: Scope, first: int = 0, most: int | None = None
) -> list[Entry]:
    """Return resources with their distances, all of them or `most` from number `first` on."""
    distance = _distance(wanted.origin) if wanted.origin else sa.null()
    rows = session.execute(
        select_resources(session, wanted, scope=scope)
        .add_columns(distance)
        .options(contains_eager(Resource.kind))
        .offset(first or None)
        .limit(most)
    )
    return [Entry(resource, metres) for resource, metres in rows]


def list_places(session: Session, wanted: Filter, *, scope: Scope) -> list[Place]:
    """Return what a map shows of a filter: everything with a point, never a refuge."""
    rows = session.execute(
        select_resources(session, wanted, scope=scope)
        .with_only_columns(
            Resource.id,
            Resource.name,
            ResourceKind.label,
            ResourceKind.group,
            Resource.point.ST_X(),
            Resource.point.ST_Y(),
            Resource.point_precision,
        )
        .where(_can_be_shown())
    )
    return [Place(*row) for row in rows]


def find_place(session: Session, resource_id: int, *, scope: Scope) -> Place | None:
    """Return one resource as a map shows it; None when it has no point that may be shown."""
    row = session.execute(
        sa.select(
            Resource.id,
            Resource.name,
            ResourceKind.label,
            ResourceKind.group,
            Resource.point.ST_X(),
            Resource.point.ST_Y(),
            Resource.point_precision,
        )
        .join(Resource.kind)
        .where(Resource.id == resource_id, _can_be_shown())
        .execution_options(scope=scope)
    ).one_or_none()
    return Place(*row) if row else None


def count_by_kind(session: Session, wanted: Filter, *, scope: Scope) -> list[KindCount]:
    """Count the answer by kind as it would be without the filter's choice of kinds; kinds without one are left out."""
    narrowed = _narrowed(session, replace(wanted, kinds=frozenset()), scope)
    pinned = sa.func.count(sa.case((_can_be_shown(), Resource.id)))
    sure = sa.func.count(
        Resource.id if narrowed.is_open is None else sa.case((narrowed.is_open, Resource.id))
    )
    counted = (
        sa.select(
            Resource.kind_id,
            sa.func.count(Resource.id).label("total"),
            pinned.label("pinned"),
            sure.label("sure"),
        )
        .join(Resource.kind)
        .where(*narrowed.conditions)
        .group_by(Resource.kind_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(ResourceKind, counted.c.total, counted.c.pinned, counted.c.total - counted.c.sure)
        .join(counted, counted.c.kind_id == ResourceKind.id)
        .order_by(ResourceKind.position, ResourceKind.id)
        .execution_options(scope=scope)
    )
    return [KindCount(*row) for row in rows]


def list_kinds(session: Session, *, scope: Scope) -> Sequence[ResourceKind]:
    """Return the kinds in the order of the town; that there are refuges is for the right's holders alone."""
    statement = sa.select(ResourceKind).order_by(ResourceKind.position, ResourceKind.id)
    if scope.system is None and Right.PLACE_IN_REFUGE not in scope.rights:
        statement = statement.where(ResourceKind.group != KindGroup.REFUGE)
    return session.scalars(statement).all()


def get_resource(session: Session, resource_id: int, *, scope: Scope) -> Resource:
    """Return one resource; raise `Missing` when there is none for this scope."""
    found = session.scalars(
        sa.select(Resource).where(Resource.id == resource_id).execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def list_names(session: Session, resource_ids: Collection[int], *, scope: Scope) -> dict[int, str]:
    """Return the names of these resources, by id. A secret refuge has none for whoever lacks the right."""
    return dict(
        session.execute(
            sa.select(Resource.id, Resource.name)
            .where(Resource.id.in_(resource_ids))
            .execution_options(scope=scope)
        ).all()
    )


def _narrowed(session: Session, wanted: Filter, scope: Scope) -> _Narrowed:
    conditions = [*_plain_conditions(wanted), *_place_conditions(wanted)]
    if wanted.areas_of is not None:
        own = select_own_towns(wanted.areas_of, scope=scope)
        conditions += [Resource.is_refuge.is_(False), Resource.town_id.in_(own)]
    if wanted.words:
        conditions.append(has_terms(Resource.search_terms, Resource.id, query_terms(wanted.words)))
        conditions.extend(_literal_words(session, wanted.words, conditions, scope))
    if wanted.seats_at is not None:
        day, day_only = wanted.open_on or wanted.seats_at.date(), wanted.open_on is not None
        free = find_resources_with_free_seats(
            session, on=day, now=wanted.seats_at, day_only=day_only, scope=scope
        )
        conditions.append(is_one_of(Resource.id, free))
    if wanted.open_on is None:
        return _Narrowed(conditions, None)
    certain, unsure = _open_on(session, wanted.open_on, conditions, scope)
    return _Narrowed([*conditions, is_one_of(Resource.id, certain + unsure)], is_one_of(Resource.id, certain))


def _open_on(
    session: Session, day: date, conditions: Sequence[sa.ColumnElement[bool]], scope: Scope
) -> tuple[list[int], list[int]]:
    """Return the keys of what is open on a day, and of what may be. What is paused or has ended is neither."""
    rows = session.execute(
        # The text and not the document: equal texts have been read before. Without one nobody has said enough for 否.
        sa.select(Resource.id, sa.cast(Resource.timetable, sa.Text))
        .join(Resource.kind)
        .where(*conditions, Resource.state == ResourceState.ACTIVE)
        .execution_options(scope=scope)
    )
    certain: list[int] = []
    unsure: list[int] = []
    for key, text in rows:
        verdict = verdict_of_text(text, day)
        if verdict is not OpenVerdict.NO:
            (certain if verdict is OpenVerdict.YES else unsure).append(key)
    return certain, unsure


def _plain_conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.kinds:
        yield Resource.kind_id.in_(sorted(wanted.kinds))
    if wanted.weekdays:
        yield Resource.weekday_mask.bitwise_and(wanted.weekdays) != 0
    if wanted.gap_welcome:
        yield Resource.gap_welcome.is_(True)
    if wanted.card is not None:
        yield Resource.is_light.is_(wanted.card is CardForm.LIGHT)
    if not wanted.with_ended:
        yield Resource.state != ResourceState.ENDED


def _place_conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.origin is None or wanted.radius_m is None:
        return
    point = wanted.origin.point
    yield Resource.is_refuge.is_(False)
    yield within_box(Resource.point, Resource.id, box_around(point.lon, point.lat, wanted.radius_m))
    yield _distance(wanted.origin) <= wanted.radius_m


def _literal_words(
    session: Session, words: str, conditions: Sequence[sa.ColumnElement[bool]], scope: Scope
) -> Iterator[sa.ColumnElement[bool]]:
    # One or two characters stand in the index as they are; only longer words can be found without being there.
    runs = [run for run in re.findall(r"[^\W_]+", searchable(words)) if len(run) > 2]
    if not runs:
        return
    candidates = session.execute(
        sa.select(Resource.id, Resource.traits, *_TEXTS)
        .join(Resource.kind)
        .where(*conditions)
        .execution_options(scope=scope)
    )
    exact = []
    for key, traits, *texts in candidates:
        said = searchable("\n".join([*filter(None, texts), *traits, *traits.values()]))
        if all(run in said for run in runs):
            exact.append(key)
    yield Resource.id.in_(exact)


def _order(wanted: Filter) -> list[Any]:
    name = sa.func.coalesce(Resource.kana, Resource.name)
    match wanted.order:
        case Order.NEAR if wanted.origin is not None:
            return [_class_of(wanted.origin), name]
        case Order.KIND:
            return [ResourceKind.position, ResourceKind.id, name]
        case Order.KIND_DOWN:
            return [ResourceKind.position.desc(), ResourceKind.id.desc(), name]
        case Order.CONFIRMED:
            # Who was never confirmed is the first to be asked.
            return [Resource.confirmed_on.asc().nulls_first(), name]
        case Order.CONFIRMED_DOWN:
            return [Resource.confirmed_on.desc().nulls_last(), name]
        case Order.NAME_DOWN:
            return [name.desc()]
        case _:
            return [name]


def _class_of(origin: Origin) -> sa.ColumnElement[int]:
    """The class of the distance: what is known to the town only must not be ranked by metres."""
    metres = _distance(origin)
    return sa.case(
        (metres.is_(None), NO_PLACE),
        *((metres <= limit, number) for number, limit in enumerate(LIMITS_M)),
        else_=FARTHER,
    )


def _distance(origin: Origin) -> sa.ColumnElement[float]:
    """Metres to a resource; none for a refuge, since distances from three towns give its place away."""
    point = sa.func.ST_GeomFromText(f"POINT({origin.point.lon!r} {origin.point.lat!r})", _SRID)
    return sa.case((Resource.is_refuge.is_(False), metres_between(Resource.point, point)), else_=sa.null())


def _can_be_shown() -> sa.ColumnElement[bool]:
    return sa.and_(Resource.point.is_not(None), Resource.is_refuge.is_(False))
