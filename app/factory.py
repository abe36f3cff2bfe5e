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
from app.development.routes import leads as development
from app.development.routes import notices as development_notices
from app.development.routes import offers as development_offers
from app.development.routes import sending as development_sending
from app.development.routes.slots import render_today as render_development_today
from app.development.vocabulary.leads import LEAD_ROLES
from app.development.vocabulary.residents import NOTICE_ROLES
from app.followup import routes as followup
from app.followup.routes.blueprint import places_to_avoid
from app.jobs import routes as jobs
from app.jobs.service.working import Worker
from app.matching import routes as matching
from app.operations import routes as operations
from app.operations.checks import refuse_unfit
from app.operations.handlers import DUTIES, HANDLERS, make_errands
from app.outbox import routes as outbox
from app.outbox.vocabulary import SENDERS
from app.planning.routes import pages as planning
from app.resources.policies import KEEPERS
from app.resources.routes import bulk as resources_bulk
from app.resources.routes import calendar as resources_calendar
from app.resources.routes import catalogue, host_changes, host_own, host_visit, hosts, openings, resource_card
from app.resources.routes import confirmations as resources_confirmations
from app.resources.routes import duplicates as resources_duplicates
from app.resources.routes import exports as resources_exports
from app.resources.routes import fieldwork as resources_fieldwork
from app.resources.routes import geocoding as resources_geocoding
from app.resources.routes import history as resources_history
from app.resources.routes import import_steps as resources_import_steps
from app.resources.routes import imports as resources_imports
from app.resources.routes import kinds as resources_kinds
from app.resources.routes import open_catalogue as resources_hsds
from app.resources.routes import public_pages as resources_public
from app.resources.routes import public_paper as resources_public_paper
from app.resources.routes import searches as resources_searches
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
    _introduce_outside(app, settings)
    return app


def start_worker(app: Flask) -> Worker:
    """Let this process do the work in the queue as well, for as long as it lives; call it after a fork."""
    worker = Worker(app.extensions["tsunagi.database"], HANDLERS, DUTIES, app.extensions["tsunagi.errands"])
    worker.start()
    # What does not end in time is cut off with the process, and comes back when its lease has run out.
    atexit.register(worker.stop, patience=_SECONDS_FOR_THE_LAST_JOB)
    return worker


def _introduce_outside(app: Flask, settings: Settings) -> None:
    """What reaches out of the house, or runs without anybody asking."""
    app.extensions["tsunagi.errands"] = make_errands(settings)
    jobs.introduce_duties(app, DUTIES)
    outbox.introduce_public_url(app, settings.public_url)


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
        resources_calendar,
        # The pages of the staff and those of the host itself share one blueprint.
        host_visit,
        host_own,
        host_changes,
        openings,
        resource_card,
        resources_imports,
        resources_import_steps,
        resources_exports,
        resources_geocoding,
        resources_kinds,
        resources_searches,
        resources_bulk,
        resources_history,
        resources_duplicates,
        resources_hsds,
        resources_confirmations,
        resources_fieldwork,
        # Its lists on paper share the blueprint.
        resources_public_paper,
        development,
        development_offers,
        development_notices,
        development_sending,
        planning,
        outbox,
        jobs,
    ):
        app.register_blueprint(slice_routes.blueprint)


