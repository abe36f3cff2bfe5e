"""Kinds, resources and areas for tests.

``make_resource(database, name="こもれび", weekday_mask=0b100)`` writes one row with the indexes that the product needs;
whatever is not said is unknown. ``make_catalogue(database, 300)`` writes a town of many, the same for a seed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import shapely
import sqlalchemy as sa
from geoalchemy2.shape import from_shape
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.models import Area
from app.areas.vocabulary import AreaKind
from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.resources.models import Resource, ResourceKind
from app.resources.models.derived import put_words
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState

EVERYTHING = Scope(None, system="test")
MUNICIPALITY = "242993"
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
LON, LAT = 136.95, 33.60

_NUMBERS = itertools.count(1)


def make_kind(
    database: Database, label: str, group: KindGroup = KindGroup.TAKING_PART, *, position: int = 0
) -> int:
    """Write a kind, or find it, and return its id."""
    with database.writing(EVERYTHING) as session:
        return _kind(session, label, group, position).id


def make_resource(database: Database, *, kind: str = "居場所", **facts: Any) -> int:
    """Write a resource and return its id. ``lon`` and ``lat`` make its point; ``group`` is that of a new kind."""
    with database.writing(EVERYTHING) as session:
        row = _resource(session, kind, facts)
        session.flush()
        return row.id


def make_town(
    database: Database, name: str, *, lon: float = LON, lat: float = LAT, district: str | None = None
) -> int:
    """Write a town of one square kilometre, in its district where one is named, and return its id."""
    with database.writing(EVERYTHING) as session:
        parent = session.scalars(
            sa.select(Area).where(Area.kind == AreaKind.DISTRICT, Area.name == district)
        ).one_or_none()
        area = _area(name, AreaKind.TOWN, lon, lat, 0.005)
        area.parent_id = parent.id if parent else None
        session.add(area)
        session.flush()
        return area.id


def make_district(database: Database, name: str, *, lon: float = LON, lat: float = LAT) -> int:
    """Write a district and return its id."""
    with database.writing(EVERYTHING) as session:
        area = _area(name, AreaKind.DISTRICT, lon, lat, 0.02)
        session.add(area)
        session.flush()
        return area.id


def make_catalogue(database: Database, size: int, *, seed: int = 1) -> None:
    """Write many resources of all sorts: known and unknown days, precise and vague places, refuges among them."""
    with database.writing(EVERYTHING) as session:
        for kind, facts in _sorts(Random(seed), size):
            _resource(session, kind, facts)


KINDS = {
    "通いの場": KindGroup.TAKING_PART,
    "居場所": KindGroup.TAKING_PART,
    "就労体験": KindGroup.WORK,
    "住まい": KindGroup.HOUSING,
    "緊急一時シェルター": KindGroup.SHELTER,
    "相談": KindGroup.SUPPORT,
    "公民館": KindGroup.FACILITY,
    "避難先": KindGroup.REFUGE,
}
_FIRST = ("こもれび", "ひだまり", "みなと", "あさなぎ", "松島", "駅前")
_SECOND = ("カフェ", "体操の会", "畑の会", "読書会", "食堂", "体の会", "手芸の日")


def _sorts(rng: Random, size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size):
        kind = rng.choice(list(KINDS))
        refuge = KINDS[kind] is KindGroup.REFUGE
        facts: dict[str, Any] = {
            "name": f"{rng.choice(_FIRST)}{rng.choice(_SECOND)}{number}",
            "is_refuge": refuge,
            "disclosure": Disclosure.CLOSED if refuge else rng.choice(list(Disclosure)),
            "state": rng.choice(list(ResourceState)),
            "is_light": rng.random() < 0.2,
            "weekday_mask": rng.choice([None, rng.randrange(1, 128)]),
            "gap_welcome": rng.choice([True, False, None]),
            "confirmed_on": rng.choice([None, date(2026, rng.randint(1, 10), 1)]),
            "point_precision": rng.choice(list(PositionPrecision)),
        }
        if rng.random() < 0.8:
            # Several stand at one and the same point.
            facts["lon"] = round(LON + rng.uniform(-0.1, 0.1), 2)
            facts["lat"] = round(LAT + rng.uniform(-0.1, 0.1), 2)
        yield kind, facts


def _kind(session: Session, label: str, group: KindGroup, position: int) -> ResourceKind:
    kind = session.scalars(sa.select(ResourceKind).where(ResourceKind.label == label)).one_or_none()
    if kind is None:
        kind = ResourceKind(label=label, group=group, is_reviewed=True, position=position)
        session.add(kind)
        session.flush()
    return kind


def _resource(session: Session, kind: str, facts: dict[str, Any]) -> Resource:
    number = next(_NUMBERS)
    group = facts.pop("group", KINDS.get(kind, KindGroup.TAKING_PART))
    lon, lat = facts.pop("lon", None), facts.pop("lat", None)
    values: dict[str, Any] = {
        "identity": f"test|{number}",
        "municipality_code": MUNICIPALITY,
        "kind_id": _kind(session, kind, group, len(KINDS)).id,
        "is_refuge": False,
        "is_light": False,
        "disclosure": Disclosure.PUBLIC,
        "state": ResourceState.ACTIVE,
        "name": f"場{number}",
        "point_precision": PositionPrecision.UNKNOWN if lon is None else PositionPrecision.LOT,
        "traits": {},
        "contact_is_public": False,
        "content_digest": str(number),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    } | facts
    if lon is not None:
        values["point"] = from_shape(shapely.Point(lon, lat), srid=4326)
    row = Resource(**values)
    put_words(row, kind)
    session.add(row)
    return row


def _area(name: str, kind: AreaKind, lon: float, lat: float, half: float) -> Area:
    outline = shapely.MultiPolygon([shapely.box(lon - half, lat - half, lon + half, lat + half)])
    return Area(
        municipality_code=MUNICIPALITY,
        kind=kind,
        name=name,
        name_key=name,
        centre=from_shape(shapely.Point(lon, lat), srid=4326),
        boundary=from_shape(outline, srid=4326),
    )
