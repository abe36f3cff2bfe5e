"""Bringing an installation up: key, tables, demo town, server."""

from __future__ import annotations

import dataclasses
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.accounts.queries import find_installation, list_demo_accounts
from app.accounts.service import mark_installation
from app.accounts.vocabulary import Actor
from app.clock import now
from app.config import Mode, Settings
from app.crypto.keys import Keyring, load_key, make_key
from app.db import migrations
from app.db.database import Database
from app.db.engines import DatabaseUnusable
from app.operations.demo.accounts import PASSWORD
from app.operations.demo.steps import Step
from app.operations.demo.town import seed_town
from app.resources.queries.hosts import list_active_hosts
from app.resources.service.hosts import invite_host

_WORKERS, _THREADS = 2, 4


def as_demo(settings: Settings) -> Settings:
    """Return the settings of a try-out on one's own machine: marked as demo, without TLS."""
    return dataclasses.replace(settings, mode=Mode.DEMO, https=False)


def ensure_key(settings: Settings) -> Keyring:
    """Load the key; make it only where there is no database yet that an older key would belong to."""
    if settings.key_file.exists() or _has_database(settings):
        return load_key(settings.key_file)
    return make_key(settings.key_file)


def _has_database(settings: Settings) -> bool:
    if settings.is_embedded:
        return Path(settings.database_url.database or "").exists()
    # PostgreSQL can be looked at without the key: what it protects there is the log and what is encrypted in columns.
    database = Database(settings.database_url, Keyring(b""))
    try:
        return migrations.current_revision(database.engine) is not None
    finally:
        database.dispose()


def open_database(settings: Settings, keyring: Keyring) -> Database:
    """Return the database, making the folder of an embedded file where it is missing."""
    if settings.is_embedded:
        Path(settings.database_url.database or "").parent.mkdir(parents=True, exist_ok=True)
    return Database(settings.database_url, keyring)


def seed_demo(database: Database) -> Iterator[Step]:
    """Fill a new database with the demo town, all or nothing; do nothing in one that is a demo already.

    Raises `DatabaseUnusable` in a database that is no demo.
    """
    with database.reading() as session:
        installation = find_installation(session)
    if installation is not None and not installation.is_demo:
        raise DatabaseUnusable("This database holds a real installation; no demo is put into it.")
    if installation is None:
        moment, by = now(), Actor.system("seeding the demo town")
        with database.writing(by.scope) as session:
            mark_installation(session, is_demo=True, by=by, at=moment)
            yield from seed_town(session, at=moment)


def demo_sign_ins(database: Database) -> list[tuple[str, str, str]]:
    """Return (roles, login name, password) of one demo account for each role, in the order of the roles."""
    with database.reading() as session:
        accounts = list_demo_accounts(session)
    shown: list[tuple[str, str, str]] = []
    seen: set[str] = set()
    for account in accounts:
        new = [role.label for role in sorted(account.role_set) if role.label not in seen]
        if new:
            seen.update(new)
            shown.append(("・".join(new), account.login_name, PASSWORD))
    return shown


def demo_host_link(database: Database) -> tuple[str, str] | None:
    """Make a fresh signed link for the first host of the demo; return the host's name and the link's path."""
    by, moment = Actor.system("printing the demo's sign-ins"), now()
    with database.writing(by.scope) as session:
        hosts = sorted(list_active_hosts(session, scope=by.scope), key=lambda host: host.id)
        if not hosts:
            return None
        token = invite_host(session, host_id=hosts[0].id, by=by, at=moment)
        return hosts[0].name, f"/h/{token}"


def reset_demo(settings: Settings) -> None:
    """Throw a demo away; raise `DatabaseUnusable` for anything else, and while a server runs on it."""
    if not settings.key_file.exists():
        return
    if port_is_taken(settings.port):
        raise DatabaseUnusable(f"Something answers on port {settings.port}. Stop the server first (Ctrl+C).")
    database = Database(settings.database_url, load_key(settings.key_file))
    file = Path(settings.database_url.database or "")
    if settings.is_embedded and not file.exists():
        return
    if migrations.current_revision(database.engine) is not None:
        _refuse_real(database)
        if not settings.is_embedded:
            migrations.downgrade(database.engine, "base")
    database.dispose()
    if settings.is_embedded:
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)


def _refuse_real(database: Database) -> None:
    with database.reading() as session:
        installation = find_installation(session)
    if installation is not None and not installation.is_demo:
        raise DatabaseUnusable("This database holds a real installation; it is not thrown away.")


def port_is_taken(port: int) -> bool:
    """Tell whether something listens on this port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serve(settings: Settings, extra: Iterable[str] = ()) -> None:
    """Replace this process by the server. It makes its own engines, one a worker."""
    environment = dict(os.environ)
    environment.update(
        TSUNAGI_MODE=settings.mode.value,
        TSUNAGI_HTTPS=str(int(settings.https)),
        TSUNAGI_KEY_FILE=str(settings.key_file),
        DATABASE_URL=settings.database_url.render_as_string(hide_password=False),
    )
    command = [
        sys.executable,
        *("-m", "gunicorn", "app.wsgi:app", "--worker-class", "gthread"),
        *("--bind", f"127.0.0.1:{settings.port}"),
        *("--workers", str(_WORKERS), "--threads", str(_THREADS)),
        # By itself it believes headers of whoever connects from this machine; `trusted_proxies` decides that here.
        *("--forwarded-allow-ips", ""),
        *("--log-level", "warning", "--name", "tsunagi", "--no-control-socket"),
        *extra,
    ]
    os.execve(sys.executable, command, environment)  # noqa: S606 -- no shell is wanted
