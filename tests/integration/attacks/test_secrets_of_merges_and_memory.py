"""What tells the same as a place that turns out to be secret: what was put into it, its further names, what files taught.

A coordinator without the right looks for a refuge by the entries that were merged into it, by the identities under
which files name it, and by teaching the town to read the next file of the right's holder otherwise.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now
from app.db.database import Database
from app.resources.exchange.cells import Value
from app.resources.exchange.checking import CheckedRow, Options
from app.resources.exchange.identity import REFUGE
from app.resources.exchange.mapping import headers_digest
from app.resources.models import ImportMapping, Resource, ResourceAlias, ResourceKind
from app.resources.queries.history import list_changes_of_batch
from app.resources.queries.imports import find_known
from app.resources.service import merging
from app.resources.service.batches import Batch
from app.resources.service.catalogue import edit_resource, undo_step
from app.resources.service.changes import undo_batch
from app.resources.service.importing import import_resources
from app.resources.service.kinds import KindValues, change_kind, merge_kinds
from app.resources.service.mappings import forget_mapping, remember_mapping
from app.resources.vocabulary import ChangeCause, Disclosure, KindGroup, Verdict
from tests.factories.cases import make_actor
from tests.factories.resources import make_kind, make_resource
from tests.integration.imports.conftest import Take, take
from tests.integration.imports.test_import_steps import mend, preview, run
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

__all__ = ["take"]

BY = Actor.system("test")
SECRET = "秘匿の避難先"
CAFE = {"name": "ぶんこカフェ こもれび", "address": "常盤市本町1-2-3", "contact": "0532-11-2222"}
ALIKE = {"name": "文庫カフェこもれび", "address": "常盤市本町1-2-3", "contact": "0532-11-2222"}
HEAD = "名称,種別,住所,秘匿\n"


@pytest.fixture(autouse=True)
def refuge_kind(database: Database) -> int:
    """A kind of secret refuges."""
    return make_kind(database, label=SECRET, group=KindGroup.REFUGE)


def entry(database: Database, key: int) -> Resource:
    """An entry as it stands."""
    with database.reading(BY.scope) as session:
        return session.get_one(Resource, key)


def merge(database: Database, kept: int, other: int) -> str:
    """Put one entry into another; the id of the step."""
    versions = entry(database, kept).version, entry(database, other).version
    with database.writing(BY.scope) as session:
        return merging.merge_resources(
            session, kept_id=kept, other_id=other, versions=versions, chosen={}, by=BY, at=now()
        ).id


def merged(database: Database) -> tuple[int, int]:
    """Two entries that were put together: the one that stays, and the other one."""
    kept, other = make_resource(database, **CAFE), make_resource(database, **ALIKE, contact_is_public=True)
    merge(database, kept, other)
    return kept, other


def edit_into_secret(database: Database, kept: int) -> None:
    """Somebody gives the entry a secret kind."""
    version = entry(database, kept).version
    with database.writing(BY.scope) as session:
        edit_resource(
            session, resource_id=kept, facts={"kind": SECRET}, version=version, is_sure=True, by=BY, at=now()
        )


def merged_and_secret(database: Database) -> tuple[int, int]:
    """Two entries that were put together, before it turned out that the place is secret."""
    kept, other = merged(database)
    edit_into_secret(database, kept)
    return kept, other


def newest_batch(database: Database) -> str:
    """The id of the latest step in the history."""
    return str(max(rows_of(database, "catalogue_change"), key=lambda row: int(str(row["id"])))["batch"])


def assert_closed(database: Database, key: int) -> None:
    """An entry is secret in all that follows from it."""
    found = entry(database, key)
    assert (found.is_refuge, found.disclosure, found.contact_is_public) == (True, Disclosure.CLOSED, False)
    assert found.identity.startswith(REFUGE)
    of_it = [row for row in rows_of(database, "catalogue_change") if row["subject_id"] == key]
    assert of_it
    assert all(row["is_refuge"] for row in of_it if row["subject"] == "resource")


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REFERRER, Role.CSW, Role.COORDINATOR])
def test_no_page_shows_what_was_put_into_a_refuge(
    database: Database, sign_in_as: SignInAs, role: Role
) -> None:
    _, other = merged_and_secret(database)
    browser = sign_in_as(role)
    for path in ("/resources?q=こもれび&ended=1", f"/resources/{other}", f"/resources/{other}/history"):
        browser.get(path)
        assert "常盤市本町1-2-3" not in browser.text
        assert "文庫カフェ" not in browser.text
        assert "にまとめました" not in browser.text


def close_by_kind(database: Database, kept: int) -> None:
    """The kind of the entry becomes one of refuges."""
    with database.writing(BY.scope) as session:
        kind = session.get_one(ResourceKind, session.get_one(Resource, kept).kind_id)
        values = KindValues(kind.label, KindGroup.REFUGE, kind.check_interval_days)
        change_kind(session, kind_id=kind.id, version=kind.version, values=values, by=BY, at=now())


def close_by_merging_kinds(database: Database, kept: int) -> None:
    """The kind of the entry is put into one of refuges."""
    with database.writing(BY.scope) as session:
        into = session.scalars(sa.select(ResourceKind).where(ResourceKind.label == SECRET)).one()
        merge_kinds(
            session, kind_id=session.get_one(Resource, kept).kind_id, into_id=into.id, by=BY, at=now()
        )


def close_by_import(database: Database, kept: int) -> None:
    """A file says that the place is secret."""
    place = entry(database, kept)
    values: dict[str, Value] = {
        "name": place.name,
        "kind": "居場所",
        "is_refuge": True,
        "disclosure": "closed",
    }
    row = CheckedRow(2, place.name, "居場所", REFUGE + place.identity, True, values, {}, "digest")
    with database.writing(BY.scope) as session:
        assert import_resources(session, rows=[row], by=BY, at=now()).items[0].verdict is Verdict.CHANGED


@pytest.mark.parametrize(
    "close",
    [edit_into_secret, close_by_kind, close_by_merging_kinds, close_by_import],
    ids=lambda by: by.__name__,
)
def test_a_place_closes_what_was_put_into_it_and_the_way_back_opens_both(
    database: Database, close: Any
) -> None:
    # The other one is of another kind, so that it is not closed for its own sake.
    make_kind(database, label="サロン", group=KindGroup.TAKING_PART)
    kept = make_resource(database, **CAFE)
    other = make_resource(database, **ALIKE, kind="サロン")
    first = make_resource(database, **ALIKE | {"name": "こもれび文庫カフェ"}, kind="サロン")
    merge(database, other, first)
    merge(database, kept, other)
    close(database, kept)
    assert_closed(database, other)
    assert_closed(database, first)
    batch = newest_batch(database)
    with database.writing(BY.scope) as session:
        assert undo_batch(session, batch_id=batch, by=BY, at=now()).kept == ()
    for key in (kept, other, first):
        assert not entry(database, key).is_refuge
        assert not entry(database, key).identity.startswith(REFUGE)


def test_entries_of_one_kind_that_were_put_together_close_with_it(database: Database) -> None:
    kept, other = merged(database)
    close_by_merging_kinds(database, kept)
    assert_closed(database, kept)
    assert_closed(database, other)
    assert entry(database, kept).kind_id == entry(database, other).kind_id


def test_the_step_that_closes_both_is_taken_back_on_the_card(database: Database) -> None:
    kept, other = merged_and_secret(database)
    batch = newest_batch(database)
    with database.writing(BY.scope) as session:
        assert {row.subject_id for row in list_changes_of_batch(session, batch, scope=BY.scope)} == {
            kept,
            other,
        }
        undo_step(session, resource_id=kept, batch=batch, by=BY, at=now())
    assert not entry(database, kept).is_refuge
    assert not entry(database, other).is_refuge


def test_a_step_back_that_makes_a_place_secret_closes_what_was_put_into_it(database: Database) -> None:
    kept = make_resource(database, **CAFE)
    edit_into_secret(database, kept)
    with database.writing(BY.scope) as session:
        opening = Batch(session, ChangeCause.EDIT, by=BY, at=now())
        row = session.get_one(Resource, kept)
        former = session.scalars(sa.select(ResourceKind).where(ResourceKind.label != SECRET)).first()
        assert former is not None
        opening.change(row, {"is_refuge": False, "kind_id": former.id})
    other = make_resource(database, **ALIKE)
    merge(database, kept, other)
    with database.writing(BY.scope) as session:
        undo_batch(session, batch_id=opening.id, by=BY, at=now())
    assert_closed(database, kept)
    assert_closed(database, other)


def test_a_kind_that_is_one_of_refuges_again_closes_what_came_meanwhile(
    database: Database, refuge_kind: int
) -> None:
    with database.writing(BY.scope) as session:
        kind = session.get_one(ResourceKind, refuge_kind)
        values = KindValues(SECRET, KindGroup.TAKING_PART, kind.check_interval_days)
        step = change_kind(session, kind_id=kind.id, version=kind.version, values=values, by=BY, at=now())
        assert step is not None
    came = make_resource(database, kind=SECRET, group=KindGroup.TAKING_PART, name="海", address="浜町3")
    with database.writing(BY.scope) as session:
        undo_batch(session, batch_id=step.batch, by=BY, at=now())
    assert_closed(database, came)


def bare_row(name: str, identity: str, **more: Any) -> CheckedRow:
    """A row of a file that names an open place."""
    defaults: dict[str, Value] = {"disclosure": "partners", "contact_is_public": False}
    return CheckedRow(
        2, name, "居場所", identity, False, {"name": name, "kind": "居場所"}, defaults, "d", **more
    )


def test_an_import_of_the_other_name_by_somebody_else_is_as_of_any_new_place(database: Database) -> None:
    _, other = merged_and_secret(database)
    by = make_actor(database, Role.COORDINATOR)
    known = entry(database, other)
    row = bare_row(known.name, known.identity.removeprefix(REFUGE))
    with database.writing(by.scope) as session:
        report = import_resources(session, rows=[row], by=by, at=now())
    assert report.items[0].verdict is Verdict.ADDED


def test_what_was_put_into_an_entry_out_of_reach_is_passed_over(database: Database) -> None:
    kept, other = merged_and_secret(database)
    with database.writing(BY.scope) as session:
        row = session.get_one(Resource, other)
        # As if it had been left open: the second fence is to hold alone.
        row.is_refuge, row.identity = False, row.identity.removeprefix(REFUGE)
        identity = row.identity
        session.execute(sa.delete(ResourceAlias).execution_options(scope=BY.scope))
    by = make_actor(database, Role.COORDINATOR)
    with database.writing(by.scope) as session:
        assert find_known(session, [identity], scope=by.scope)[identity].is_out_of_reach
        report = import_resources(session, rows=[bare_row("文庫", identity)], by=by, at=now())
    assert report.items[0].verdict is Verdict.UNCHANGED
    assert entry(database, kept).name == CAFE["name"]


def add_alias(database: Database, key: int, identity: str) -> None:
    """Files name an entry by a further identity."""
    with database.writing(BY.scope) as session:
        session.add(
            ResourceAlias(identity=identity, resource_id=key, batch="b" * 32, account_id=None, made_at=now())
        )


def aliases(database: Database) -> dict[object, object]:
    """Further identities, and where they lead."""
    return {row["identity"]: row["resource_id"] for row in rows_of(database, "resource_alias")}


def test_a_guessed_name_of_a_refuge_is_as_any_other_name(database: Database) -> None:
    secret = make_resource(database, name="かくれが", address="浜町9")
    add_alias(database, secret, "居場所|かくれ家|浜町9")
    edit_into_secret(database, secret)
    known = make_resource(database, name="海", address="浜町3")
    by = make_actor(database, Role.COORDINATOR)

    def guess(identity: str) -> Verdict:
        with database.writing(by.scope) as session:
            rows = [bare_row("海", identity, same_as=known)]
            return import_resources(session, rows=rows, by=by, at=now()).items[0].verdict

    verdicts = [guess("居場所|別の名前|浜町9"), guess("居場所|かくれ家|浜町9")]
    assert verdicts[0] is verdicts[1]
    assert aliases(database) == {
        f"{REFUGE}居場所|かくれ家|浜町9": secret,
        "居場所|別の名前|浜町9": known,
        "居場所|かくれ家|浜町9": known,
    }


def test_the_further_names_of_a_place_are_open_again_with_it(database: Database) -> None:
    place = make_resource(database, name="かくれが", address="浜町9")
    add_alias(database, place, "居場所|かくれ家|浜町9")
    edit_into_secret(database, place)
    assert aliases(database) == {f"{REFUGE}居場所|かくれ家|浜町9": place}
    batch = newest_batch(database)
    with database.writing(BY.scope) as session:
        undo_batch(session, batch_id=batch, by=BY, at=now())
    assert aliases(database) == {"居場所|かくれ家|浜町9": place}


def test_a_name_that_somebody_else_has_by_now_is_not_taken_from_them(database: Database) -> None:
    place = make_resource(database, name="かくれが", address="浜町9")
    other = make_resource(database, name="海", address="浜町3")
    add_alias(database, place, "居場所|かくれ家|浜町9")
    edit_into_secret(database, place)
    add_alias(database, other, "居場所|かくれ家|浜町9")
    batch = newest_batch(database)
    with database.writing(BY.scope) as session:
        undo_batch(session, batch_id=batch, by=BY, at=now())
    assert aliases(database)["居場所|かくれ家|浜町9"] == other
    edit_into_secret(database, place)
    edit_into_secret(database, other)
    assert set(aliases(database)) == {f"{REFUGE}居場所|かくれ家|浜町9"}


def holder_of_the_right(database: Database, sign_in_as: SignInAs) -> Browser:
    """A coordinator who places people in refuges."""
    return sign_in_as(account=make_account(database, Role.COORDINATOR, rights=[Right.PLACE_IN_REFUGE]))


def test_the_column_of_secrets_is_always_read_as_it_is(database: Database, sign_in_as: SignInAs) -> None:
    browser = holder_of_the_right(database, sign_in_as)
    page = preview(browser, database, HEAD + "かくれが,居場所,浜町9,1\n")
    browser.get(f"{page}/columns")
    assert "いつも「秘匿」として読みます" in browser.text
    assert all("column_3" not in form.names for form in browser.forms())
    token = browser.token(f"{page}/columns")
    sent = {
        "csrf_token": token,
        "column_0": "名称",
        "column_1": "種別",
        "column_2": "住所",
        "column_3": "備考",
    }
    assert browser.post(f"{page}/columns", data=sent).status_code == 303


def test_no_remembered_reading_opens_a_refuge(database: Database, sign_in_as: SignInAs) -> None:
    headers = HEAD.strip().split(",")
    poison = {"秘匿": "", "種別": "備考", "住所": "秘匿"}
    with database.writing(BY.scope) as session:
        session.add(
            ImportMapping(
                headers_digest=headers_digest(headers), columns=poison, account_id=None, changed_at=now()
            )
        )
    browser = holder_of_the_right(database, sign_in_as)
    for name, kind, mark in (("かくれが", "居場所", "1"), ("月あかり荘", SECRET, "")):
        page = preview(browser, database, f"{HEAD}{name},{kind},なし,{mark}\n")
        run(browser, database, page)
    found = {row["name"]: bool(row["is_refuge"]) for row in rows_of(database, "resource")}
    assert found == {"かくれが": True, "月あかり荘": True}


def test_what_opens_a_place_is_read_otherwise_only_in_the_file_at_hand(
    database: Database, sign_in_as: SignInAs
) -> None:
    file = "名称,種別,公開区分,携帯番号,ひとこと\n{},居場所,非公開,090-0000-0000,公開\n"
    first = sign_in_as(Role.COORDINATOR)
    page = preview(first, database, file.format("縁側"))
    mend(first, database, page, column_2="", column_3="連絡先", column_4="公開区分")
    run(first, database, page)
    places = {row["name"]: row for row in rows_of(database, "resource")}
    assert (places["縁側"]["disclosure"], places["縁側"]["contact"]) == (Disclosure.PUBLIC, "090-0000-0000")
    assert rows_of(database, "import_mapping") == []

    other = sign_in_as(Role.COMMUNITY)
    run(other, database, preview(other, database, file.format("海")))
    places = {row["name"]: row for row in rows_of(database, "resource")}
    assert (places["海"]["disclosure"], places["海"]["contact"]) == (Disclosure.CLOSED, None)


def test_which_column_tells_of_secrets_is_forgotten_by_the_rights_holders_alone(database: Database) -> None:
    headers, digest = ["名称", "種別", "シェルターか"], "d" * 64
    curious = make_actor(database, Role.COORDINATOR)

    def say(by: Actor, columns: dict[str, str]) -> None:
        with database.writing(by.scope) as session:
            remember_mapping(session, digest=digest, columns=columns, by=by, at=now())

    def kept() -> list[object]:
        with database.reading(BY.scope) as session:
            return [row.columns for row in session.scalars(sa.select(ImportMapping))]

    say(BY, {headers[2]: "秘匿"})
    say(curious, {headers[2]: "備考"})
    assert kept() == [{headers[2]: "秘匿"}]
    with database.writing(curious.scope) as session:
        forget_mapping(session, digest=digest, by=curious, at=now())
    assert kept() == [{headers[2]: "秘匿"}]
    say(BY, {})
    assert kept() == []


def test_a_second_column_of_secrets_takes_nothing_back(take: Take, database: Database) -> None:
    options = Options(columns={"かくす": "秘匿"})
    take("名称,種別,かくす,秘匿\nかくれが,居場所,0,1\n海,居場所,0,0\n", options=options)
    found = {row["name"]: bool(row["is_refuge"]) for row in rows_of(database, "resource")}
    assert found == {"かくれが": True, "海": False}
