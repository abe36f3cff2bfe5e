"""Queueing, taking and finishing jobs. Nothing here commits; the worker gives each step a transaction of its own.

The lease makes it safe that several processes look for work: one UPDATE takes a job, and only who still holds its lease
may finish it. A handler's work and its result stand in one transaction, so a job that was done is never done again.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import get_account
from app.accounts.vocabulary import Actor
from app.jobs import queries
from app.jobs.models import Job, JobPart
from app.jobs.queries import FoundJob
from app.jobs.service.files import drop_parts, keep_file
from app.jobs.vocabulary import JobState, LeaseLost
from app.web.errors import Refused

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
FILES_ARE_KEPT = timedelta(days=7)

GAVE_UP = (
    "処理が途中で止まり、やり直しても終わりませんでした。何も書き込んでいません。"
    "ファイルを小さく分けて、もう一度お試しください。続くときは管理者の方に伝えてください。"
)
MOVED_ON = "この取り込みは、別の画面で先に進んだか、もう終わっています。画面を開き直して、いまの内容を確かめてください。"
_CLOSED = "この処理を頼んだ人のアカウントが閉じられたため、取りやめました。"


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker."""

    id: int
    kind: str
    label: str
    file_size: int
    options: Mapping[str, Any]
    lease: str
    created_by: int | None


def queue_job(
    session: Session,
    *,
    kind: str,
    label: str,
    options: Mapping[str, Any],
    by: Actor,
    at: datetime,
    file: bytes = b"",
) -> Job:
    """Put a job into the queue, with its file where it has one."""
    job = Job(
        kind=kind,
        label=label[:200],
        state=JobState.QUEUED,
        file_size=len(file),
        options=dict(options),
        result=None,
        done=0,
        total=0,
        attempts=0,
        created_by=by.account_id,
        created_at=at,
        changed_at=at,
    )
    session.add(job)
    session.flush()
    keep_file(session, job=job, data=file, by=by)
    return job


def requeue_job(
    session: Session,
    *,
    seen: FoundJob,
    kind: str,
    by: Actor,
    at: datetime,
    options: Mapping[str, Any] | None = None,
    needs_file: bool = True,
) -> Job:
    """Queue a finished job again, as the next step of the same work; raise `Refused` when it is not as it was seen.

    `options` take the place of those it had, so they follow from what `seen` says, and from nothing newer or older. A
    step that needs the file is refused when the file is gone.
    """
    values: dict[str, Any] = {"kind": kind, "state": JobState.QUEUED, "done": 0, "total": 0, "attempts": 0}
    if options is not None:
        values["options"] = dict(options)
    _update_finished(
        session, seen, by, needs_file=needs_file, **values, message=None, lease=None, changed_at=at
    )
    return queries.get_job(session, seen.id, scope=by.scope)


def amend_job(
    session: Session, *, seen: FoundJob, options: Mapping[str, Any], by: Actor, at: datetime
) -> None:
    """Put other options into a finished job whose next step is still to come.

    Raises `Refused` when it is not as it was seen: what somebody else said meanwhile must not be lost.
    """
    _update_finished(session, seen, by, needs_file=True, options=dict(options), changed_at=at)


def _update_finished(session: Session, seen: FoundJob, by: Actor, *, needs_file: bool, **values: Any) -> None:
    statement = sa.update(Job).where(
        Job.id == seen.id,
        Job.state.in_([JobState.DONE, JobState.FAILED]),
        # Every change of a job moves its moment; the kind besides, for two steps within one.
        Job.kind == seen.kind,
        Job.state == seen.state,
        Job.changed_at == seen.changed_at,
    )
    if needs_file:
        statement = statement.where(Job.file_size > 0)
    changed = session.execute(
        statement.values(**values)
        .returning(Job.id)
        .execution_options(scope=by.scope, synchronize_session=False)
    ).one_or_none()
    if changed is None:
        queries.get_job(session, seen.id, scope=by.scope)
        raise Refused(MOVED_ON)


def cancel_job(session: Session, *, job_id: int, by: Actor, at: datetime) -> None:
    """Take a job back and forget its file. One that is running stops at its next step, and nothing of it stands.

    Raises `Refused` for one that is over and has no file any more: what it wrote stands, and so does what it reported.
    """
    queries.get_job(session, job_id, scope=by.scope)
    cancelled = session.execute(
        sa.update(Job)
        .where(
            Job.id == job_id,
            sa.or_(Job.state.in_([JobState.QUEUED, JobState.RUNNING]), Job.file_size > 0),
        )
        .values(state=JobState.CANCELLED, file_size=0, result=None, lease=None, changed_at=at)
        .execution_options(scope=by.scope, synchronize_session=False)
        .returning(Job.id)
    ).one_or_none()
    if cancelled is None:
        raise Refused(
            "この取り込みは、もう終わっています。取りやめることはできません。画面を開き直してください。"
        )
    drop_parts(session, which=JobPart.job_id == job_id, by=by)