def _fill_slots(app: Flask) -> None:
    declare(
        app,
        (
            "today",
            "person_links",
            "case_sections",
            "case_actions",
            "case_promise",
            "proposal_actions",
            # What is left where no place fits a need.
            "outreach",
            "catalogue_actions",
            # What is done now and then with the catalogue, as items of one menu.
            "catalogue_keeping",
            "catalogue_bulk",
            "resource_sections",
            "host_page",
            "resource_banner",
            "host_banner",
            # What else can be done with a row of 確かめる予定, such as writing a note.
            "confirmation_actions",
            "catalogue_footer",
            "lead_actions",
            # Beside the door of the staff, for residents who came to it.
            "sign_in_beside",
        ),
    )
    register(app, "catalogue_footer", development_sending.render_catalogue_footer)
    register(app, "catalogue_footer", resources_hsds.render_link, order=200)
    register(app, "resource_sections", development_sending.render_resource_footer, order=90)
    register(app, "today", render_development_today, order=70)
    register(app, "person_menu", _person_menu)
    register(app, "sign_in_beside", resources_public.render_sign_in_link)
    register(app, "catalogue_actions", resources_public.render_catalogue_link, order=5)
    register(app, "catalogue_footer", resources_public.render_catalogue_footer, order=10)
    register(app, "catalogue_actions", resource_card.render_new_link, order=10)
    register(app, "catalogue_keeping", lambda: Markup(resources_imports.render_link()))  # noqa: S704
    register(app, "catalogue_keeping", resources_exports.render_link, order=85)
    register(app, "resource_sections", openings.render_openings_of_place, order=50)
    register(app, "catalogue_keeping", resources_kinds.render_link)
    register(app, "catalogue_keeping", resources_history.render_link)
    register(app, "catalogue_keeping", resources_duplicates.render_link)
    register(app, "catalogue_actions", resources_confirmations.render_link, order=20)
    register(app, "resource_banner", resources_confirmations.render_place_banner)
    register(app, "host_banner", resources_confirmations.render_host_banner)
    register(app, "today", resources_confirmations.render_today, order=55)
    register(app, "today", host_changes.render_today, order=52)
    register(app, "catalogue_bulk", resources_bulk.render_bar)
    register(app, "today", resources_kinds.render_today, order=90)
    register(app, "resource_sections", resources_fieldwork.render_of_place, order=60)
    register(app, "resource_banner", resources_fieldwork.render_top_link)
    register(app, "host_page", resources_fieldwork.render_of_host)
    register(app, "confirmation_actions", resources_fieldwork.render_row_action)
    register(app, "catalogue_keeping", resources_fieldwork.render_link, order=30)
    register(app, "catalogue_keeping", resources_searches.render_link, order=10)
    register(app, "today", resources_searches.render_today, order=65)
    register(app, "today", resources_fieldwork.render_today, order=52)
    register(app, "header_search", lambda: Markup(catalogue.render_search()))  # noqa: S704
    register(app, "person_links", outbox.render_link)
    register(app, "person_links", development_notices.render_window_link)
    register(app, "today", outbox.render_today, order=60)
    register(app, "today", followup.render_today, order=10)
    register(app, "today", matching.render_today, order=20)
    register(app, "today", matching.render_rules_today, order=95)
    register(app, "today", hosts.render_today, order=50)
    register(app, "case_sections", matching.render_case_sections, order=10)
    register(app, "case_sections", followup.render_case_sections, order=50)
    register(app, "case_actions", followup.render_case_actions, order=10)
    # Matching stands below the slice that knows who takes part where.
    matching.avoid_also(app, places_to_avoid)
    register(app, "outreach", followup.render_outreach)
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
        covers=(
            "resources_calendar",
            "resources_editing",
            "resources_imports",
            "resources_import_steps",
            "resources_exports",
            "resources_hsds",
            "resources_kinds",
            "resources_searches",
            "resources_bulk",
            "resources_history",
            "resources_duplicates",
            "resources_fieldwork",
        ),
    )
    register_entry(
        app,
        label="受け入れ先",
        endpoint="resources_hosts.list_hosts",
        icon="link",
        order=40,
        visible=lambda: may(*KEEPERS),
        covers=("resources_openings", "resources_confirmations", "resources_host_changes"),
    )
    register_entry(
        app,
        label="資源開拓",
        endpoint="development.list_leads",
        icon="walk",
        order=54,
        visible=lambda: may(*LEAD_ROLES),
        covers=("development_offers",),
    )
    register_entry(
        app,
        label="住民の気づき",
        endpoint="development_notices.list_notices",
        icon="talk",
        order=56,
        visible=lambda: may(*NOTICE_ROLES),
        covers=("development_notices",),
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
        label="送るもの",
        endpoint="outbox.list_outbox",
        icon="mail",
        order=60,
        visible=lambda: may(*SENDERS),
        covers=("outbox.show_letters", "outbox.show_delivery"),
    )
    register_entry(
        app,
        label="毎日の仕事",
        endpoint="jobs.list_duties",
        icon="clock",
        order=95,
        visible=lambda: may(Role.ADMIN),
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
