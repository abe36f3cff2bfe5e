"""Whom to ask at a place, and where it lies, for lists of places that a host could open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import select_town_districts
from app.resources.models import Host, Opening, Resource


@dataclass(frozen=True)
class PlaceArea:
    """In which town and district a place lies, None where it is not known."""

    town_id: int
    district_id: int | None
    district: str | None


def list_hosts_of(
    session: Session, opening_ids: Collection[int], *, scope: Scope
) -> dict[int, tuple[int, str]]:
    """Return key and name of the host behind each of these openings."""
    rows = session.execute(
        sa.select(Opening.id, Host.id, Host.name)
        .join(Host, Host.id == Opening.host_id)
        .where(Opening.id.in_(list(opening_ids)))
        .execution_options(scope=scope)
    )
    return {opening: (host, name) for opening, host, name in rows}


def list_place_areas(
    session: Session, resource_ids: Collection[int], *, scope: Scope
) -> dict[int, PlaceArea]:
    """Return where these places lie, those without a town left out; never a refuge."""
    districts = select_town_districts(scope=scope).subquery()
    rows = session.execute(
        sa.select(Resource.id, Resource.town_id, districts.c.district_id, districts.c.district)
        .outerjoin(districts, districts.c.town_id == Resource.town_id)
        .where(
            Resource.id.in_(list(resource_ids)),
            Resource.town_id.is_not(None),
            Resource.is_refuge.is_(False),
        )
        .execution_options(scope=scope)
    )
    return {key: PlaceArea(town, district, name) for key, town, district, name in rows}
