"""`tsunagi jobs`. What the jobs do is brought by upper slices, so the commands are made with their handlers."""

from __future__ import annotations

from collections.abc import Mapping
from time import sleep

import click

from app.db.installed import installed
from app.jobs.service.working import Handler, Worker

_SECONDS_BETWEEN_LOOKS = 2.0


def make_commands(handlers: Mapping[str, Handler]) -> tuple[click.Command, ...]:
    """Return the commands for these handlers."""

    @click.group("jobs")
    def jobs() -> None:
        """Work that takes long. The server does it by itself; these commands do it in a process of their own."""

    @jobs.command("work")
    @click.option("--once", is_flag=True, help="Do what waits, then end.")
    def work(once: bool) -> None:
        """Do the jobs that wait."""
        with installed() as database:
            worker = Worker(database, handlers)
            done = worker.run_all()
            if once:
                click.echo(f"{done} done")
                return
            while True:
                sleep(_SECONDS_BETWEEN_LOOKS)
                worker.run_all()

    return (jobs,)
