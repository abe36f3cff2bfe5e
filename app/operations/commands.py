"""`tsunagi` commands of an installation."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from app.accounts.queries import find_installation
from app.accounts.service import create_account, mark_installation
from app.accounts.vocabulary import Actor, Affiliation, Role
from app.audit.service import verify_log
from app.clock import now
from app.config import Settings
from app.crypto.keys import load_key, make_key
from app.db import migrations
from app.db.database import Database
from app.operations import backups, serving
from app.operations.checks import refuse_unfit
from app.operations.demo.steps import Step
from app.operations.renewing import bring_up, renew_missing


def settings() -> Settings:
    """Read the settings of this environment."""
    return Settings.from_environment(os.environ)


@contextmanager
def opened() -> Iterator[Database]:
    """Give the database of this environment; it needs the key."""
    current = settings()
    database = serving.open_database(current, load_key(current.key_file))
    try:
        yield database
    finally:
        database.dispose()


@click.command("serve")
@click.option("--demo", is_flag=True, help="Make a demo where there is none, print its accounts, serve it.")
def serve(demo: bool) -> None:
    """Serve the product on 127.0.0.1:PORT."""
    current = serving.as_demo(settings()) if demo else settings()
    if serving.port_is_taken(current.port):
        raise click.ClickException(
            f"Port {current.port} is taken. Stop what runs there, or choose: PORT=8001 make run"
        )
    if demo:
        _prepare_demo(current)
    else:
        # The workers ask again; here it is said once and in one line, before any of them is started.
        with opened() as database:
            refuse_unfit(database, current.mode)
            # An update may have been stopped between its tables and what is drawn from them.
            renew_missing(database)
    sys.stdout.flush()
    serving.serve(current)


def _prepare_demo(current: Settings) -> None:
    database = serving.open_database(current, serving.ensure_key(current))
    bring_up(database)
    _show_progress(serving.seed_demo(database))
    click.echo(f"\nつなぎ: http://127.0.0.1:{current.port}/   (Ctrl+C で止まります)\n")
    for roles, login_name, password in serving.demo_sign_ins(database):
        click.echo(f"  {login_name:<12} {password}   {roles}")
    link = serving.demo_host_link(database)
    if link:
        click.echo(f"\n  受け入れ先（{link[0]}）は、アカウントなしで次のリンクから（1回だけ使えます）:")
        click.echo(f"  http://127.0.0.1:{current.port}{link[1]}")
    click.echo("\nすべて架空の町・架空の人です。データはそのまま残ります（作り直すには: make reset）。")
    database.dispose()


def _show_progress(steps: Iterator[Step]) -> None:
    """Show one bar for each kind of thing; on a pipe, one line for each."""
    current = ""
    for step in steps:
        if sys.stdout.isatty():
            filled = step.done * 30 // step.total
            click.echo(f"\r  {step.label:　<10} [{'#' * filled:<30}] {step.done}/{step.total}", nl=False)
            if step.done == step.total:
                click.echo()
        elif step.label != current:
            click.echo(f"  {step.label} … {step.total}")
        current = step.label


@click.command("reset")
@click.option("--demo", is_flag=True, required=True, help="Say that it is the demo that goes.")
def reset(demo: bool) -> None:
    """Throw the demo's data away; a real installation is refused."""
    assert demo
    serving.reset_demo(serving.as_demo(settings()))
    click.echo("デモのデータを消しました。make run で作り直せます。")


