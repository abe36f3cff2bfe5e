"""`tsunagi jobs`. What is to be done is brought by upper slices, so the commands are made with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep

import click

from app.accounts.vocabulary import Actor
from app.clock import now
from app.config import Settings
from app.db.installed import installed
from app.jobs import queries
from app.jobs.service.duties import Duty
from app.jobs.service.working import SECONDS_BETWEEN_ROUNDS, Errand, Handler, Worker

_SECONDS_BETWEEN_LOOKS = 2.0


def make_commands(
    handlers: Mapping[str, Handler],
    duties: Sequence[Duty] = (),
    make_errands: Callable[[Settings], Sequence[Errand]] = lambda _settings: (),
) -> tuple[click.Command, ...]:
    """Return the commands for these handlers, duties and errands."""

    @click.group("jobs")
    def jobs() -> None:
        """Work that takes long, and of every day. The server does it by itself; here it has a process of its own."""

    @jobs.command("work")
    @click.option("--once", is_flag=True, help="Do what waits, then end.")
    def work(once: bool) -> None:
        """Do the jobs that wait, the duties that are due and the errands."""
        with installed() as database:
            worker = Worker(database, handlers, duties, make_errands(Settings.from_environment(os.environ)))
            done = worker.run_all()
            worker.make_round(now())
            if once:
                click.echo(f"{done} done")
                return
            next_round = monotonic() + SECONDS_BETWEEN_ROUNDS
            while True:
                sleep(_SECONDS_BETWEEN_LOOKS)
                worker.run_all()
                if monotonic() >= next_round:
                    next_round = monotonic() + SECONDS_BETWEEN_ROUNDS
                    worker.make_round(now())

    @jobs.command("duties")
    def list_duties() -> None:
        """List the duties of every day with their last run."""
        scope = Actor.system("listing the daily duties").scope
        with installed() as database, database.reading(scope) as session:
            known = {row.name: row for row in queries.list_duties(session, scope=scope)}
        for duty in duties:
            row = known.get(duty.row_name)
            day = "まだ" if row is None or row.last_run_on is None else row.last_run_on.isoformat()
            when = "更新のあと1回" if duty.edition else f"毎日{duty.from_hour}時から"
            click.echo(f"{duty.name}  {duty.label}  {when}  最後に済んだ日: {day}")
            if row is not None and row.last_error:
                click.echo(f"  うまくいきませんでした: {row.last_error}")

    @jobs.command("run-duty")
    @click.argument("name", type=click.Choice([duty.name for duty in duties]))
    def run_duty(name: str) -> None:
        """Run a duty now, whether it was done today or not."""
        duty = next(duty for duty in duties if duty.name == name)
        with installed() as database:
            outcome = Worker(database, handlers).run_duty(duty, now(), even_if_done=True)
        if outcome is None:
            raise click.ClickException(
                "いま、ほかのところで動いています。しばらくしてから、もう一度お試しください。"
            )
        if not outcome:
            raise click.ClickException(
                "できませんでした。わけは `tsunagi jobs duties` で見られます。1時間後に、自動でもう一度試します。"
            )
        click.echo(f"{duty.label}: 済みました。")

    return (jobs,)
