"""Databases for tests: every integration test runs on the embedded file and on PostgreSQL with PostGIS.

Fixtures (a pytest plugin, named in ``tests/conftest.py``):

* ``database`` – a `Database` that is migrated and started (no demo), otherwise empty, once for each kind. ``kind`` is
  "embedded" or "postgis"; ``@pytest.mark.parametrize("kind", ["embedded"], indirect=True)`` keeps a test to one.
* ``demo_database`` – the same, filled with the demo town by ``app.operations.demo``.
* ``stores`` – ``stores.make(kind, filling)`` for a test that needs several; fillings are "void" (no table at all),
  "bare" (migrated only), "started" and "demo". ``stores.url(...)`` gives the address alone.
* ``app``, ``client``, ``sign_in_as`` – the application on ``database`` and a browser for it, see
  ``tests.support.clients``; ``demo_app`` is the application on ``demo_database``.
* ``with assert_statements(app, 3): client.get(...)`` – counts SELECT, INSERT, UPDATE and DELETE, not BEGIN or PRAGMA.

Each filling is made once a session and then copied (a file, or ``CREATE DATABASE … TEMPLATE``), so a test pays a few
milliseconds. All databases have the key `KEYRING`. Passwords are hashed with the least work that argon2 allows.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.util import LRUCache

from app.accounts.service import mark_installation
from app.accounts.vocabulary import Actor
from app.clock import now
from app.config import Settings
from app.crypto import passwords
from app.crypto.keys import Keyring
from app.db import engines, migrations
from app.db.database import Database
from tests.support import capabilities
from tests.support.clients import Browser

KEYRING = Keyring(bytes(range(32)))
KINDS = ("embedded", "postgis")

_TRUE_HASHER = passwords._HASHER
_CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Stores:
    """Makes databases of both kinds from templates, and takes them away again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[str, str], URL] = {}
        self._copies: list[URL] = []
        self._open: list[Database] = []

    def url(self, kind: str, filling: str = "started") -> URL:
        """Return the address of a new database with this filling."""
        made = self._void(kind) if filling == "void" else self._copy(kind, self._template(kind, filling))
        self._copies.append(made)
        return made

    def make(self, kind: str, filling: str = "started") -> Database:
        """Return a new database with this filling; it is closed when the test ends."""
        return self.open(self.url(kind, filling))

    def copy(self, database: Database) -> Database:
        """Return a new database with all that stands in one of ours; nobody else is connected to that one."""
        url = database.engine.url
        database.dispose()
        made = self._copy("embedded" if url.get_backend_name() == "sqlite" else "postgis", url)
        self._copies.append(made)
        return self.open(made)

    def open(self, url: URL, keyring: Keyring = KEYRING) -> Database:
        """Open a database; it is closed when the test ends."""
        database = Database(url, keyring)
        self._open.append(database)
        return database

    @contextmanager
    def for_one_test(self) -> Iterator[Stores]:
        """Close and drop at the end what was made in the block; the templates stay for the next test."""
        before = len(self._copies)
        yield self
        while self._open:
            self._open.pop().dispose()
        gone = [self._copies.pop() for _ in range(len(self._copies) - before)]
        names = [url.database or "" for url in gone if url.get_backend_name() == "postgresql"]
        if names:
            with closing(_server()) as server:
                for name in names:
                    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_all(self) -> None:
        """Drop the databases of this session on the server; the files go with their folder."""
        if capabilities.find_postgres(os.environ):
            with closing(_server()) as server:
                rows = server.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_prefix()}%"]
                )
                for (name,) in rows.fetchall():
                    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _void(self, kind: str, template: str = "template1") -> URL:
        number = next(self._numbers)
        if kind == "embedded":
            return URL.create("sqlite", database=str(self._folder / f"{number}.db"))
        name = f"{_prefix()}{number}"
        with closing(_server()) as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return postgres_url().set(database=name)

    def _template(self, kind: str, filling: str) -> URL:
        if (kind, filling) not in self._templates:
            url = self._void(kind) if filling == "bare" else self._copy(kind, self._template(kind, "bare"))
            database = Database(url, KEYRING)
            _FILLINGS[filling](database)
            # The last connection to close folds the write-ahead log into the file; PostgreSQL copies no database in use.
            database.dispose()
            self._templates[kind, filling] = url
        return self._templates[kind, filling]

    def _copy(self, kind: str, template: URL) -> URL:
        if kind == "postgis":
            return self._void(kind, template.database or "")
        url = self._void(kind)
        shutil.copyfile(template.database or "", url.database or "")
        return url


def _start(database: Database) -> None:
    with database.writing() as session:
        mark_installation(session, is_demo=False, by=Actor.system("test"), at=now())


def _seed(database: Database) -> None:
    # Imported where it is used, like the factory below: a test of one slice shall not load, nor fail with, all others.
    from app.operations.serving import seed_demo

    for _step in seed_demo(database):
        pass


_FILLINGS: dict[str, Callable[[Database], None]] = {
    "bare": lambda database: migrations.upgrade(database.engine),
    "started": _start,
    "demo": _seed,
}


def postgres_url() -> URL:
    """The server of the tests, for our driver; without one the test is not run."""
    return make_url(capabilities.require("postgres")).set(drivername="postgresql+psycopg")


def _server() -> psycopg.Connection[tuple[str, ...]]:
    plain = postgres_url().set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _prefix() -> str:
    """Two runs at once do not drop each other's databases."""
    return f"tsunagi_test_{os.getpid()}_"


_TRUE_ENGINE = engines.make_engine
_FIRST: dict[str, sa.Engine] = {}


