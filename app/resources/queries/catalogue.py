"""Reading the catalogue. Every page, map and paper starts from `select_resources`, so they show the same set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.accounts.vocabulary import Right, Scope
from app.resources.engine.distances import FARTHER, LIMITS_M, NO_PLACE
from app.resources.engine.map_features import Place
from app.resources.models import Resource, ResourceKind
from app.resources.models.distances import metres_from
from app.resources.queries.criteria import Filter, Order, Origin
from app.resources.queries.narrowing import Narrowed, find_narrowed
from app.resources.vocabulary import KindGroup
from app.web.errors import Missing


@dataclass(frozen=True)
class Entry:
    """A resource of an answer, and how far it is from where the filter measures; None when that is not known.

    `is_sure` it has all that the filter wishes, else some of it is not known; `is_new` since the filter's moment.
    """

    resource: Resource
    metres: float | None
    is_sure: bool = True
    is_new: bool = False


@dataclass(frozen=True)
class KindCount:
    """How many resources of a kind an answer holds, and how many of them can stand on a map.

    Of `unsure` of them it is not known whether they have all that the filter wishes, or are open on its day.
    """

    kind: ResourceKind
    total: int
    pinned: int
    unsure: int
    new: int = 0


def select_resources(session: Session, wanted: Filter, *, scope: Scope) -> sa.Select[Resource]:
    """Build the set that a filter names, in its order.

    See `find_narrowed` for the statements that are asked before.
    """
    return _select(find_narrowed(session, wanted, scope=scope), wanted, scope)


def _select(narrowed: Narrowed, wanted: Filter, scope: Scope) -> sa.Select[Resource]:
    return (
        sa.select(Resource)
        .join(Resource.kind)
        .where(*narrowed.conditions)
        .order_by(*narrowed.sure_first, *_order(wanted), Resource.id)
        .execution_options(scope=scope)
    )


def list_entries(
    session: Session, wanted: Filter, *, scope: Scope, first: int = 0, most: int | None = None
) -> list[Entry]:
    """Return resources with their distances, all of them or `most` from number `first` on."""
    distance = metres_from(wanted.origin.point) if wanted.origin else sa.null()
    narrowed = find_narrowed(session, wanted, scope=scope)
    rows = session.execute(
        _select(narrowed, wanted, scope)
        .add_columns(
            distance,
            sa.true() if narrowed.is_sure is None else narrowed.is_sure,
            sa.false() if narrowed.is_new is None else narrowed.is_new,
        )
        .options(contains_eager(Resource.kind))
        .offset(first or None)
        .limit(most)
    )
    return [Entry(resource, metres, bool(sure), bool(new)) for resource, metres, sure, new in rows]


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
    wanted = replace(wanted, kinds=frozenset())
    narrowed = find_narrowed(session, wanted, scope=scope, in_passing=wanted.asks_words_at_most)
    pinned = sa.func.count(sa.case((_can_be_shown(), Resource.id)))
    sure = _count_of(narrowed.is_sure, otherwise=Resource.id)
    new = _count_of(narrowed.is_new, otherwise=sa.null())
    counted = (
        sa.select(
            Resource.kind_id,
            sa.func.count(Resource.id).label("total"),
            pinned.label("pinned"),
            sure.label("sure"),
            new.label("new"),
        )
        .where(*narrowed.conditions)
        .group_by(Resource.kind_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            ResourceKind, counted.c.total, counted.c.pinned, counted.c.total - counted.c.sure, counted.c.new
        )
        .join(counted, counted.c.kind_id == ResourceKind.id)
        .order_by(ResourceKind.position, ResourceKind.id)
        .execution_options(scope=scope)
    )
    return [KindCount(*row) for row in rows]


def _count_of(condition: sa.ColumnElement[bool] | None, *, otherwise: Any) -> sa.ColumnElement[int]:
    return sa.func.count(otherwise if condition is None else sa.case((condition, Resource.id)))


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
    metres = metres_from(origin.point)
    return sa.case(
        (metres.is_(None), NO_PLACE),
        *((metres <= limit, number) for number, limit in enumerate(LIMITS_M)),
        else_=FARTHER,
    )


def _can_be_shown() -> sa.ColumnElement[bool]:
    return sa.and_(Resource.point.is_not(None), Resource.is_refuge.is_(False))
