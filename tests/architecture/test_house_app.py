"""The application as the factory makes it keeps the rules on routes, templates and reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.service import mark_installation
from app.accounts.vocabulary import Actor
from app.clock import now
from app.config import Settings
from app.crypto.keys import make_key
from app.db.database import Database
from app.db.migrations import upgrade
from app.factory import create_app
from tests.architecture.house import assert_none
from tests.architecture.rules.declared_routes import undeclared_access, untyped_parameters
from tests.architecture.rules.read_only import changed_by_reading, plain_pages
from tests.architecture.rules.templates import lenient_undefined


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    """The application on an embedded database that was just started."""
    folder: Path = tmp_path_factory.mktemp("installation")
    settings = Settings.from_environment(
        {
            "TSUNAGI_MODE": "demo",
            "DATABASE_URL": f"sqlite:///{folder / 'tsunagi.db'}",
            "TSUNAGI_KEY_FILE": str(folder / "tsunagi.key"),
        }
    )
    database = Database(settings.database_url, make_key(settings.key_file))
    upgrade(database.engine)
    with database.writing() as session:
        mark_installation(session, is_demo=True, by=Actor.system("architecture test"), at=now())
    yield create_app(settings), database
    database.dispose()


def test_every_route_says_who_may_enter(installation: tuple[Flask, Database]) -> None:
    assert_none(undeclared_access(installation[0]))


def test_every_path_parameter_has_a_type(installation: tuple[Flask, Database]) -> None:
    assert_none(untyped_parameters(installation[0]))


def test_templates_fail_on_unknown_names(installation: tuple[Flask, Database]) -> None:
    assert_none(lenient_undefined(installation[0]))


def test_fetching_any_page_without_a_sign_in_changes_nothing(installation: tuple[Flask, Database]) -> None:
    app, database = installation
    pages = plain_pages(app)
    assert "/health" in pages
    assert_none(changed_by_reading(app.test_client(), database.engine, pages))
