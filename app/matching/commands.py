"""`tsunagi matching`."""

from __future__ import annotations

import click

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.installed import installed
from app.matching.service.lapsing import queue_lapsing


@click.group("matching")
def matching() -> None:
    """Needs and proposals."""


@matching.command("lapse")
def lapse() -> None:
    """Queue the daily work: questions that no host has answered in time lapse. The server does so by itself every day."""
    by = Actor.system("letting unanswered proposals lapse")
    with installed() as database, database.writing(by.scope) as session:
        job_id = queue_lapsing(session, by=by, at=now())
    click.echo(f"Job {job_id} is queued; the server or `tsunagi jobs work` does it.")


COMMANDS = (matching,)
