"""The entries that somebody has picked, asked anew each time: what a page says about them is not believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.models import Opening, Resource
from app.resources.queries.catalogue import select_resources
from app.resources.queries.criteria import Filter


@dataclass(frozen=True)
class Selection:
    """Either entries by their keys, or all that a filter finds."""

    ids: tuple[int, ...] = ()
    wanted: Filter | None = None


def list_selected(
    session: Session, selection: Selection, *, scope: Scope, for_changing: bool = False
) -> Sequence[Resource]:
    """Return the picked entries that this scope reaches, by their keys; others are as if they were not picked.

    `for_changing` nobody else can change them until the transaction ends.
    """
    statement = _select(session, selection, scope)
    if for_changing:
        statement = statement.with_for_update(of=Resource)
    return session.scalars(statement.order_by(Resource.id).options(contains_eager(Resource.kind))).all()


def list_selected_ids(session: Session, selection: Selection, *, scope: Scope) -> Sequence[int]:
    """Return the keys of the same entries, in order."""
    statement = _select(session, selection, scope)
    return session.scalars(statement.with_only_columns(Resource.id).order_by(Resource.id)).all()


def _select(session: Session, selection: Selection, scope: Scope) -> sa.Select[Resource]:
    if selection.wanted is not None:
        return select_resources(session, selection.wanted, scope=scope).order_by(None)
    return (
        sa.select(Resource)
        .join(Resource.kind)
        .where(is_one_of(Resource.id, selection.ids))
        .execution_options(scope=scope)
    )


def find_places_with_openings(session: Session, *, scope: Scope) -> set[int]:
    """Return the keys of the places at which an opening goes on."""
    return set(
        session.scalars(
            sa.select(Opening.resource_id)
            .where(Opening.ended_on.is_(None))
            .distinct()
            .execution_options(scope=scope)
        )
    )
