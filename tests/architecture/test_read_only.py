"""Reading changes nothing, and one commit at the edge: proven on a small application with our transactions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import URL
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.crypto.keys import Keyring
from app.db.database import Database
from app.web.transaction import UncommittedChanges, apart, database, install_transactions, session
from tests.architecture.rules.read_only import changed_by_reading, plain_pages


class Base(DeclarativeBase):
    """Home of the fixture tables."""


class Town(Base):
    """A table of the domain."""

    __tablename__ = "town"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Seen(Base):
    """A table of the agreed exceptions."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """An embedded database with one town."""
    made = Database(URL.create("sqlite", database=str(tmp_path / "town.db")), Keyring(bytes(32)))
    Base.metadata.create_all(made.engine)
    with made.writing() as opened:
        opened.add(Town(id=1, name="はまなす町"))
    yield made
    made.dispose()


@pytest.fixture
def app(store: Database) -> Flask:
    """An application whose pages do what they should and what they should not."""
    made = Flask("injected")
    install_transactions(made, store)

    @made.get("/show")
    def show() -> str:
        return session().get_one(Town, 1).name

    @made.get("/show/<int:number>")
    def show_one(number: int) -> str:
        return session().get_one(Town, number).name

    @made.get("/rename-object")
    def rename_object() -> str:
        session().get_one(Town, 1).name = "変わった町"
        return ""

    @made.get("/rename-rows")
    def rename_rows() -> str:
        session().execute(sa.update(Town).values(name="変わった町"))
        return ""

    @made.get("/rename-apart")
    def rename_apart() -> str:
        with database().writing() as opened:
            opened.get_one(Town, 1).name = "変わった町"
        return ""

    @made.get("/note-the-read")
    def note_the_read() -> str:
        with apart(write=True) as opened:
            opened.add(Seen())
        return ""

    @made.post("/rename/<int:status>")
    def rename(status: int) -> tuple[str, int]:
        session().get_one(Town, 1).name = "新しい町"
        return "", status

    return made


def name_of(store: Database) -> str:
    """The name that stands in the database."""
    with store.reading() as opened:
        return opened.get_one(Town, 1).name


def test_a_page_that_only_reads_changes_nothing(app: Flask, store: Database) -> None:
    assert changed_by_reading(app.test_client(), store.engine, ["/show", "/show/1"]) == []


def test_a_get_that_changes_a_row_behind_the_transaction_is_found(app: Flask, store: Database) -> None:
    found = changed_by_reading(app.test_client(), store.engine, ["/show", "/rename-apart", "/show"])
    assert [(violation.where, violation.what) for violation in found] == [
        ("/rename-apart", "GET changes town")
    ]


def test_the_audit_row_of_a_read_is_an_agreed_exception(app: Flask, store: Database) -> None:
    assert changed_by_reading(app.test_client(), store.engine, ["/note-the-read"]) == []
    everything = changed_by_reading(app.test_client(), store.engine, ["/note-the-read"], ignoring=())
    assert [violation.what for violation in everything] == ["GET changes audit_event"]


def test_only_pages_without_arguments_are_fetched_by_themselves(app: Flask) -> None:
    assert plain_pages(app) == ["/note-the-read", "/rename-apart", "/rename-object", "/rename-rows", "/show"]


def test_a_get_that_leaves_a_changed_object_fails_loudly(app: Flask, store: Database) -> None:
    app.testing = True
    with pytest.raises(UncommittedChanges):
        app.test_client().get("/rename-object")
    assert name_of(store) == "はまなす町"


def test_the_database_itself_refuses_a_get_that_changes_rows(app: Flask, store: Database) -> None:
    assert app.test_client().get("/rename-rows").status_code >= 500
    assert name_of(store) == "はまなす町"


def test_a_post_is_committed_once_at_the_edge(app: Flask, store: Database) -> None:
    app.test_client().post("/rename/200")
    assert name_of(store) == "新しい町"


def test_a_post_that_answers_with_an_error_changes_nothing(app: Flask, store: Database) -> None:
    app.test_client().post("/rename/422")
    assert name_of(store) == "はまなす町"
