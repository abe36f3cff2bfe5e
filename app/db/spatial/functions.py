"""Spatial functions for SQLite, under the names that GeoAlchemy2 emits. Geometry is kept as EWKB in a BLOB.

Positions are longitude and latitude in degrees (EPSG:4326, or JGD2011 taken as equal to it).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.geo.points import distances_m

_WGS84 = 4326


@lru_cache(maxsize=4096)
def _geometry(blob: bytes) -> BaseGeometry:
    return shapely.from_wkb(blob)


def _blob(geometry: BaseGeometry, srid: int | None = None) -> bytes:
    known = shapely.get_srid(geometry)
    return shapely.to_wkb(shapely.set_srid(geometry, srid or known or _WGS84), include_srid=True)


def _from_text(text: str, srid: int = _WGS84) -> bytes:
    """Read WKT or EWKT (`SRID=4326;POINT(...)`)."""
    head, separator, body = text.partition(";")
    if separator and head.upper().startswith("SRID="):
        return _blob(shapely.from_wkt(body), int(head[5:]))
    return _blob(shapely.from_wkt(text), srid)


def _from_binary(blob: bytes, srid: int | None = None) -> bytes:
    return _blob(shapely.from_wkb(blob), srid)


def _from_ewkb(value: bytes | str) -> bytes:
    """Read EWKB as bytes or, as GeoAlchemy2 binds elements, as hexadecimal text."""
    return _blob(shapely.from_wkb(value))


def _metres(one: bytes, other: bytes) -> float:
    a, b = _geometry(one), _geometry(other)
    if a.geom_type != "Point" or b.geom_type != "Point":
        raise ValueError("distances in metres are between points")
    return float(distances_m(a.x, a.y, b.x, b.y))  # type: ignore[attr-defined]


def _bound(index: int) -> Callable[[bytes], float]:
    return lambda blob: float(_geometry(blob).bounds[index])


def _relation(name: str) -> Callable[[bytes, bytes], int]:
    return lambda one, other: int(getattr(shapely, name)(_geometry(one), _geometry(other)))


# name, number of arguments, function of non-null values. Null in gives null out, as in PostGIS.
_FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("GeomFromEWKT", 1, _from_text),
    ("ST_GeomFromEWKT", 1, _from_text),
    ("GeomFromText", 1, _from_text),
    ("GeomFromText", 2, _from_text),
    ("ST_GeomFromText", 1, _from_text),
    ("ST_GeomFromText", 2, _from_text),
    ("GeomFromWKB", 1, _from_binary),
    ("GeomFromWKB", 2, _from_binary),
    ("ST_GeomFromWKB", 1, _from_binary),
    ("ST_GeomFromWKB", 2, _from_binary),
    ("GeomFromEWKB", 1, _from_ewkb),
    ("ST_GeomFromEWKB", 1, _from_ewkb),
    ("AsEWKB", 1, lambda blob: blob),
    ("ST_AsEWKB", 1, lambda blob: blob),
    ("AsBinary", 1, lambda blob: shapely.to_wkb(_geometry(blob))),
    ("ST_AsBinary", 1, lambda blob: shapely.to_wkb(_geometry(blob))),
    ("ST_AsText", 1, lambda blob: shapely.to_wkt(_geometry(blob), rounding_precision=-1)),
    ("ST_AsGeoJSON", 1, lambda blob: shapely.to_geojson(_geometry(blob))),
    ("ST_SRID", 1, lambda blob: int(shapely.get_srid(_geometry(blob)))),
    ("ST_X", 1, lambda blob: _geometry(blob).x),  # type: ignore[attr-defined]
    ("ST_Y", 1, lambda blob: _geometry(blob).y),  # type: ignore[attr-defined]
    ("ST_MinX", 1, _bound(0)),
    ("ST_MinY", 1, _bound(1)),
    ("ST_MaxX", 1, _bound(2)),
    ("ST_MaxY", 1, _bound(3)),
    ("ST_DistanceSphere", 2, _metres),
    ("ST_Intersects", 2, _relation("intersects")),
    ("ST_Contains", 2, _relation("contains")),
    ("ST_Within", 2, _relation("within")),
    # What GeoAlchemy2 calls when it makes or drops a column on SQLite; our index is made by `index` instead.
    ("CheckSpatialMetaData", 0, lambda: 1),
    ("RecoverGeometryColumn", 5, lambda *_: 1),
    ("DiscardGeometryColumn", 2, lambda *_: 1),
    ("DisableSpatialIndex", 2, lambda *_: 1),
    # Asked while a table is rebuilt in batch mode: there is no index of SpatiaLite's to carry over.
    ("CheckSpatialIndex", 2, lambda *_: None),
)


def _null_in_null_out(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return call


def register(connection: Any) -> None:
    """Register the functions on one SQLite connection (any DBAPI module that has `create_function`)."""
    for name, arguments, function in _FUNCTIONS:
        connection.create_function(name, arguments, _null_in_null_out(function), deterministic=True)
