"""`tsunagi matching`."""

from __future__ import annotations

import click

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.installed import installed
from app.matching.service.lapsing import queue_lapsing
from app.matching.service.words import freeze_words as freeze


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


@matching.command("freeze-words")
def freeze_words() -> None:
    """Count anew how telling the words of the public catalogue are. It changes orders, so decide it with the town."""
    by = Actor.system("freezing the words of the catalogue")
    with installed() as database, database.writing(by.scope) as session:
        version = freeze(session, by=by, at=now())
    click.echo(f"Table {version} of the words counts from now on; proposals that were made keep theirs.")


COMMANDS = (matching,)
