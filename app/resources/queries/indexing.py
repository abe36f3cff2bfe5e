"""Going through the whole catalogue for what it is searched by."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.models import Resource


def list_resource_ids(session: Session, *, scope: Scope) -> Sequence[int]:
    """Return the keys of all entries that the scope reaches."""
    return session.scalars(sa.select(Resource.id).order_by(Resource.id).execution_options(scope=scope)).all()


def find_bare_place_id(session: Session, *, scope: Scope) -> int | None:
    """Return an entry that has no text to compare words with, as after its tables were brought up to date."""
    bare = sa.select(Resource.id).where(Resource.search_text == "").limit(1)
    return session.scalars(bare.execution_options(scope=scope)).first()


def list_places_to_index(session: Session, ids: Collection[int], *, scope: Scope) -> Sequence[Resource]:
    """Return these entries with their kinds."""
    return session.scalars(
        sa.select(Resource)
        .where(is_one_of(Resource.id, ids))
        .order_by(Resource.id)
        .execution_options(scope=scope)
    ).all()
