"""How long each page takes, against an empty page of the same app measured in the same run.

Every page is asked in turn with the empty one, as an account that holds all roles, on the demo town in a database of
its own; what stands in an address is the account's first case with its records. The target is a ratio: p95 ≤ 5× that
of the empty page.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template_string
from sqlalchemy.engine import make_url
from werkzeug.test import Client

from app.accounts.guards import signed_in
from app.accounts.queries import list_demo_accounts
from app.accounts.service import change_account, open_attempt, sign_in
from app.accounts.vocabulary import Actor, Affiliation, Role
from app.clock import now
from app.config import Settings
from app.db import migrations
from app.db.database import Database
from app.factory import create_app
from app.operations import serving

ROUNDS = 60
MOST = 5.0

_EMPTY = "{% extends 'layout.html' %}{% block title %}.{% endblock %}"


def run() -> dict[str, Any]:
    """Return p95 in milliseconds and the ratio to the empty page for every page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(
            serving.as_demo(Settings.from_environment(os.environ)),
            database_url=make_url(f"sqlite:///{folder}/pages.db"),
            key_file=Path(folder, "key"),
        )
        database = serving.open_database(settings, serving.ensure_key(settings))
        migrations.upgrade(database.engine)
        for _ in serving.seed_demo(database):
            pass
        token = _sign_in(database)
        app = create_app(settings)
        app.add_url_rule("/bench-empty", "bench_empty", signed_in(lambda: render_template_string(_EMPTY)))
        browser = app.test_client()
        browser.set_cookie("tsunagi", token)
        pages = {path: _ratio(browser, path) for path in _paths(app, browser, _keys(database))}
        database.dispose()
    worst = max(page["ratio"] for page in pages.values())
    return {"rounds": ROUNDS, "most": MOST, "worst_ratio": worst, "holds": worst <= MOST, "pages": pages}


def _sign_in(database: Database) -> str:
    """Give one demo account every role, sign it in and return the cookie's token."""
    by, moment = Actor.system("a benchmark"), now()
    with database.writing(by.scope) as session:
        account = list_demo_accounts(session)[0]
        change_account(
            session,
            account_id=account.id,
            seen_version=account.version,
            display_name=account.display_name,
            affiliation=Affiliation.CITY,
            organisation=account.organisation,
            roles=set(Role),
            rights=account.right_set,
            by=by,
            at=moment,
        )
        attempt = open_attempt(session, name_digest="bench", address_digest="bench", at=moment)
        admission = sign_in(
            session, account_id=account.id, attempt_id=attempt, password="", device="", at=moment
        )
    return admission.token


_KEYS = {
    "account_id": "SELECT min(id) FROM account",
    "resource_id": "SELECT min(id) FROM resource WHERE NOT is_refuge",
    "area_id": "SELECT min(id) FROM area WHERE kind = 'district'",
    "case_id": """
        SELECT placement.case_id FROM placement
        JOIN team_member ON team_member.team_id = placement.team_id
        JOIN support_case ON support_case.id = placement.case_id AND support_case.state = 'open'
        WHERE team_member.account_id = (SELECT min(id) FROM account) AND team_member.until IS NULL
        GROUP BY placement.case_id ORDER BY count(*) DESC, placement.case_id LIMIT 1
    """,
    "placement_id": "SELECT min(id) FROM placement WHERE case_id = :case_id",
    "visit_id": "SELECT min(id) FROM visit WHERE case_id = :case_id AND sharing_basis = 'consent'",
    "touchpoint_id": "SELECT min(id) FROM touchpoint WHERE case_id = :case_id AND visit_id IS NULL",
}


def _keys(database: Database) -> dict[str, object]:
    """Find what stands in addresses; a key that the demo has none of is left out, and its pages with it."""
    keys: dict[str, object] = {}
    with database.engine.connect() as connection:
        for name, question in _KEYS.items():
            found = connection.execute(sa.text(question), keys if ":case_id" in question else {}).scalar()
            if found is not None:
                keys[name] = found
    return keys


def _paths(app: Flask, browser: Client, keys: dict[str, object]) -> list[str]:
    addresses = app.url_map.bind("localhost")
    paths = sorted(
        addresses.build(rule.endpoint, {name: keys[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and set(rule.arguments) <= set(keys)
        and rule.endpoint != "bench_empty"
    )
    return [path for path in paths if browser.get(path).status_code == 200]


def _ratio(browser: Client, path: str) -> dict[str, float]:
    """Ask the page and the empty page in turn, so that a change of the machine's speed hits both."""
    pairs = [(_milliseconds(browser, path), _milliseconds(browser, "/bench-empty")) for _ in range(ROUNDS)]
    page, empty = (_p95(times) for times in zip(*pairs, strict=True))
    return {"p95_ms": round(page, 2), "empty_p95_ms": round(empty, 2), "ratio": round(page / empty, 2)}


def _milliseconds(browser: Client, path: str) -> float:
    start = time.perf_counter()
    browser.get(path)
    return (time.perf_counter() - start) * 1000


def _p95(times: tuple[float, ...]) -> float:
    return statistics.quantiles(times, n=20)[-1]
