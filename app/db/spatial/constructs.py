"""Expressions that both databases answer alike: distance in metres, and "inside this box" by the spatial index."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType

from app.db.spatial.index import index_name

METRES_PER_DEGREE_OF_LATITUDE = 110_574.0
METRES_PER_DEGREE_OF_LONGITUDE = 111_320.0
"""At the equator on WGS 84; towards the poles times the cosine of the latitude."""

# The R*Tree keeps 32-bit floats, so a box is taken one percent larger and the distance checked exactly afterwards.
_MARGIN = 1.01


def metres_between(one: Any, other: Any) -> sa.Function[float]:
    """Return the great-circle distance of two point expressions in metres (PostGIS: ST_DistanceSphere)."""
    return sa.func.ST_DistanceSphere(one, other, type_=sa.Float())


def box_around(lon: float, lat: float, radius_m: float) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in degrees of a box that holds the circle of `radius_m` metres."""
    high = radius_m / METRES_PER_DEGREE_OF_LATITUDE * _MARGIN
    wide = radius_m / (METRES_PER_DEGREE_OF_LONGITUDE * math.cos(math.radians(lat))) * _MARGIN
    return lon - wide, lat - high, lon + wide, lat + high


def within_box(
    column: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[int],
    box: tuple[float, float, float, float],
) -> sa.ColumnElement[bool]:
    """Return the condition that the geometry's bounding box meets `box`, answered by the spatial index."""
    return _InBox(column, key, *(sa.literal(edge, sa.Float()) for edge in box))


class _InBox(GenericFunction[bool]):
    """Arguments: geometry column, key column, west, south, east, north."""

    type = sa.Boolean()
    name = "tsunagi_in_box"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """Stand in a WHERE as it is: SQLAlchemy would write `… = 1` behind it on SQLite, which reads the whole table."""
        return self


@compiles(_InBox, "postgresql")
def _in_box_on_postgis(element: _InBox, compiler: SQLCompiler, **options: Any) -> str:
    column, _, *box = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} && ST_MakeEnvelope({', '.join(box)}, 4326)"


@compiles(_InBox, "sqlite")
def _in_box_on_sqlite(element: _InBox, compiler: SQLCompiler, **options: Any) -> str:
    geometry, key, *box = element.clauses
    west, south, east, north = (compiler.process(clause, **options) for clause in box)
    table = index_name(geometry.table.name, geometry.name)
    return (
        f"{compiler.process(key, **options)} IN (SELECT pkid FROM {table}"
        f" WHERE xmin <= {east} AND xmax >= {west} AND ymin <= {north} AND ymax >= {south})"
    )
