"""What a host reads about being offered agrees with what the matcher is given and with the count of free seats."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.db.database import Database
from app.resources.engine.host_visibility import Obstacle, is_left_out
from app.resources.engine.traits import Cover
from app.resources.models import Host, Opening, OpeningSlot, Resource
from app.resources.queries.candidates import get_columns
from app.resources.queries.host_page import OwnOpening, list_own_page
from app.resources.vocabulary import ResourceState
from tests.factories.openings import make_host

BY = Actor.system("test")
DAY = timedelta(days=1)

CASES: dict[str, tuple[type[Any], dict[str, Any], set[Obstacle]]] = {
    "open": (Opening, {}, set()),
    "ended": (Opening, {"ended_on": -1}, {Obstacle.ENDED}),
    "resting": (Opening, {"paused_until": 5}, {Obstacle.PAUSED}),
    "back from a rest": (Opening, {"paused_until": 0}, set()),
    "confirmed long ago": (Opening, {"confirmed_on": -181}, {Obstacle.STALE}),
    "host left": (Host, {"is_active": False}, {Obstacle.HOST_INACTIVE}),
    "place rests": (Resource, {"state": ResourceState.PAUSED}, {Obstacle.PLACE_PAUSED}),
    "place ended": (Resource, {"state": ResourceState.ENDED}, {Obstacle.PLACE_ENDED}),
    "no seats": (OpeningSlot, {"seats": 0}, {Obstacle.NO_SLOTS}),
    "nobody may begin this month": (Opening, {"monthly_limit": 0}, {Obstacle.LIMIT}),
    "insurance over": (Opening, {"insured_to": -1}, {Obstacle.INSURANCE}),
    "insurance to come": (Opening, {"insured_from": 1}, {Obstacle.INSURANCE}),
    "no insurance": (Opening, {"insurance": None}, {Obstacle.INSURANCE}),
    "half an insurance": (Opening, {"insurance": "傷害"}, {Obstacle.INSURANCE}),
}


def _own(database: Database, host_id: int) -> OwnOpening | None:
    guest = Actor(None, "", subject=("host", host_id), on=today())
    with database.reading(guest.scope) as session:
        return next(iter(list_own_page(session, host_id, at=now(), scope=guest.scope)), None)


@pytest.mark.parametrize("case", CASES)
def test_reasons_seats_and_the_columns_of_the_matcher_say_the_same(database: Database, case: str) -> None:
    row, facts, expected = CASES[case]
    host_id = make_host(database, confirmed_on=today())
    insured = {
        "insurance": "傷害・賠償",
        "insurance_holder": "社会福祉協議会",
        "insured_from": today() - 9 * DAY,
        "insured_to": today() + 9 * DAY,
    }
    days = {name: today() + value * DAY if type(value) is int and name.endswith(("on", "until", "to", "from"))
            else value for name, value in facts.items()}  # fmt: skip
    with database.writing(BY.scope) as session:
        session.execute(sa.update(Opening).values(**insured, version=Opening.version + 1))
        if days:
            # The version tells the columns of the matcher, which are kept, that something differs.
            versioned = {} if row is OpeningSlot else {"version": row.version + 1}
            session.execute(sa.update(row).values(**days, **versioned))
    own = _own(database, host_id)
    with database.reading(BY.scope) as session:
        columns = get_columns(session, at=now(), scope=BY.scope)
    rows = [number for number, key in enumerate(columns.opening_id) if key >= 0]
    if own is None:
        # What has ended, and to which nobody comes, is on no page.
        assert expected == {Obstacle.ENDED}
        assert rows == []
        return
    assert {reason.obstacle for reason in own.reasons} == expected
    assert all(reason.words and reason.remedy for reason in own.reasons)
    # An old confirmation and an insurance say nothing of seats; all else does.
    assert (own.free > 0) is not bool(expected - {Obstacle.STALE, Obstacle.INSURANCE})
    assert bool(rows) is not is_left_out(own.reasons)
    for number in rows:
        resting = {Obstacle.PAUSED, Obstacle.HOST_INACTIVE, Obstacle.PLACE_PAUSED}
        assert bool(columns.is_paused[number]) is bool(expected & resting)
        assert bool(columns.cover[number] == Cover.VALID) is (Obstacle.INSURANCE not in expected)
