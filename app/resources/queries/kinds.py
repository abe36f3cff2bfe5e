"""The table of kinds, and the entries that have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Right, Scope
from app.resources.models import Resource, ResourceKind
from app.resources.queries.catalogue import list_kinds
from app.resources.vocabulary import KindGroup
from app.web.errors import Missing


def get_kind(session: Session, kind_id: int, *, scope: Scope) -> ResourceKind:
    """Return a kind; raise `Missing` when there is none, or when it is of refuges and not for these eyes."""
    kind = session.get(ResourceKind, kind_id)
    if kind is None or (
        kind.group is KindGroup.REFUGE and scope.system is None and Right.PLACE_IN_REFUGE not in scope.rights
    ):
        raise Missing
    return kind


def list_offered_kinds(session: Session, *, scope: Scope) -> list[ResourceKind]:
    """Return the kinds that can be chosen for an entry, in the order of the town: those that are not retired."""
    return [kind for kind in list_kinds(session, scope=scope) if not kind.is_retired]


def find_kind_of_label(session: Session, label: str, *, scope: Scope) -> ResourceKind | None:
    """Return the kind of this name, whoever may see it: a name can be given once."""
    return session.scalars(
        sa.select(ResourceKind).where(ResourceKind.label == label).execution_options(scope=scope)
    ).one_or_none()


def get_last_position(session: Session, *, scope: Scope) -> int:
    """Return the position of the last kind, 0 where there is none."""
    last = session.scalar(sa.select(sa.func.max(ResourceKind.position)).execution_options(scope=scope))
    return last or 0


def count_entries(session: Session, *, scope: Scope) -> dict[int, int]:
    """Return how many entries have each kind, those that are over among them."""
    rows = session.execute(
        sa.select(Resource.kind_id, sa.func.count()).group_by(Resource.kind_id).execution_options(scope=scope)
    )
    return {kind_id: total for kind_id, total in rows}  # noqa: C416  # rows are no pairs for the type checker


def list_entries_of_kind(session: Session, kind_id: int, *, scope: Scope) -> Sequence[Resource]:
    """Return all entries of a kind, for changing: nobody else can until the transaction ends."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.kind_id == kind_id)
        .order_by(Resource.id)
        .with_for_update(of=Resource)
        .execution_options(scope=scope)
    ).all()


def list_days_of_confirmation(session: Session, kind_id: int, *, scope: Scope) -> Sequence[date]:
    """Return the days on which entries that keep to their kind's interval were confirmed."""
    found = session.scalars(
        sa.select(Resource.confirmed_on)
        .where(
            Resource.kind_id == kind_id,
            Resource.check_interval_days.is_(None),
            Resource.is_light.is_(False),
            Resource.confirmed_on.is_not(None),
        )
        .distinct()
        .order_by(Resource.confirmed_on)
        .execution_options(scope=scope)
    )
    return [day for day in found if day is not None]