@click.command("start")
@click.option("--admin", "login_name", required=True, help="Login name of the first administrator.")
@click.option("--name", "display_name", required=True, help="Their name.")
@click.option("--organisation", required=True, help="Their section.")
def start(login_name: str, display_name: str, organisation: str) -> None:
    """Start a real installation: key, tables, first administrator."""
    current = settings()
    database = serving.open_database(current, serving.ensure_key(current))
    migrations.upgrade(database.engine)
    moment, by = now(), Actor.system("starting the installation")
    with database.reading() as session:
        if find_installation(session) is not None:
            raise click.ClickException("This database was started already.")
    with database.writing(by.scope) as session:
        mark_installation(session, is_demo=False, by=by, at=moment)
        _, password = create_account(
            session,
            login_name=login_name,
            display_name=display_name,
            affiliation=Affiliation.CITY,
            organisation=organisation,
            roles={Role.ADMIN},
            by=by,
            at=moment,
        )
    database.dispose()
    click.echo(f"Login name: {login_name}\nFirst password (shown this once): {password}")
    click.echo(f"Keep a copy of {current.key_file} in another safe place: no backup opens without it.")


@click.group("db")
def db() -> None:
    """Tables of the database."""


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to REVISION (the newest)."""
    with opened() as database:
        migrations.upgrade(database.engine, revision)
        if migrations.current_revision(database.engine) == migrations.head_revision():
            renew_missing(database)
        click.echo(migrations.current_revision(database.engine) or "base")


@db.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Tables above that revision lose their rows. Is there a backup?")
def downgrade(revision: str) -> None:
    """Take the tables down to REVISION (`base` for none)."""
    with opened() as database:
        migrations.downgrade(database.engine, revision)
        click.echo(migrations.current_revision(database.engine) or "base")


@db.command("check")
def check() -> None:
    """Tell whether models and tables agree."""
    with opened() as database:
        migrations.check(database.engine)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write an encrypted, verified copy of all data to FILE."""
    current = settings()
    keyring = load_key(current.key_file)
    with opened() as database:
        findings = backups.make_backup(database, keyring, file, _report)
    _show_findings(findings, as_json=False)
    click.echo(f"{file} is complete. It opens with the key of this installation only; keep both, apart.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring the backup FILE into the empty database that DATABASE_URL names."""
    current = settings()
    keyring = load_key(current.key_file)
    with opened() as database:
        _show_findings(backups.restore_backup(file, database, keyring, _report), as_json=False)


@click.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def verify(file: Path | None, as_json: bool) -> None:
    """Check pages, references, spatial indexes and audit chain of the database, or of a backup FILE."""
    current = settings()
    if file is not None:
        current = replace(current, database_url=make_url(f"sqlite:///{file}"))
    database = Database(current.database_url, load_key(current.key_file))
    findings = backups.verify_database(database)
    database.dispose()
    _show_findings(findings, as_json=as_json)
    if not findings.sound:
        sys.exit(1)


@click.group("audit")
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def verify_audit(as_json: bool) -> None:
    """Check the chain of the audit log."""
    with opened() as database, database.reading() as session:
        verdict = verify_log(session)
    if as_json:
        click.echo(json.dumps(asdict(verdict) | {"holds": verdict.holds}))
    elif verdict.holds:
        click.echo(f"The log holds: {verdict.events} events, head {verdict.head}")
    else:
        click.echo(f"The log is broken at event {verdict.broken_at}: {verdict.reason}", err=True)
    if not verdict.holds:
        sys.exit(1)


@click.group("key")
def key() -> None:
    """The key of the installation."""


@key.command("make")
def make() -> None:
    """Make the key file of a new installation; an existing one is never overwritten."""
    current = settings()
    make_key(current.key_file)
    click.echo(f"{current.key_file} is made. Keep a copy in another safe place.")


def _report(table: str, rows: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {table}: {rows}          ", nl=False, err=True)


def _show_findings(findings: backups.Findings, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(findings) | {"sound": findings.sound}))
        return
    click.echo(
        f"revision {findings.revision}, {sum(findings.rows.values())} rows in {len(findings.rows)} tables"
    )
    click.echo(f"audit log: {findings.events} events, head {findings.head}")
    for trouble in findings.troubles:
        click.echo(f"TROUBLE: {trouble}", err=True)


COMMANDS = (serve, reset, start, db, backup, restore, verify, audit, key)
