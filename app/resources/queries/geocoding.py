"""Finding the place of an address for somebody who writes an entry."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import find_gazetteers
from app.geo.geocoding import Geocoded
from app.resources.models import Resource
from app.resources.queries.hosts import find_municipality_code


def find_place_of_address(
    session: Session, address: str, *, municipality_code: str = "", scope: Scope
) -> Geocoded:
    """Return where an address lies by the lists of towns; without a municipality it is the town's own."""
    code = municipality_code or find_municipality_code(session, scope=scope)
    return find_gazetteers(session, scope=scope).geocode(code, address)


def list_resources_without_point(session: Session, *, scope: Scope) -> Sequence[Resource]:
    """Return the entries that have an address and no point, but for places of refuge."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.address.is_not(None), Resource.point.is_(None), Resource.is_refuge.is_(False))
        .order_by(Resource.id)
        .execution_options(scope=scope)
    ).all()
