"""What a coordinator without the right would learn of a secret refuge by the side doors of the catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now
from app.db.database import Database
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.models import Host, Resource, ResourceKind
from app.resources.service.batches import Batch
from app.resources.service.changes import decide_changes, undo_batch
from app.resources.service.freshness import OpenRequests
from app.resources.service.host_letters import write_to_host
from app.resources.service.importing import import_resources
from app.resources.vocabulary import ChangeCause, Disclosure, KindGroup, Verdict
from app.web.errors import Refused
from tests.factories.development import make_lead
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.databases import rows_of

BY = Actor.system("test")
NAME = "ひみつの月あかり荘"
PHONE = "0590-99-4321"


def close(database: Database, **more: Any) -> None:
    """The only place of the host turns out to be secret."""
    with database.writing(BY.scope) as session:
        for place in session.query(Resource).all():
            values = {"disclosure": Disclosure.CLOSED, "contact_is_public": False, "is_refuge": True} | more
            Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(place, values)


@pytest.fixture
def host(database: Database) -> int:
    """A host with one place, of which something was changed, something waits, and a letter lies ready."""
    host_id = make_host(database, NAME, postal_address="浜町1")
    with database.writing(BY.scope) as session:
        row = session.get_one(Host, host_id)
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(row, {"phone": "0590-11-1111"})
        guest = Actor(None, NAME, subject=("host", host_id))
        Batch(session, ChangeCause.HOST, by=guest, at=now()).propose(row, {"phone": PHONE})
        write_to_host(session, host_id=host_id, as_letter=True, by=BY, at=now())
    return host_id


def test_a_host_whose_only_place_turns_out_secret_leaves_no_trace(
    app: Flask, database: Database, host: int, sign_in_as: SignInAs
) -> None:
    lead = make_lead(
        database, Actor(make_account(database, Role.COORDINATOR).id, "x", frozenset({Role.COORDINATOR}))
    )
    coordinator = sign_in_as(Role.COORDINATOR)
    pages = [
        "/catalogue-changes",
        "/host-changes",
        "/outbox",
        "/outbox?show=over",
        f"/leads/{lead}",
        "/hosts",
    ]
    batches = {str(row["batch"]) for row in rows_of(database, "catalogue_change")}
    before = "".join(coordinator.get(page).text for page in pages)
    assert NAME in before
    close(database)
    OpenRequests().make_round(app.extensions["tsunagi.database"], now())
    after = "".join(coordinator.get(page).text for page in pages)
    assert NAME not in after
    assert PHONE not in after
    for batch in batches:
        answer = coordinator.get(f"/catalogue-changes/{batch}")
        assert answer.status_code == 404 or NAME not in answer.text
    trusted = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,)))
    assert NAME in trusted.get("/host-changes").text


def test_what_a_secret_host_proposes_is_decided_by_the_rights_holders_alone(
    database: Database, host: int
) -> None:
    close(database)
    batch = next(
        str(row["batch"]) for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"
    )
    account = make_account(database, Role.COORDINATOR)
    curious = Actor(account.id, account.display_name, frozenset({Role.COORDINATOR}))
    with database.writing(curious.scope) as session:
        assert decide_changes(session, batch_id=batch, accept=True, by=curious, at=now()) == ()
    assert rows_of(database, "host")[0]["phone"] == "0590-11-1111"


def test_a_proposal_is_not_put_over_what_was_changed_since(database: Database, host: int) -> None:
    batch = next(
        str(row["batch"]) for row in rows_of(database, "catalogue_change") if row["state"] == "waiting"
    )
    with database.writing(BY.scope) as session:
        row = session.get_one(Host, host)
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(row, {"phone": "0590-22-2222"})
    with database.writing(BY.scope) as session, pytest.raises(Refused, match="直されています"):
        decide_changes(session, batch_id=batch, accept=True, by=BY, at=now())


FILE = "ID,団体コード,種別,名称,住所\nR-1,242993,ひだまり荘,甲の家,浜町2\n"


def take(database: Database, by: Actor) -> list[Verdict]:
    rows = check_rows(read_table(FILE.encode(), "f.csv"), Options())
    with database.writing(by.scope) as session:
        return [item.verdict for item in import_resources(session, rows=rows, by=by, at=now()).items]


def test_a_file_adds_nothing_open_to_a_kind_that_the_town_keeps_secret(database: Database) -> None:
    make_resource(
        database, kind="ひだまり荘", group=KindGroup.REFUGE, is_refuge=True, disclosure=Disclosure.CLOSED
    )
    account = make_account(database, Role.COORDINATOR)
    plain = Actor(account.id, account.display_name, frozenset({Role.COORDINATOR}))
    trusted = Actor(account.id, "x", frozenset({Role.COORDINATOR}), frozenset({Right.PLACE_IN_REFUGE}))
    assert take(database, plain) == [Verdict.REFUSED]
    assert take(database, trusted) == [Verdict.ADDED]
    assert [(row["is_refuge"], row["disclosure"]) for row in rows_of(database, "resource")][-1] == (
        True,
        "closed",
    )
    assert take(database, trusted) == [Verdict.UNCHANGED]


def test_an_entry_that_turned_secret_is_met_by_no_import_of_others(database: Database) -> None:
    account = make_account(database, Role.COORDINATOR)
    plain = Actor(account.id, account.display_name, frozenset({Role.COORDINATOR}))
    file = FILE.replace("ひだまり荘", "居場所")
    rows = check_rows(read_table(file.encode(), "f.csv"), Options())
    with database.writing(plain.scope) as session:
        import_resources(session, rows=rows, by=plain, at=now())
    close(database)
    with database.writing(plain.scope) as session:
        report = import_resources(session, rows=rows, by=plain, at=now())
    assert [item.verdict for item in report.items] == [Verdict.ADDED]


def test_undoing_puts_no_open_entry_under_a_kind_that_became_secret(database: Database) -> None:
    place = make_resource(database, kind="月の家")
    other = make_resource(database, kind="居場所")
    with database.writing(BY.scope) as session:
        batch = Batch(session, ChangeCause.EDIT, by=BY, at=now())
        batch.change(session.get_one(Resource, place), {"kind_id": session.get_one(Resource, other).kind_id})
        kind = session.query(ResourceKind).filter_by(label="月の家").one()
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(kind, {"group": KindGroup.REFUGE})
    with database.writing(BY.scope) as session:
        undone = undo_batch(session, batch_id=batch.id, by=BY, at=now())
    assert (undone.done, len(undone.kept)) == (0, 1)


def test_a_number_that_no_key_can_be_is_no_error_of_ours(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    assert browser.get("/residents-notices/new?resource=99999999999999999999").status_code < 500
