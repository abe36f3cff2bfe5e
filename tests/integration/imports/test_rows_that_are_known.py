"""Rows of which it is known, or said, that they are an entry which is there: aliases, merges, decisions of people."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.accounts.vocabulary import Right, Role
from app.clock import now
from app.db.database import Database
from app.resources.exchange.checking import Options
from app.resources.models import Resource, ResourceAlias, ResourceKind
from app.resources.service.changes import undo_batch
from app.resources.service.importing import ImportMode
from app.resources.vocabulary import Verdict
from tests.factories.cases import make_actor
from tests.integration.imports.conftest import BY, Take
from tests.support.databases import rows_of

HERE = "種別,名称,住所,電話番号\n通いの場,縁側,本町1-2,087-800-0001\n"
AGAIN = "種別,名称,住所,電話番号\n通いの場,えんがわカフェ,本町1-2,087-800-0002\n"
BOTH = f"{AGAIN}通いの場,縁側,本町1-2,087-800-0001\n"


def verdicts(report: object) -> Sequence[Verdict]:
    """The verdict of each row."""
    return [item.verdict for item in report.items]  # type: ignore[attr-defined]


def names(database: Database) -> list[str]:
    """The names in the catalogue."""
    return [str(row["name"]) for row in rows_of(database, "resource")]


def only_id(database: Database) -> int:
    """The key of the only entry."""
    (row,) = rows_of(database, "resource")
    return int(str(row["id"]))


def test_a_row_that_is_said_to_be_an_entry_changes_it_and_is_known_from_then_on(
    database: Database, take: Take
) -> None:
    take(HERE)
    key = only_id(database)

    first = take(AGAIN, options=Options(same_as={2: key}))

    assert verdicts(first) == [Verdict.CHANGED]
    assert names(database) == ["えんがわカフェ"]
    assert verdicts(take(AGAIN)) == [Verdict.UNCHANGED]
    assert first.batch is not None
    with database.writing(BY.scope) as session:
        undo_batch(session, batch_id=first.batch, by=BY, at=now())
    assert names(database) == ["縁側"]
    assert rows_of(database, "resource_alias") == []


def test_of_two_rows_for_one_entry_the_one_with_its_own_identity_counts(
    database: Database, take: Take
) -> None:
    take(HERE)
    take(AGAIN, options=Options(same_as={2: only_id(database)}))
    take(HERE)

    for _ in range(2):
        report = take(BOTH)
        assert verdicts(report) == [Verdict.UNCHANGED, Verdict.UNCHANGED]
        assert "3行目と同じ資源" in report.items[0].reasons[-1]
        assert names(database) == ["縁側"]


def test_an_entry_that_is_gone_is_told(take: Take) -> None:
    report = take(AGAIN, options=Options(same_as={2: 4_711}))

    assert verdicts(report) == [Verdict.REFUSED]
    assert "ください" in report.items[0].reasons[0]


def test_a_row_that_is_left_out_is_counted_as_such(database: Database, take: Take) -> None:
    report = take(BOTH, options=Options(skipped=frozenset({3})))

    assert verdicts(report) == [Verdict.ADDED, Verdict.SKIPPED]
    assert report.counts() == {
        "rows": 2,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "skipped": 1,
    }
    assert names(database) == ["えんがわカフェ"]


def test_an_entry_that_was_merged_stands_for_the_other(database: Database, take: Take) -> None:
    take(BOTH)
    with database.writing(BY.scope) as session:
        cafe, place = session.scalars(sa.select(Resource).order_by(Resource.id)).all()
        cafe.merged_into_id = place.id

    report = take(AGAIN.replace("0002", "0003"))

    assert verdicts(report) == [Verdict.CHANGED]
    contacts = {row["name"]: row["contact"] for row in rows_of(database, "resource")}
    assert "087-800-0003" in contacts.values()
    assert len(contacts) <= 2


def test_a_kind_that_was_merged_does_not_come_back(database: Database, take: Take) -> None:
    take("種別,名称\nサロン,縁側\n通いの場,海\n")
    with database.writing(BY.scope) as session:
        kinds = {kind.label: kind for kind in session.scalars(sa.select(ResourceKind))}
        kinds["サロン"].merged_into_id = kinds["通いの場"].id
        meant = kinds["通いの場"].id
        for row in session.scalars(sa.select(Resource)):
            row.kind_id = meant

    take("種別,名称,定員\nサロン,丘,\nサロン,縁側,20\n")

    assert {row["kind_id"] for row in rows_of(database, "resource")} == {meant}
    assert len(rows_of(database, "resource_kind")) == 2


def test_a_refuge_is_opened_by_no_alias(database: Database, take: Take) -> None:
    take("種別,名称,住所,秘匿\n居場所,ひみつ,本町9,1\n")
    key = only_id(database)
    with database.writing(BY.scope) as session:
        session.add(
            ResourceAlias(
                identity="name|居場所|家|本町10",
                resource_id=key,
                batch="0" * 32,
                account_id=None,
                made_at=now(),
            )
        )
    keeper = make_actor(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,))
    plain = make_actor(database, Role.COORDINATOR)

    told = take("種別,名称,住所\n居場所,家,本町10\n", mode=ImportMode.DRY_RUN, by=keeper)
    untold = take("種別,名称,住所\n居場所,家,本町10\n", mode=ImportMode.DRY_RUN, by=plain)

    assert verdicts(told) == [Verdict.REFUSED]
    assert "秘匿" in told.items[0].reasons[0]
    assert verdicts(untold) == [Verdict.ADDED], "whoever may not know of it learns nothing"


def test_a_trial_names_what_is_alike_and_an_import_does_not_ask(database: Database, take: Take) -> None:
    take(HERE)
    other = "種別,名称,住所,電話番号\n居場所,縁側,本町1-2,087-800-0001\n"

    trial = take(other, mode=ImportMode.DRY_RUN)

    assert verdicts(trial) == [Verdict.ADDED]
    assert [alike.resource_id for alike in trial.items[0].alike] == [only_id(database)]
    assert trial.items[0].about[0] == "居場所"
