"""Reading the searches that somebody keeps, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import Resource
from app.resources.models.searches import SavedSearch
from app.resources.queries.criteria import Filter
from app.resources.queries.narrowing import Narrowed, list_narrowed
from app.web.errors import Missing


class Found(NamedTuple):
    """How many places a filter finds, and how many of them are new since its moment."""

    total: int
    new: int


def list_searches(session: Session, *, scope: Scope) -> Sequence[SavedSearch]:
    """Return what this account keeps, by name."""
    return session.scalars(
        sa.select(SavedSearch).order_by(SavedSearch.name, SavedSearch.id).execution_options(scope=scope)
    ).all()


def get_search(session: Session, search_id: int, *, scope: Scope) -> SavedSearch:
    """Return one of them; raise `Missing` for another one's."""
    found = session.scalars(
        sa.select(SavedSearch).where(SavedSearch.id == search_id).execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def count_answers(session: Session, wanted: Sequence[Filter], *, scope: Scope) -> list[Found]:
    """Count what each filter finds, all with the same few statements."""
    if not wanted:
        return []
    parts = [
        _counted(number, narrowed, scope)
        for number, narrowed in enumerate(list_narrowed(session, wanted, scope=scope))
    ]
    rows = session.execute(sa.union_all(*parts).execution_options(scope=scope))
    counted = {number: Found(total, new) for number, total, new in rows}
    return [counted[number] for number in range(len(wanted))]


def _counted(number: int, narrowed: Narrowed, scope: Scope) -> sa.Select[int, int, int]:
    new = sa.null() if narrowed.is_new is None else sa.case((narrowed.is_new, Resource.id))
    return (
        sa.select(sa.literal(number), sa.func.count(Resource.id), sa.func.count(new))
        .join(Resource.kind)
        .where(*narrowed.conditions)
        .execution_options(scope=scope)
    )
