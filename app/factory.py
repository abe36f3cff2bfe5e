"""Puts the application together, in named steps. The only place that knows all slices."""

from __future__ import annotations

from flask import Flask, render_template
from flask_wtf import CSRFProtect
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts import routes as accounts
from app.accounts.guards import SignInRules, find_actor, install_guards
from app.accounts.queries import find_installation
from app.accounts.vocabulary import Role
from app.clock import today
from app.config import Mode, Settings
from app.crypto.keys import Purpose, load_key
from app.db.database import Database
from app.db.engines import DatabaseUnusable
from app.db.migrations import refuse_other_revision
from app.operations import routes as operations
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


def create_app(settings: Settings) -> Flask:
    """Return the application; raise `KeyProblem` or `DatabaseUnusable` rather than serve something doubtful."""
    keyring = load_key(settings.key_file)
    database = Database(settings.database_url, keyring)
    refuse_other_revision(database.engine)
    _refuse_wrong_mode(database, settings.mode)
    app = Flask("app", static_folder=None)
    _configure(app, settings, keyring.derive(Purpose.COOKIES))
    _install_kit(app, database)
    _install_accounts(app, settings)
    _register_slices(app)
    _fill_slots(app)
    _fill_navigation(app)
    return app


def _refuse_wrong_mode(database: Database, mode: Mode) -> None:
    """Demo accounts have a published password: a production start must never serve them."""
    with database.reading() as session:
        installation = find_installation(session)
    if installation is None:
        raise DatabaseUnusable("The database was never started. Run: tsunagi start")
    if installation.is_demo and mode is Mode.PRODUCTION:
        raise DatabaseUnusable(
            "This database is marked `demo`: its accounts have a published password. "
            "Give production an empty database, or start with TSUNAGI_MODE=demo."
        )


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
    for slice_routes in (accounts, operations):
        app.register_blueprint(slice_routes.blueprint)


def _fill_slots(app: Flask) -> None:
    declare(app, ("today",))
    register(app, "person_menu", _person_menu)


def _person_menu() -> Markup:
    actor = find_actor()
    return Markup(render_template("accounts/person_menu.html", actor=actor) if actor else "")  # noqa: S704


def _fill_navigation(app: Flask) -> None:
    def may(*roles: Role) -> bool:
        actor = find_actor()
        return actor is not None and not actor.must_change_password and (not roles or actor.holds(*roles))

    register_entry(app, label="きょう", endpoint="accounts.show_today", icon="today", order=10, visible=may)
    register_entry(
        app,
        label="アカウント",
        endpoint="accounts.list_accounts",
        icon="people",
        order=90,
        visible=lambda: may(Role.ADMIN),
        covers=("accounts.show_account", "accounts.show_new_account"),
    )
