"""Reading jobs and daily duties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.accounts.vocabulary import Scope
from app.jobs.models import Job, JobDuty, JobPart
from app.jobs.vocabulary import JobState
from app.web.errors import Missing

FoundJob = Job
"""The type of what `get_job` gives, for functions of other slices that are handed one."""


def select_waiting_ids(
    *,
    scope: Scope,
    kinds: Collection[str],
    at: datetime,
    most_attempts: int,
) -> sa.Select[int]:
    """Build the ids of the jobs that can be taken: queued, or left by a worker whose lease ran out; oldest first."""
    return (
        sa.select(Job.id)
        .where(
            Job.kind.in_(kinds),
            Job.attempts < most_attempts,
            sa.or_(
                Job.state == JobState.QUEUED,
                sa.and_(Job.state == JobState.RUNNING, Job.lease_until < at),
            ),
        )
        .order_by(Job.id)
        .execution_options(scope=scope)
    )


def find_part(session: Session, job_id: int, number: int, *, scope: Scope) -> bytes | None:
    """Return a part of the file of a job; None when it has none, or none any more."""
    return session.scalars(
        sa.select(JobPart.data)
        .where(JobPart.job_id == job_id, JobPart.number == number)
        .execution_options(scope=scope)
    ).one_or_none()


def find_work(session: Session, *, scope: Scope, kinds: Collection[str], at: datetime) -> int | None:
    """Return the id of a job that is waiting or was left lying, None when there is nothing to do."""
    return session.scalars(
        select_waiting_ids(scope=scope, kinds=kinds, at=at, most_attempts=2**31 - 1).limit(1)
    ).one_or_none()


def get_job(session: Session, job_id: int, *, scope: Scope, with_result: bool = False) -> Job:
    """Return a job; raise `Missing` when there is none for this scope."""
    wanted = sa.select(Job).where(Job.id == job_id).execution_options(scope=scope)
    job = session.scalars(wanted.options(undefer(Job.result)) if with_result else wanted).one_or_none()
    if job is None:
        raise Missing
    return job


def list_jobs(session: Session, *, scope: Scope, kinds: Collection[str], most: int = 20) -> Sequence[Job]:
    """Return the jobs of these kinds, latest first, without results."""
    return session.scalars(
        sa.select(Job)
        .where(Job.kind.in_(kinds))
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(most)
        .execution_options(scope=scope)
    ).all()


def list_duties(session: Session, *, scope: Scope) -> Sequence[JobDuty]:
    """Return what is noted of the duties, by name."""
    return session.scalars(sa.select(JobDuty).order_by(JobDuty.name).execution_options(scope=scope)).all()


def get_locked_duty(session: Session, name: str, *, scope: Scope) -> JobDuty:
    """Return the row of a duty as it stands now, locked for this transaction; raise `Missing` when there is none."""
    wanted = (
        sa.select(JobDuty)
        .where(JobDuty.name == name)
        .with_for_update()
        .execution_options(scope=scope, populate_existing=True)
    )
    row = session.scalars(wanted).one_or_none()
    if row is None:
        raise Missing
    return row
