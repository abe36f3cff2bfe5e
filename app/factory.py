"""Puts the application together, in named steps. The only place that knows all slices."""

from __future__ import annotations

import atexit
from typing import Any

from flask import Flask, render_template
from flask_wtf import CSRFProtect
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from app.accounts import routes as accounts
from app.accounts.guards import SignInRules, find_actor, install_guards
from app.accounts.vocabulary import TEAM_ROLES, Role
from app.cases import routes as cases
from app.clock import today
from app.config import Settings
from app.crypto.keys import Purpose, load_key
from app.db.database import Database
from app.followup import routes as followup
from app.followup.routes.blueprint import places_to_avoid
from app.jobs.service.working import Worker
from app.matching import routes as matching
from app.operations import routes as operations
from app.operations.checks import refuse_unfit
from app.operations.handlers import HANDLERS
from app.planning.routes import pages as planning
from app.resources.routes import catalogue, hosts
from app.resources.routes import imports as resources_imports
from app.web.assets import install_assets
from app.web.error_pages import install_error_pages
from app.web.headers import install_headers
from app.web.htmx import install_htmx
from app.web.jinja import install_templates
from app.web.navigation import register_entry
from app.web.origins import install_origin_check
from app.web.slots import declare, register
from app.web.transaction import install_transactions

LARGEST_REQUEST = 32 * 1024 * 1024
LARGEST_KEY = 2**31 - 1
_SECONDS_FOR_THE_LAST_JOB = 5.0


def create_app(settings: Settings) -> Flask:
    """Return the application; raise `KeyProblem` or `DatabaseUnusable` rather than serve something doubtful."""
    keyring = load_key(settings.key_file)
    database = Database(settings.database_url, keyring)
    try:
        refuse_unfit(database, settings.mode)
    except BaseException:
        database.dispose()
        raise
    app = Flask("app", static_folder=None)
    _configure(app, settings, keyring.derive(Purpose.COOKIES))
    _install_kit(app, database)
    _install_accounts(app, settings)
    _register_slices(app)
    _fill_slots(app)
    _fill_navigation(app)
    return app


def start_worker(app: Flask) -> Worker:
    """Let this process do the work in the queue as well, for as long as it lives; call it after a fork."""
    worker = Worker(app.extensions["tsunagi.database"], HANDLERS)
    worker.start()
    # What does not end in time is cut off with the process, and comes back when its lease has run out.
    atexit.register(worker.stop, patience=_SECONDS_FOR_THE_LAST_JOB)
    return worker


class _RowNumber(IntegerConverter):
    """An `int` in an address. What is larger than a key can be leads to no row, and to no error of the database."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_KEY, **options})


def _configure(app: Flask, settings: Settings, cookie_key: bytes) -> None:
    app.config.update(
        SECRET_KEY=cookie_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-tsunagi-form" if settings.https else "tsunagi-form",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form stays sendable for as long as a sign-in can live, since the token is bound to the browser's cookie.
        WTF_CSRF_TIME_LIMIT=int(settings.sign_in_lasts.total_seconds()),
    )
    app.url_map.converters["int"] = _RowNumber
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _install_kit(app: Flask, database: Database) -> None:
    # What is installed first has the last word on an answer: headers stand outside, the commit inside of all.
    install_headers(app)
    install_htmx(app)
    install_transactions(app, database)
    install_templates(app)
    install_assets(app)
    install_error_pages(app)
    install_origin_check(app)
    CSRFProtect(app)


def _install_accounts(app: Flask, settings: Settings) -> None:
    install_guards(
        app, SignInRules(idle_after=settings.idle_after, lasts=settings.sign_in_lasts, https=settings.https)
    )
    app.jinja_env.globals.update(today=today)


def _register_slices(app: Flask) -> None:
    for slice_routes in (
        accounts,
        operations,
        cases,
        matching,
        followup,
        catalogue,
        hosts,
        resources_imports,
        planning,
    ):
        app.register_blueprint(slice_routes.blueprint)


def _fill_slots(app: Flask) -> None:
    declare(
        app,
        ("today", "case_sections", "case_actions", "case_promise", "proposal_actions", "catalogue_actions"),
    )
    register(app, "person_menu", _person_menu)
    register(app, "catalogue_actions", lambda: Markup(resources_imports.render_link()))  # noqa: S704
    register(app, "header_search", lambda: Markup(catalogue.render_search()))  # noqa: S704
    register(app, "today", followup.render_today, order=10)
    register(app, "today", matching.render_today, order=20)
    register(app, "today", hosts.render_today, order=50)
    register(app, "case_sections", matching.render_case_sections, order=10)
    register(app, "case_sections", followup.render_case_sections, order=50)
    register(app, "case_actions", followup.render_case_actions, order=10)
    # Matching stands below the slice that knows who takes part where.
    matching.avoid_also(app, places_to_avoid)
    register(app, "case_promise", followup.render_case_promise)
    register(app, "proposal_actions", followup.render_proposal_actions)


def _person_menu() -> Markup:
    actor = find_actor()
    return Markup(render_template("accounts/person_menu.html", actor=actor))  # noqa: S704


def _fill_navigation(app: Flask) -> None:
    def may(*roles: Role) -> bool:
        actor = find_actor()
        return actor is not None and not actor.must_change_password and (not roles or actor.holds(*roles))

    register_entry(app, label="きょう", endpoint="accounts.show_today", icon="today", order=10, visible=may)
    register_entry(
        app,
        label="ケース",
        endpoint="cases.list_cases",
        icon="case",
        order=20,
        visible=lambda: may(*TEAM_ROLES, Role.REFERRER, Role.CITY_OFFICER),
        covers=("followup", "matching"),
    )
    # Residents too: what the scope lets through is for everybody.
    register_entry(
        app,
        label="社会資源",
        endpoint="resources.show_catalogue",
        icon="place",
        order=30,
        visible=lambda: True,
        covers=("resources_imports",),
    )
    register_entry(
        app,
        label="受け入れ先",
        endpoint="resources_hosts.list_hosts",
        icon="link",
        order=40,
        visible=lambda: may(Role.COORDINATOR),
        covers=("resources_hosts.invite",),
    )
    register_entry(
        app,
        label="地図・報告",
        endpoint="planning.show_planning",
        icon="map",
        order=50,
        visible=lambda: may(Role.PLANNER, Role.CITY_OFFICER, Role.COORDINATOR),
        covers=("planning",),
    )
    register_entry(
        app,
        label="アカウント",
        endpoint="accounts.list_accounts",
        icon="people",
        order=90,
        visible=lambda: may(Role.ADMIN),
        covers=("accounts.show_account", "accounts.show_new_account"),
    )
