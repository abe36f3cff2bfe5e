"""Every page asks the database as often for a full town as for a small one."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts.vocabulary import Role
from app.clock import now
from app.db.database import Database
from tests.factories.cases import actor_of
from tests.factories.planning import make_release
from tests.factories.town import Town, addresses_of
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import statements

FEW, MANY = 2, 20

# Pages that a signed-in worker is led away from, and the one that takes a signed link that was followed.
NOT_OPENED = {
    # Only an import that was written has a way back; see tests/integration/imports/test_import_steps.py.
    "resources_import_steps.show_undo",
    # The job of the town is an import; see tests/integration/catalogue/test_bulk.py.
    "resources_bulk.show_job",
    "accounts.open_start",
    "accounts.show_sign_in",
    "resources_hosts.show_own",
    "resources_host_own.show_details",
    "resources_host_own.show_opening_details",
    "resources_host_own.show_preview",
}


def _count(app: Flask, browser: Browser, addresses: dict[str, str]) -> dict[str, int]:
    counts = {}
    for endpoint, address in addresses.items():
        # Once before, for what is read once a process.
        if browser.get(address).status_code != 200:
            continue
        with statements(app) as seen:
            browser.get(address)
        counts[endpoint] = len(seen)
    return counts


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_every_page_asks_as_often_for_ten_times_the_data(
    app: Flask, database: Database, sign_in_as: SignInAs
) -> None:
    account = make_account(database, *Role)
    browser = sign_in_as(account=account)
    town = Town(database, actor_of(database, account))
    town.grow(FEW)
    make_release(database, now())
    few = _count(app, browser, addresses_of(app, town.keys))
    town.grow(MANY)
    many = _count(app, browser, addresses_of(app, town.keys))
    grown = {
        endpoint: (few[endpoint], count) for endpoint, count in many.items() if count > few.get(endpoint, 0)
    }
    assert grown == {}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - set(many) == NOT_OPENED
