"""A secret refuge with everything that hangs on one, in words, numbers and a place that stand nowhere else."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.db.database import Database
from app.resources.models import DistinctPair, Host, Resource, ResourceAlias, ServiceArea
from app.resources.service.batches import Batch
from app.resources.service.host_letters import write_to_host
from app.resources.service.hosts import invite_host
from app.resources.vocabulary import ChangeCause, Coverage, Disclosure, KindGroup
from tests.factories.fieldwork import make_note
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import BY

KIND = "ひみつの避難先"
NAME, KANA, HOST = "白菫ゆうなぎ荘", "シロスミレユウナギソウ", "菫苑管理人会"
ADDRESS, BUILDING, STOP = "霞隠町7777-8", "朧月館", "隠れ坂停留所"
PHONE, URL = "0590-77-7431", "https://byakusumire.example/"
LON, LAT = 136.951739, 33.601937
WORDS = "忍冬の香る部屋"

CANARIES = (
    NAME, "白菫", "シロスミレ", HOST, "菫苑", ADDRESS, "霞隠町", "7777-8", BUILDING, STOP, PHONE, "77-7431", "byakusumire",
    WORDS, "忍冬", "136.9517", "33.6019",
)  # fmt: skip
"""What must never be read by whoever lacks the right: each word, number and coordinate, and telling parts of them."""


def make_secret(database: Database, keeper: Actor, *, area_id: int, beside: int) -> dict[str, object]:
    """Hide a refuge in an area and return the keys by which addresses would lead to it.

    It has an opening of a host that has no other place, a history, notes from the field, letters under way, an area
    that it serves, a further identity, and somebody has said that it is not the same as the place `beside`. `keeper` holds the right.
    """
    place = make_resource(
        database,
        kind=KIND,
        group=KindGroup.REFUGE,
        name=NAME,
        kana=KANA,
        operator=HOST,
        address=ADDRESS,
        building=BUILDING,
        nearest_stop=STOP,
        contact=PHONE,
        url=URL,
        description=WORDS,
        lon=LON,
        lat=LAT,
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        town_id=_town_in(database, area_id),
        weekday_mask=0b1111111,
        capacity=7,
        gap_welcome=True,
        published_id="R-7777",
        next_check_on=today(),
        confirmed_on=None,
    )
    host = make_host(
        database, HOST, resource_id=place, phone=PHONE, postal_address=ADDRESS, call_asked_at=now()
    )
    note = make_note(database, keeper, resource_id=place, words=WORDS, with_photo=True)
    with database.writing(keeper.scope) as session:
        batch = Batch(session, ChangeCause.EDIT, by=keeper, at=now())
        batch.change(session.get_one(Resource, place), {"remarks": WORDS})
        session.add(
            ResourceAlias(
                identity=f"refuge|name|{NAME}",
                resource_id=place,
                batch=batch.id,
                made_at=now(),
                account_id=None,
            )
        )
        first, second = sorted((place, beside))
        session.add(DistinctPair(first_id=first, second_id=second, said_at=now()))
        session.add(ServiceArea(resource_id=place, area_id=area_id, coverage=Coverage.WHOLE))
    with database.writing(BY.scope) as session:
        row = session.get_one(Host, host)
        guest = Actor(None, HOST, subject=("host", host))
        Batch(session, ChangeCause.HOST, by=guest, at=now()).propose(row, {"phone": "0590-77-7432"})
        letter = write_to_host(session, host_id=host, as_letter=True, by=keeper, at=now())
        token = invite_host(session, host_id=host, by=BY, at=now())
    return {
        "resource_id": place,
        "host_id": host,
        "opening_id": _opening_of(database, host),
        "note_id": note,
        "batch": batch.id,
        "delivery_id": letter or "x",
        "token": f"{token}x",
        "beside_id": beside,
    }


def _town_in(database: Database, area_id: int) -> int:
    return _one(database, "SELECT min(id) FROM area WHERE parent_id = :key", area_id)


def _opening_of(database: Database, host_id: int) -> int:
    return _one(database, "SELECT min(id) FROM opening WHERE host_id = :key", host_id)


def _one(database: Database, question: str, key: int) -> int:
    with database.engine.connect() as connection:
        found: int = connection.execute(sa.text(question), {"key": key}).scalar_one()
        return found
