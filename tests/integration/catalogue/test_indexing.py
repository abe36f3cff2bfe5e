"""What an older edition of the product made of the words of an entry, or left empty, is made anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Scope
from app.clock import now
from app.db import migrations
from app.db.database import Database
from app.jobs.models import JobDuty
from app.jobs.service.working import Worker
from app.operations.renewing import bring_up, renew_missing
from app.resources.models.derived import edition_of_words
from app.resources.queries import catalogue
from app.resources.queries.criteria import Filter
from app.resources.service import indexing
from app.resources.service.indexing import renew_words
from app.resources.vocabulary import Disclosure, KindGroup
from tests.factories.resources import make_resource
from tests.support.databases import rows_of

BY = Actor.system("test")
EVERYBODY = Scope(None)


def renew(database: Database) -> int:
    with database.writing(BY.scope) as session:
        return renew_words(session, by=BY, at=now())


def found(database: Database, words: str, scope: Scope = EVERYBODY) -> list[str]:
    """The names on the page; as many are counted."""
    with database.reading(scope) as session:
        entries = catalogue.list_entries(session, Filter(words=words), scope=scope)
        counts = catalogue.count_by_kind(session, Filter(words=words), scope=scope)
    assert sum(count.total for count in counts) == len(entries)
    return [entry.resource.name for entry in entries]


@pytest.mark.parametrize("column", ["search_terms", "search_text"])
def test_an_entry_with_old_words_gets_those_of_today_and_does_not_count_as_changed(
    database: Database, column: str
) -> None:
    make_resource(database, name="こもれび文庫", contact="0590-11-2222")
    make_resource(database, name="ひだまり")
    before = rows_of(database, "resource")
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE resource SET {column} = 'old' WHERE name = 'こもれび文庫'"))
    assert renew(database) == 1
    assert rows_of(database, "resource") == before


def test_words_of_today_are_left_alone(database: Database) -> None:
    make_resource(database, name="こもれび文庫")
    assert renew(database) == 0


def test_the_whole_catalogue_is_gone_through_once_and_not_every_day(database: Database) -> None:
    make_resource(database, name="こもれび文庫")
    worker, morning = Worker(database, {}, indexing.DUTIES), now()
    assert worker.run_duties(morning) == 1
    assert [worker.run_duties(morning + timedelta(days=days)) for days in (1, 2, 300)] == [0, 0, 0]


def test_the_mark_of_an_edition_fits_into_its_column_and_is_the_same_for_the_same_code() -> None:
    (duty,) = indexing.DUTIES
    assert len(duty.row_name) <= JobDuty.name.type.length
    assert duty.edition == edition_of_words()


def test_an_entry_of_older_tables_is_found_as_soon_as_they_are_brought_up(database: Database) -> None:
    make_resource(database, name="こもれび文庫", description="車椅子のまま入れます")
    make_resource(database, name="避難所", kind="避難先", group=KindGroup.REFUGE, is_refuge=True, disclosure=Disclosure.CLOSED)  # fmt: skip
    before = rows_of(database, "resource")
    migrations.downgrade(database.engine, "0014")
    bring_up(database)
    assert rows_of(database, "resource") == before
    assert found(database, "車いす") == ["こもれび文庫"]
    assert found(database, "こもれび文") == ["こもれび文庫"]
    assert found(database, "避難所") == []
    assert found(database, "避難所", BY.scope) == ["避難所"]


def test_what_was_stopped_behind_the_tables_is_done_later_and_once(database: Database) -> None:
    make_resource(database, name="こもれび文庫")
    migrations.downgrade(database.engine, "0014")
    migrations.upgrade(database.engine)
    assert {row["search_text"] for row in rows_of(database, "resource")} == {""}
    renew_missing(database)
    assert found(database, "こもれび文庫") == ["こもれび文庫"]
    assert renew(database) == 0


def test_the_text_that_is_compared_holds_no_contact(database: Database) -> None:
    make_resource(database, name="場", contact="0590-00-1234 なかよし係", contact_is_public=False)
    (row,) = rows_of(database, "resource")
    assert row["search_text"] == "場 居場所"
