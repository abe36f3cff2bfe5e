"""Daily duties: named work that runs once for each day, whichever of several workers is first.

The lease makes it safe that several processes look: one UPDATE takes a duty, and its work, the note that it was done
and the end of the lease stand in one transaction. Nothing here commits; the worker gives each step its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.jobs import policies, queries
from app.jobs.models import JobDuty
from app.jobs.vocabulary import LeaseLost

LEASE = timedelta(minutes=15)
"""Longer than any duty takes; a worker that was killed loses the duty after it."""

BROKE = "途中で止まりました。何も書き込んでいません。続くときは、システムの担当の方に記録（ログ）を見てもらってください。"


class DutyRun(Protocol):
    """What a duty does, in the transaction that it is handed. A `Refused` is told to people as it is."""

    def __call__(self, session: Session, *, by: Actor, at: datetime) -> object:
        """Do the work of the day."""
        ...


@dataclass(frozen=True)
class Duty:
    """Work of every day. It may be run again after a crash, so it must not mind; upper slices bring it.

    With an `edition` it is work that follows an update: it is done when that edition is new here, and then rests.
    """

    name: str
    label: str
    run: DutyRun
    from_hour: int = policies.DUTY_HOUR
    edition: str = ""

    @property
    def row_name(self) -> str:
        """Under which name its runs are noted: each edition has a row of its own."""
        return f"{self.name}@{self.edition}" if self.edition else self.name

    def is_due(self, record: policies.Record, *, at: datetime) -> bool:
        """Tell whether it is to be run now."""
        rests = bool(self.edition) and record.last_run_on is not None
        return not rests and policies.is_due(record, at=at, from_hour=self.from_hour)

    @property
    def actor(self) -> Actor:
        """Who acts while it runs."""
        return Actor.system(f"the daily duty {self.name}")


@dataclass(frozen=True)
class HeldDuty:
    """A duty in the hands of a worker, for one day."""

    name: str
    day: date
    lease: str


def ensure_duties(session: Session, *, names: Collection[str], by: Actor) -> None:
    """Give each duty its row. Two workers may start at the same moment, so each row is tried on its own."""
    known = {duty.name for duty in queries.list_duties(session, scope=by.scope)}
    for name in sorted(set(names) - known):
        try:
            with session.begin_nested():
                session.add(JobDuty(name=name, tries=0))
        except sa.exc.IntegrityError:
            # The other one was faster; its row is as good as ours.
            continue


def take_duty(
    session: Session, *, duty: Duty, by: Actor, at: datetime, even_if_done: bool = False
) -> HeldDuty | None:
    """Take a duty that is due; None when it is not, or when another worker has it.

    `even_if_done` takes it whatever the day and the failures before, for somebody who asks by hand.
    """
    row = queries.get_locked_duty(session, duty.row_name, scope=by.scope)
    if row.lease_until is not None and row.lease_until > at:
        return None
    if not even_if_done and not duty.is_due(row.record, at=at):
        return None
    day = policies.day_to_run(at, from_hour=duty.from_hour)
    row.tries = row.tries + 1 if row.tried_for == day else 1
    row.tried_for, row.next_try_at = day, None
    row.lease, row.lease_until = secrets.token_hex(16), at + LEASE
    row.last_started_at, row.last_ended_at = at, None
    session.flush()
    return HeldDuty(duty.row_name, day, row.lease)


def finish_duty(session: Session, *, held: HeldDuty, by: Actor, at: datetime) -> None:
    """Note in the transaction of its work that a duty is done; raise `LeaseLost` when it is another's by now."""
    row = _held(session, held, by)
    row.last_run_on, row.last_ended_at, row.last_error = held.day, at, None
    row.lease = row.lease_until = None
    session.flush()


def fail_duty(session: Session, *, held: HeldDuty, message: str, by: Actor, at: datetime) -> None:
    """Note why a duty could not be done; it is tried again an hour later. Raises `LeaseLost`."""
    row = _held(session, held, by)
    row.last_ended_at, row.last_error = at, message
    row.next_try_at = at + policies.RETRY_AFTER
    row.lease = row.lease_until = None
    session.flush()


def _held(session: Session, held: HeldDuty, by: Actor) -> JobDuty:
    row = queries.get_locked_duty(session, held.name, scope=by.scope)
    if row.lease != held.lease:
        raise LeaseLost(f"duty {held.name}")
    return row
