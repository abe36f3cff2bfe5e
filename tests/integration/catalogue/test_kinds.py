"""The table of kinds: who keeps it, and what a kind means for its entries."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Right, Role
from app.audit.models import AuditEvent
from app.clock import now
from app.db.database import Database
from app.resources.models import Change, Resource, ResourceKind
from app.resources.queries.kinds import list_offered_kinds
from app.resources.service import kinds as service
from app.resources.service.changes import undo_batch
from app.resources.service.kinds import KindValues
from app.resources.vocabulary import ChangeState, Disclosure, KindGroup
from app.web.errors import Missing, Refused
from tests.factories.resources import make_kind, make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser

from .test_bulk import counted, make_many

BY = Actor.system("test")
STATEMENTS_OF_A_CHANGE = 14
TRUSTED = {Right.PLACE_IN_REFUGE}


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.display_name, frozenset(account.role_set), frozenset(account.right_set))


def the_kind(database: Database, label: str) -> ResourceKind:
    with database.reading(BY.scope) as session:
        return session.scalars(sa.select(ResourceKind).where(ResourceKind.label == label)).one()


def row(database: Database, resource_id: int) -> Resource:
    with database.reading(BY.scope) as session:
        return session.get_one(Resource, resource_id)


def change(database: Database, called: str, by: Actor = BY, **values: Any) -> service.Step | None:
    kind = the_kind(database, called)
    given = {
        "label": kind.label,
        "group": kind.group,
        "check_interval_days": kind.check_interval_days,
        "is_reviewed": kind.is_reviewed,
        "is_retired": kind.is_retired,
    } | values
    with database.writing(by.scope) as session:
        return service.change_kind(
            session, kind_id=kind.id, version=kind.version, values=KindValues(**given), by=by, at=now()
        )


def undo(database: Database, batch: str) -> int:
    with database.writing(BY.scope) as session:
        return undo_batch(session, batch_id=batch, by=BY, at=now()).done


def kinds_on(browser: Browser) -> list[str]:
    assert browser.get("/resource-kinds").status_code == 200
    assert browser.page is not None
    return [element.get("data-kind", "") for element in browser.page.iter() if element.get("data-kind")]


@pytest.mark.parametrize("role", list(Role))
def test_administrators_coordinators_and_the_city_keep_the_table(sign_in_as: SignInAs, role: Role) -> None:
    keeps = role in {Role.ADMIN, Role.COORDINATOR, Role.CITY_OFFICER}
    assert (sign_in_as(role).get("/resource-kinds").status_code == 200) is keeps


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR, Role.CITY_OFFICER])
def test_a_kind_is_added_and_changed(database: Database, sign_in_as: SignInAs, role: Role) -> None:
    browser = sign_in_as(role)
    sent = browser.send(
        "/resource-kinds/new", label="子ども食堂", group="taking_part", check_interval_days="90"
    )
    assert sent.status_code == 303
    kind = the_kind(database, "子ども食堂")
    assert (kind.check_interval_days, kind.is_reviewed, kind.is_retired) == (90, True, False)
    address = f"/resource-kinds/{kind.id}"
    assert (
        browser.send(address, label="みんなの食堂", is_reviewed="y", check_interval_days="").status_code
        == 303
    )
    kind = the_kind(database, "みんなの食堂")
    assert (kind.check_interval_days, kind.is_reviewed) == (None, True)


def test_an_administrator_touches_no_entry(database: Database, sign_in_as: SignInAs) -> None:
    make_resource(database, kind="サロン")
    into = make_kind(database, "居場所")
    kind = the_kind(database, "サロン")
    browser = sign_in_as(Role.ADMIN)
    token = browser.token(f"/resource-kinds/{kind.id}")
    assert "ほかの種別にまとめる" not in browser.text
    answer = browser.post(f"/resource-kinds/{kind.id}/merge", data={"csrf_token": token, "into": into})
    assert answer.status_code == 404


def test_what_an_import_brought_stands_on_top_until_somebody_looked(
    database: Database, sign_in_as: SignInAs
) -> None:
    kind_id = make_kind(database, "なぞの種別")
    with database.writing(BY.scope) as session:
        session.get_one(ResourceKind, kind_id).is_reviewed = False
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/resource-kinds")
    assert "見ていない種別が1件あります" in browser.text
    browser.get("/today")
    assert "なぞの種別" in browser.text
    browser.send(f"/resource-kinds/{kind_id}", is_reviewed="y")
    browser.get("/resource-kinds")
    assert "見ていない種別" not in browser.text


def test_kinds_change_places_without_a_script(database: Database, sign_in_as: SignInAs) -> None:
    # All three have the same position at first.
    ids = [str(make_kind(database, label)) for label in ("い", "ろ", "は")]
    browser = sign_in_as(Role.COORDINATOR)
    assert kinds_on(browser) == ids
    browser.submit(f"/resource-kinds/{ids[2]}/up")
    assert kinds_on(browser) == [ids[0], ids[2], ids[1]]
    browser.submit(f"/resource-kinds/{ids[0]}/down")
    assert kinds_on(browser) == [ids[2], ids[0], ids[1]]
    browser.submit(f"/resource-kinds/{ids[2]}/up")
    assert kinds_on(browser) == [ids[2], ids[0], ids[1]]


def test_a_secret_kind_keeps_its_place_when_others_move_past_it(
    database: Database, sign_in_as: SignInAs
) -> None:
    first = make_kind(database, "い", position=1)
    make_kind(database, "秘", KindGroup.REFUGE, position=2)
    last = make_kind(database, "は", position=3)
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/resource-kinds")
    browser.submit(f"/resource-kinds/{last}/up")
    assert kinds_on(browser) == [str(last), str(first)]
    assert the_kind(database, "秘").position == 2


def test_the_later_of_two_who_change_a_kind_is_told(database: Database, sign_in_as: SignInAs) -> None:
    kind_id = make_kind(database, "サロン")
    browser = sign_in_as(Role.COORDINATOR)
    browser.get(f"/resource-kinds/{kind_id}")
    change(database, "サロン", check_interval_days=30)
    assert browser.submit(f"/resource-kinds/{kind_id}", label="お茶").status_code == 422
    assert "ほかの人が先に変更しました" in browser.text


def test_a_name_is_given_once(database: Database, sign_in_as: SignInAs) -> None:
    make_kind(database, "サロン")
    browser = sign_in_as(Role.COORDINATOR)
    sent = browser.send("/resource-kinds/new", label="サロン", group="taking_part")
    assert sent.status_code == 422
    assert "同じ名前の種別があります" in browser.text


def test_merging_moves_all_entries_and_is_taken_back_as_one_step(
    database: Database, sign_in_as: SignInAs
) -> None:
    moved = [make_resource(database, kind="サロン", name=f"お茶{number}") for number in range(3)]
    into = make_kind(database, "居場所")
    former = the_kind(database, "サロン")
    browser = sign_in_as(Role.COORDINATOR)
    answer = browser.send(
        f"/resource-kinds/{former.id}", action=f"/resource-kinds/{former.id}/merge", into=str(into)
    )
    assert answer.status_code == 303
    assert [row(database, key).kind_id for key in moved] == [into] * 3
    assert the_kind(database, "サロン").is_retired
    step = answer.location or ""
    browser.get(step)
    assert "社会資源3件" in browser.text
    browser.submit(f"{step}/undo")
    assert [row(database, key).kind_id for key in moved] == [former.id] * 3
    assert not the_kind(database, "サロン").is_retired


def test_an_entry_is_found_by_the_name_of_its_new_kind(database: Database, client: Browser) -> None:
    make_resource(database, kind="サロン", name="お茶の会")
    change(database, "サロン", label="縁側")
    assert "お茶の会" in client.get("/resources?q=縁側").text


def test_a_retired_kind_is_not_offered_and_what_has_it_keeps_it(database: Database) -> None:
    key = make_resource(database, kind="サロン")
    change(database, "サロン", is_retired=True)
    with database.reading(BY.scope) as session:
        assert [kind.label for kind in list_offered_kinds(session, scope=BY.scope)] == []
        assert session.get_one(Resource, key).kind.label == "サロン"


def test_nothing_is_merged_into_a_kind_that_is_not_offered(database: Database) -> None:
    one, other = make_kind(database, "サロン"), make_kind(database, "縁側")
    change(database, "縁側", is_retired=True)
    with database.writing(BY.scope) as session, pytest.raises(Refused):
        service.merge_kinds(session, kind_id=one, into_id=other, by=BY, at=now())


def test_the_interval_moves_the_next_check_of_those_that_follow_it(database: Database) -> None:
    day = date(2026, 10, 1)
    plain = make_resource(database, kind="サロン", confirmed_on=day)
    never = make_resource(database, kind="サロン")
    light = make_resource(database, kind="サロン", confirmed_on=day, is_light=True)
    own = make_resource(
        database, kind="サロン", confirmed_on=day, check_interval_days=10, next_check_on=day + timedelta(10)
    )
    by_hand = make_resource(database, kind="サロン", confirmed_on=day, next_check_on=date(2027, 4, 1))
    elsewhere = make_resource(database, kind="居場所", confirmed_on=day)
    step = change(database, "サロン", check_interval_days=90)
    assert step is not None
    after = {key: row(database, key).next_check_on for key in (plain, never, light, own, by_hand, elsewhere)}
    assert after == {
        plain: day + timedelta(90),
        never: None,
        light: None,
        own: day + timedelta(10),
        by_hand: date(2027, 4, 1),
        elsewhere: None,
    }
    change(database, "サロン", check_interval_days=180)
    assert row(database, plain).next_check_on == day + timedelta(180)
    change(database, "サロン", check_interval_days=90)
    undo(database, step.batch)
    assert row(database, plain).next_check_on is None
    assert row(database, by_hand).next_check_on == date(2027, 4, 1)


def test_an_administrator_may_change_the_interval(database: Database) -> None:
    key = make_resource(database, kind="サロン", confirmed_on=date(2026, 10, 1))
    admin = actor_of(make_account(database, Role.ADMIN))
    change(database, "サロン", by=admin, check_interval_days=30)
    assert row(database, key).next_check_on == date(2026, 10, 31)


@pytest.mark.parametrize("size", [3, 300])
def test_a_new_interval_asks_the_database_as_often_for_many_as_for_few(database: Database, size: int) -> None:
    make_many(database, size, kind="サロン")
    with counted(database) as seen:
        change(database, "サロン", check_interval_days=90)
    # Reading the kind twice, the days, the entries, the kind itself, the history, and the log with its head.
    assert len(seen) <= STATEMENTS_OF_A_CHANGE
    with database.reading(BY.scope) as session:
        asked_for = session.scalars(sa.select(Resource.next_check_on).where(Resource.kind_id == 1)).all()
    assert all(asked_for)


def test_a_kind_that_turns_out_secret_closes_all_its_entries_at_once(
    database: Database, client: Browser, sign_in_as: SignInAs
) -> None:
    key = make_resource(
        database, kind="女性の家", name="しらゆりの家", contact="0599-00-0000", contact_is_public=True
    )
    kind = the_kind(database, "女性の家")
    assert "しらゆりの家" in client.get("/resources").text
    trusted = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=TRUSTED))
    assert trusted.send(f"/resource-kinds/{kind.id}", group="refuge").status_code == 303
    entry = row(database, key)
    assert (entry.is_refuge, entry.disclosure, entry.contact_is_public) == (True, Disclosure.CLOSED, False)
    curious = sign_in_as(Role.COORDINATOR)
    for browser in (client, curious):
        for path in ("/resources", "/resources?view=table", "/resources/map.geojson"):
            assert "しらゆり" not in browser.get(path).text
        assert browser.get(f"/resources/{key}").status_code == 404
    for path in ("/resource-kinds", "/catalogue-changes"):
        answer = curious.get(path).text
        assert "しらゆり" not in answer
        assert "女性の家" not in answer
        assert "秘匿" not in answer
    assert curious.get(f"/resource-kinds/{kind.id}").status_code == 404
    assert "しらゆりの家" in trusted.get("/resources?view=table").text


def test_the_step_that_closed_a_kind_is_for_the_rights_holders_alone(
    database: Database, sign_in_as: SignInAs
) -> None:
    make_resource(database, kind="女性の家", name="しらゆりの家")
    step = change(database, "女性の家", group=KindGroup.REFUGE)
    assert step is not None
    assert sign_in_as(Role.CITY_OFFICER).get(f"/catalogue-changes/{step.batch}").status_code == 404
    with database.reading(BY.scope) as session:
        changes = session.scalars(sa.select(Change).where(Change.batch == step.batch)).all()
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "kind.made_secret")).all()
    assert all(change.is_refuge for change in changes)
    assert [json.loads(event.detail) for event in events] == [{"batch": step.batch}]


def test_a_step_that_closed_a_kind_can_be_taken_back(database: Database) -> None:
    key = make_resource(database, kind="女性の家")
    step = change(database, "女性の家", group=KindGroup.REFUGE)
    assert step is not None
    assert undo(database, step.batch) == 3
    assert (row(database, key).is_refuge, row(database, key).disclosure) == (False, Disclosure.PUBLIC)
    assert the_kind(database, "女性の家").group is KindGroup.TAKING_PART


def test_the_way_back_from_secret_opens_nothing(database: Database, client: Browser) -> None:
    key = make_resource(database, kind="女性の家", name="しらゆりの家")
    change(database, "女性の家", group=KindGroup.REFUGE)
    change(database, "女性の家", group=KindGroup.HOUSING)
    assert (row(database, key).is_refuge, row(database, key).disclosure) == (True, Disclosure.CLOSED)
    assert "しらゆりの家" not in client.get("/resources").text
    with database.reading(BY.scope) as session:
        told = session.scalars(sa.select(Change).where(Change.state == ChangeState.APPLIED)).all()
    # That it was secret is told to nobody without the right.
    assert all(change.is_refuge for change in told)


@pytest.mark.parametrize(
    ("roles", "rights"), [({Role.COORDINATOR}, set()), ({Role.ADMIN}, set()), ({Role.ADMIN}, TRUSTED)]
)
def test_without_the_right_nobody_decides_what_is_secret(
    database: Database, roles: set[Role], rights: set[Right]
) -> None:
    make_kind(database, "女性の家")
    secret = make_kind(database, "秘", KindGroup.REFUGE)
    by = actor_of(make_account(database, *roles, rights=rights))
    with pytest.raises(Refused):
        change(database, "女性の家", by=by, group=KindGroup.REFUGE)
    with pytest.raises((Missing, Refused)):
        change(database, "秘", by=by, group=KindGroup.HOUSING)
    with database.writing(by.scope) as session, pytest.raises(Refused):
        service.add_kind(session, values=KindValues("新しい", KindGroup.REFUGE, None), by=by, at=now())
    with database.reading(BY.scope) as session:
        assert session.get_one(ResourceKind, secret).group is KindGroup.REFUGE


def test_a_name_that_sounds_secret_says_the_same_whether_there_is_such_a_kind(
    database: Database, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    browser.send("/resource-kinds/new", label="DVシェルター", group="housing")
    before = browser.text
    make_kind(database, "DVシェルター", KindGroup.REFUGE)
    browser.send("/resource-kinds/new", label="DVシェルター", group="housing")
    assert browser.text == before
    assert "別の名前にする" in before