def _engine_like_the_first(url: URL, keyring: Keyring) -> sa.Engine:
    """Give every engine of a kind the same memory of compiled statements: a test of its own would compile them all anew."""
    engine = _TRUE_ENGINE(url, keyring)
    first = _FIRST.setdefault(engine.dialect.name, engine)
    if first is engine:
        engine._compiled_cache = LRUCache(5_000)
    # The dialect is part of each key of that memory. There is one server, so all that it learns of it holds.
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


@pytest.fixture(scope="session")
def shared_statements() -> Iterator[None]:
    """Compile a statement once a session and not once a database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.db.database.make_engine", _engine_like_the_first)
        yield


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least work; a tenth of a second each would be most of the time of all tests."""
    with _hasher(_CHEAP_HASHER):
        yield


@pytest.fixture
def true_passwords() -> Iterator[None]:
    """Hash passwords as the product does."""
    with _hasher(_TRUE_HASHER):
        yield


@contextmanager
def _hasher(hasher: PasswordHasher) -> Iterator[None]:
    before = passwords._HASHER
    passwords._HASHER = hasher
    passwords._nobody.cache_clear()
    yield
    passwords._HASHER = before
    passwords._nobody.cache_clear()


@pytest.fixture(scope="session")
def all_stores(
    tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None, shared_statements: None
) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop_all()


@pytest.fixture
def stores(all_stores: Stores) -> Iterator[Stores]:
    """Makes as many databases as a test needs."""
    with all_stores.for_one_test():
        yield all_stores


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases the test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def database(stores: Stores, kind: str) -> Database:
    """A database that was started and holds nothing yet."""
    return stores.make(kind)


@pytest.fixture
def demo_database(stores: Stores, kind: str) -> Database:
    """A database filled with the demo town."""
    return stores.make(kind, "demo")


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the key of all test databases."""
    path = tmp_path_factory.mktemp("key") / "tsunagi.key"
    path.touch(mode=0o600)
    path.write_text(KEYRING.secret.hex(), encoding="ascii")
    return path


MakeApp = Callable[..., Flask]

# Applications at rest, by what their environment says beside the database. Making one takes longer than most tests.
_AT_REST: dict[tuple[tuple[str, str], ...], list[Flask]] = {}


@pytest.fixture
def make_app(key_file: Path) -> Iterator[MakeApp]:
    """``make_app(database, TSUNAGI_HTTPS="1")``: an application on a database, in production over http.

    It may have served another test before. Whoever changes the application itself asks for one ``of_its_own``.
    """
    made: list[tuple[Flask, tuple[tuple[str, str], ...] | None]] = []

    def make(database: Database, *, of_its_own: bool = False, **environment: str) -> Flask:
        settings = Settings.from_environment(environment_for(database.engine.url, key_file) | environment)
        kind = tuple(sorted(environment.items()))
        resting = [] if of_its_own else _AT_REST.setdefault(kind, [])
        app = _move(resting.pop(), settings) if resting else _new_app(settings)
        made.append((app, None if of_its_own else kind))
        return app

    yield make
    for app, kind in made:
        database_of(app).dispose()
        if kind is not None:
            _AT_REST[kind].append(app)


def _new_app(settings: Settings) -> Flask:
    from app.factory import create_app

    app = create_app(settings)
    app.testing = True
    app.config["PREFERRED_URL_SCHEME"] = "https" if settings.https else "http"
    app.test_client_class = Browser
    return app


def _move(app: Flask, settings: Settings) -> Flask:
    """Give an application at rest another database."""
    from app.operations.checks import refuse_unfit

    opened = Database(settings.database_url, KEYRING)
    refuse_unfit(opened, settings.mode)
    app.extensions["tsunagi.database"] = opened
    return app


def environment_for(url: URL, key_file: Path) -> dict[str, str]:
    """What the environment of a process says that works on this database."""
    return {
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "TSUNAGI_KEY_FILE": str(key_file),
        "TSUNAGI_MODE": "production",
        "TSUNAGI_HTTPS": "0",
    }


def database_of(app: Flask) -> Database:
    """The database as the application itself opened it."""
    found: Database = app.extensions["tsunagi.database"]
    return found


@pytest.fixture
def app(make_app: MakeApp, database: Database) -> Flask:
    """The application on a database that holds nothing yet; what a page raises reaches the test."""
    return make_app(database)


@pytest.fixture
def own_app(make_app: MakeApp, database: Database) -> Flask:
    """The same, for a test that changes the application itself."""
    return make_app(database, of_its_own=True)


@pytest.fixture
def demo_app(make_app: MakeApp, demo_database: Database) -> Flask:
    """The application on the demo town."""
    return make_app(demo_database, TSUNAGI_MODE="demo")


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return new_browser(app)


def new_browser(app: Flask) -> Browser:
    """One more browser with cookies of its own."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


_COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip("( \n").upper().startswith(_COUNTED):
            seen.append(statement)

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def assert_statements(app: Flask, expected: int) -> Iterator[None]:
    """Fail when the block sends another number of statements than expected, and show them."""
    with statements(app) as seen:
        yield
    listing = "\n".join(" ".join(statement.split()) for statement in seen)
    assert len(seen) == expected, f"{len(seen)} statements instead of {expected}:\n{listing}"


def rows_of(database: Database, table: str) -> list[dict[str, object]]:
    """All rows of a table as they stand, in the order of its primary key."""
    with database.engine.connect() as connection:
        reflected = sa.Table(table, sa.MetaData(), autoload_with=connection)
        found = connection.execute(sa.select(reflected).order_by(*reflected.primary_key)).mappings()
        return [dict(row) for row in found]
