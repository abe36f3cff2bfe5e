"""Where entries went that were put into others: into which one, and into which that one went since."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.models import Resource

MERGES_MOST: Final = 20
"""Entry merged into entry merged into entry: longer chains come about by no hand."""


def find_survivors(
    session: Session, resource_ids: Collection[int], *, with_refuges: bool, scope: Scope
) -> dict[int, int]:
    """Return by each of these entries the one that goes on in its place, which is itself where it was put into none.

    One statement for each step of the longest chain. A chain ends at what the scope does not reach, and without
    `with_refuges` at a secret place, whatever the scope: what stands behind one is not told by it.
    """
    ends = {key: key for key in resource_ids}
    asked = set(resource_ids)
    for _ in range(MERGES_MOST):
        if not asked:
            break
        into = {key: target for key, target in _list_steps(session, asked, with_refuges, scope) if target}
        ends = {key: into.get(end, end) for key, end in ends.items()}
        asked = set(into.values())
    return ends


def _list_steps(
    session: Session, resource_ids: Collection[int], with_refuges: bool, scope: Scope
) -> list[tuple[int, int | None]]:
    rows = session.execute(
        sa.select(Resource.id, Resource.merged_into_id)
        .where(
            is_one_of(Resource.id, resource_ids),
            Resource.merged_into_id.is_not(None),
            sa.true() if with_refuges else Resource.is_refuge.is_(False),
        )
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    return [(key, target) for key, target in rows]
