"""What nobody has confirmed for long is not proposed, and the page of candidates says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.db.database import Database
from app.resources.engine.columns import UNKNOWN
from app.resources.models import ResourceKind
from app.resources.queries.candidates import get_columns
from app.resources.vocabulary import KindGroup
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe, write_need
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_kind, make_resource
from tests.support.accounts import SignInAs, make_account

BY = Actor.system("test")


def keys(database: Database) -> set[tuple[int, int]]:
    """The rows of the matcher: place and opening."""
    with database.reading(BY.scope) as session:
        columns = get_columns(session, at=now(), scope=BY.scope)
        return set(zip(columns.resource_id.tolist(), columns.opening_id.tolist(), strict=True))


def opened(database: Database, days: int | None, **place: Any) -> int:
    """A place with one opening that was confirmed so many days ago."""
    place_id = make_resource(database, **{"kind": "就労体験", "name": f"場{days}", **place})
    made = today() - timedelta(days=days) if days is not None else None
    make_host(database, f"店{place_id}", resource_id=place_id, confirmed_on=made)
    return place_id


def test_a_stale_opening_leaves_and_its_place_does_not_stand_in_for_it(database: Database) -> None:
    fresh, due, stale, never = (opened(database, days) for days in (10, 179, 180, None))
    plain = make_resource(database, kind="就労体験", name="枠のない場")
    found = keys(database)
    assert {place for place, _ in found} == {fresh, due, never, plain}
    assert (stale, UNKNOWN) not in found


def test_another_opening_of_the_place_stays(database: Database) -> None:
    place = make_resource(database, kind="就労体験", name="二つの枠")
    host = make_host(database, "二つの店", resource_id=place, confirmed_on=today() - timedelta(days=300))
    opening = make_opening(database, host, task="種まき", resource_id=place, confirmed_on=today())
    assert keys(database) == {(place, opening)}


def test_the_interval_of_place_and_kind_count_and_a_gathering_never_goes(database: Database) -> None:
    slow = opened(database, 300, check_interval_days=200)
    quick = opened(database, 61, check_interval_days=30)
    light = opened(database, 900, is_light=True)
    assert {place for place, _ in keys(database)} == {slow, light}
    assert quick not in {place for place, _ in keys(database)}


def test_a_changed_interval_of_the_kind_is_seen_at_once(database: Database) -> None:
    kind_id = make_kind(database, "就労体験", KindGroup.WORK)
    place = opened(database, 300)
    assert keys(database) == set()
    with database.writing(BY.scope) as session:
        session.get_one(ResourceKind, kind_id).check_interval_days = 200
    assert {found for found, _ in keys(database)} == {place}


def test_the_page_counts_what_has_left_and_marks_what_is_overdue(
    database: Database, sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.CSW)
    csw = actor_of(database, account)
    case = make_case(database, csw)
    for name, days in (("古いカフェ", 200), ("時期のカフェ", 100), ("新しいカフェ", 5)):
        confirmed_on = today() - timedelta(days=days)
        make_host(database, name, resource_id=make_cafe(database, name), confirmed_on=confirmed_on)
    write_need(database, case, csw)
    browser = sign_in_as(account=account)
    assert browser.get(f"/cases/{case.id}/candidates").status_code == 200
    assert "確認が古いため、候補に入れていない受け入れ枠が1件あります" in browser.text
    assert "古いカフェ" not in browser.text
    assert browser.text.count("確認の時期をすぎています") == 1
    assert "まだ確かめていません" not in browser.text


def test_an_opening_that_nobody_has_confirmed_is_not_called_late(
    database: Database, sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.CSW)
    csw = actor_of(database, account)
    case = make_case(database, csw)
    make_host(database, "聞いていないカフェ", resource_id=make_cafe(database, "聞いていないカフェ"))
    write_need(database, case, csw)
    browser = sign_in_as(account=account)
    assert browser.get(f"/cases/{case.id}/candidates").status_code == 200
    assert browser.text.count("まだ確かめていません") == 1
    assert "確認の時期をすぎています" not in browser.text
