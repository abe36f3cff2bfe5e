"""How far an entry is from a point, as a column of a statement."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.db.spatial.constructs import metres_between
from app.geo.points import Point
from app.resources.models.catalogue import Resource

_SRID: Final = 4326


def metres_from(point: Point) -> sa.ColumnElement[float]:
    """Metres to an entry; none for a refuge, since distances from three towns give its place away."""
    here = sa.func.ST_GeomFromText(f"POINT({point.lon!r} {point.lat!r})", _SRID)
    return sa.case((Resource.is_refuge.is_(False), metres_between(Resource.point, here)), else_=sa.null())
