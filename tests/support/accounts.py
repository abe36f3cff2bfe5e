"""Accounts for tests, and browsers in which they are signed in.

``sign_in_as(Role.ADMIN)`` makes an account with that role (or roles) in ``database`` and returns its `Browser`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection

import pytest
from flask import Flask

from app.accounts.models import Account
from app.accounts.service import create_account, open_attempt
from app.accounts.service import sign_in as begin
from app.accounts.vocabulary import Actor, Affiliation, Right, Role
from app.clock import now
from app.db.database import Database
from tests.support.clients import Browser
from tests.support.databases import new_browser

PASSWORD = "ookina-mado-to-akai-isu"
BY = Actor.system("test")

_NUMBERS = itertools.count(1)


def make_account(
    database: Database,
    *roles: Role,
    login_name: str | None = None,
    display_name: str = "試験 はな子",
    rights: Collection[Right] = (),
    organisation: str = "福祉課",
) -> Account:
    """Make an account that can sign in with `PASSWORD` at once."""
    with database.writing(BY.scope) as session:
        account, _ = create_account(
            session,
            login_name=login_name or f"account{next(_NUMBERS)}",
            display_name=display_name,
            affiliation=Affiliation.CITY,
            organisation=organisation,
            roles=set(roles) or {Role.CSW},
            rights=rights,
            password=PASSWORD,
            is_demo=True,
            by=BY,
            at=now(),
        )
    return account


SignInAs = Callable[..., Browser]


@pytest.fixture
def sign_in_as(app: Flask, database: Database) -> SignInAs:
    """Give a browser in which an account with these roles is signed in; by default a new account.

    The page of the sign-in has tests of its own; thousands of tests begin behind it, and a tenth of a second each would
    be minutes.
    """

    def sign_in(*roles: Role, account: Account | None = None) -> Browser:
        chosen = account or make_account(database, *roles)
        browser = new_browser(app)
        with database.writing(BY.scope) as session:
            attempt = open_attempt(session, name_digest=f"of {chosen.id}", address_digest="", at=now())
            admission = begin(
                session,
                account_id=chosen.id,
                attempt_id=attempt,
                password=PASSWORD,
                device="そのほかの機器・ブラウザ",
                at=now(),
            )
        rules = app.extensions["tsunagi.sign_in_rules"]
        browser.set_cookie(rules.cookie, admission.token, secure=rules.https)
        return browser

    return sign_in