def take_job(session: Session, *, kinds: Collection[str], by: Actor, at: datetime) -> Task | None:
    """Take the oldest job that waits, or that a killed worker left; None when there is none."""
    _give_up(session, by, at)
    waiting = (
        queries.select_waiting_ids(scope=by.scope, kinds=kinds, at=at, most_attempts=MOST_ATTEMPTS)
        .limit(1)
        # PostgreSQL hands each worker another job; SQLite drops the words and needs none: one writer at a time.
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        sa.update(Job)
        .where(Job.id == waiting.scalar_subquery())
        .values(
            state=JobState.RUNNING,
            lease=secrets.token_hex(16),
            lease_until=at + LEASE,
            attempts=Job.attempts + 1,
            done=0,
            changed_at=at,
        )
        .execution_options(scope=by.scope, synchronize_session=False)
        .returning(Job.id, Job.kind, Job.label, Job.file_size, Job.options, Job.lease, Job.created_by)
    ).one_or_none()
    return None if row is None else Task(*row)


def _give_up(session: Session, by: Actor, at: datetime) -> None:
    session.execute(
        sa.update(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until < at, Job.attempts >= MOST_ATTEMPTS)
        .values(state=JobState.FAILED, message=GAVE_UP, lease=None, changed_at=at)
        .execution_options(scope=by.scope, synchronize_session=False)
    )


def keep_job(session: Session, *, task: Task, done: int, total: int, by: Actor, at: datetime) -> None:
    """Note how far the work is and hold the job for longer; raise `LeaseLost` when it is ours no more."""
    _update(session, task, by, done=done, total=total, lease_until=at + LEASE, changed_at=at)


def finish_job(
    session: Session, *, task: Task, result: Mapping[str, Any], keeps_file: bool, by: Actor, at: datetime
) -> None:
    """Close a job in the transaction of its work; raise `LeaseLost` when it is ours no more."""
    values: dict[str, Any] = {"state": JobState.DONE, "result": dict(result), "lease": None, "changed_at": at}
    if not keeps_file:
        values["file_size"] = 0
    _update(session, task, by, done=Job.total, **values)
    if not keeps_file:
        drop_parts(session, which=JobPart.job_id == task.id, by=by)


def fail_job(session: Session, *, task: Task, message: str, by: Actor, at: datetime) -> None:
    """Close a job that cannot be done; `message` tells people why and what to do."""
    _update(session, task, by, state=JobState.FAILED, message=message, lease=None, changed_at=at)


def release_job(session: Session, *, task: Task, by: Actor, at: datetime) -> None:
    """Give a job back for another attempt, or close it after the last one."""
    _update(
        session,
        task,
        by,
        state=sa.case((Job.attempts >= MOST_ATTEMPTS, JobState.FAILED.value), else_=JobState.QUEUED.value),
        message=sa.case((Job.attempts >= MOST_ATTEMPTS, GAVE_UP), else_=None),
        lease=None,
        changed_at=at,
    )


def _update(session: Session, task: Task, by: Actor, **values: Any) -> None:
    held = session.execute(
        sa.update(Job)
        .where(Job.id == task.id, Job.lease == task.lease, Job.state == JobState.RUNNING)
        .values(**values)
        .execution_options(scope=by.scope, synchronize_session=False)
        .returning(Job.id)
    ).one_or_none()
    if held is None:
        raise LeaseLost(f"job {task.id}")


def forget_files(session: Session, *, by: Actor, at: datetime) -> None:
    """Empty the files of jobs that nobody came back to."""
    session.execute(
        sa.update(Job)
        .where(Job.changed_at < at - FILES_ARE_KEPT, Job.file_size > 0, Job.state != JobState.RUNNING)
        .values(file_size=0, state=JobState.CANCELLED, result=None)
        .execution_options(scope=by.scope, synchronize_session=False)
    )
    over = sa.select(Job.id).where(Job.file_size == 0)
    drop_parts(session, which=JobPart.job_id.in_(over), by=by)


def find_requester(session: Session, *, task: Task, by: Actor) -> Actor:
    """Return who asked for a job, with the roles of today; raise `Refused` when the account was closed meanwhile."""
    if task.created_by is None:
        return by
    account = get_account(session, task.created_by)
    if account.closed_at is not None:
        raise Refused(_CLOSED)
    return Actor(
        account.id,
        account.display_name,
        roles=account.role_set,
        rights=account.right_set,
        affiliation=account.affiliation,
        organisation=account.organisation,
    )
