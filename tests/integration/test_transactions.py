"""Reading changes nothing, writing is committed once, and what was done is recorded in the same transaction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.accounts import queries, service
from app.accounts.guards import public
from app.accounts.models import Account
from app.accounts.vocabulary import Role
from app.clock import now
from app.db.database import Database
from app.web.errors import Refused
from app.web.transaction import apart, session
from tests.architecture.house import assert_none
from tests.architecture.rules.read_only import changed_by_reading, plain_pages
from tests.support.accounts import BY, SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import assert_statements, new_browser, rows_of, statements

DEMO_PASSWORD = "tsunagi-demo-machi"


def name_of(database: Database, account_id: int) -> str:
    """The name as it stands in the database."""
    with database.reading() as opened:
        return queries.get_account(opened, account_id).display_name


@pytest.fixture
def writing_app(own_app: Flask, database: Database) -> Flask:
    """The application with a few views more, which write and then end in different ways."""
    app = own_app
    app.config["WTF_CSRF_ENABLED"] = False

    def rename(ending: str) -> tuple[str, int]:
        account = queries.get_account(session(), 1)
        account.display_name = "変わった 名前"
        service.reopen_account(session(), account_id=account.id, by=BY, at=now())
        if ending == "refused":
            raise Refused("だめです。")
        if ending == "bug":
            raise ZeroDivisionError
        return "", int(ending)

    def rename_apart_too_late() -> str:
        session().execute(sa.select(Account.id))
        with apart(write=True):
            return ""

    app.add_url_rule("/rename/<ending>", view_func=public(rename), methods=["POST"])
    app.add_url_rule("/late", view_func=public(rename_apart_too_late), methods=["POST"])
    return app


@pytest.mark.parametrize("ending", ["200", "303", "204"])
def test_what_ends_well_is_committed_with_its_record(
    writing_app: Flask, database: Database, ending: str
) -> None:
    make_account(database)
    assert new_browser(writing_app).post(f"/rename/{ending}").status_code == int(ending)
    assert name_of(database, 1) == "変わった 名前"
    assert rows_of(database, "audit_event")[-1]["action"] == "account.reopened"


@pytest.mark.parametrize("ending", ["400", "404", "422", "500", "refused", "bug"])
def test_what_ends_badly_leaves_neither_the_change_nor_the_record(
    writing_app: Flask, database: Database, ending: str
) -> None:
    make_account(database)
    before = rows_of(database, "account"), rows_of(database, "audit_event"), rows_of(database, "audit_head")
    writing_app.testing = False
    assert new_browser(writing_app).post(f"/rename/{ending}").status_code >= 400
    after = rows_of(database, "account"), rows_of(database, "audit_event"), rows_of(database, "audit_head")
    assert after == before


def test_a_bug_is_told_with_a_number_and_without_its_words(
    writing_app: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    make_account(database)
    writing_app.testing = False
    browser = new_browser(writing_app)
    assert browser.post("/rename/bug").status_code == 500
    assert browser.heading == "うまく動きませんでした"
    number = browser.text.partition("お問い合わせの番号：")[2].split()[0]
    assert number in caplog.text
    assert "ZeroDivision" not in browser.text


def test_a_second_writer_inside_a_request_is_refused_instead_of_waiting_for_itself(
    writing_app: Flask,
) -> None:
    with pytest.raises(RuntimeError, match="holds the writer's lock"):
        new_browser(writing_app).post("/late")


def test_a_change_that_fails_takes_its_record_along(database: Database) -> None:
    account = make_account(database)
    before = rows_of(database, "audit_event")

    def change_and_fail() -> None:
        with database.writing(BY.scope) as opened:
            service.reopen_account(opened, account_id=account.id, by=BY, at=now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert rows_of(database, "audit_event") == before


def test_the_database_itself_keeps_a_reading_session_from_writing(database: Database) -> None:
    account = make_account(database)
    changes = [
        sa.update(Account).values(display_name="変"),
        sa.delete(Account),
        sa.insert(Account).values(login_name="x"),
    ]
    for change in changes:
        with database.reading(BY.scope) as opened, pytest.raises(DBAPIError):
            opened.execute(change)
    with database.reading(BY.scope) as opened:
        queries.get_account(opened, account.id).display_name = "変"
        with pytest.raises(DBAPIError):
            opened.flush()
    assert name_of(database, account.id) == account.display_name


def test_a_connection_that_was_read_with_can_be_written_with_again(database: Database) -> None:
    for _ in range(12):
        with database.reading() as opened:
            opened.execute(sa.select(Account.id)).all()
        make_account(database)
    assert len(rows_of(database, "account")) == 12


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    make_account(database)
    with database.reading() as reader:
        first = len(queries.list_accounts(reader))
        make_account(database)
        reader.expire_all()
        assert len(queries.list_accounts(reader)) == first
    with database.reading() as reader:
        assert len(queries.list_accounts(reader)) == first + 1


def test_a_reader_does_not_wait_for_a_writer(app: Flask, sign_in_as: SignInAs, database: Database) -> None:
    browser = sign_in_as(Role.ADMIN)
    with database.writing(BY.scope) as writer:
        queries.get_account(writer, 1).display_name = "まだ 書いている"
        writer.flush()
        assert browser.get("/accounts").status_code == 200
        assert browser.get("/health").status_code == 200
        assert "まだ 書いている" not in browser.text


# What keeps a page from writing is the same for all roles; the second database is asked by those who see most and least.
ON_BOTH = [None, Role.COORDINATOR]


@pytest.mark.parametrize(
    ("kind", "role"),
    [("embedded", role) for role in (None, *Role)] + [("postgis", role) for role in ON_BOTH],
    indirect=["kind"],
)
def test_fetching_every_page_of_the_filled_demo_changes_nothing(
    demo_app: Flask, demo_database: Database, role: Role | None
) -> None:
    browser = new_browser(demo_app)
    if role:
        with demo_database.reading() as opened:
            accounts = queries.list_demo_accounts(opened)
        name = next(account.login_name for account in accounts if role in account.role_set)
        assert browser.sign_in(name, DEMO_PASSWORD).status_code == 303
    pages = [*plain_pages(demo_app), "/accounts/1", "/accounts/4711", "/sign-in?next=/accounts"]
    assert_none(changed_by_reading(browser, demo_database.engine, pages))


@pytest.mark.parametrize("rows", [1, 10])
def test_the_statements_of_a_page_do_not_grow_with_its_rows(
    app: Flask, sign_in_as: SignInAs, database: Database, rows: int
) -> None:
    browser = sign_in_as(Role.ADMIN)
    for _ in range(5 * rows):
        make_account(database, Role.CSW, Role.COORDINATOR)
    # Who asks: the sign-in with its account, roles, rights. The list: accounts, roles, rights.
    with assert_statements(app, 6):
        browser.get("/accounts")
    with assert_statements(app, 6):
        browser.get("/accounts/2")
    with assert_statements(app, 7):
        browser.get("/account")


def test_the_statements_of_a_page_do_not_grow_with_the_sign_ins_on_it(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account = make_account(database)
    browsers: list[Browser] = [sign_in_as(account=account) for _ in range(12)]
    with assert_statements(app, 7):
        browsers[0].get("/account")
    assert browsers[0].text.count("そのほかの機器・ブラウザ") == 12


def test_a_page_that_nobody_signed_in_for_asks_no_database(app: Flask) -> None:
    browser = new_browser(app)
    with statements(app) as sent:
        browser.get("/sign-in")
        browser.get("/there-is-no-such-page")
    assert sent == []
