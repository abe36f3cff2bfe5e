"""A step over very many entries as a job: nobody waits for the page, and what is done is done whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.clock import now
from app.jobs.queries import FoundJob, get_job
from app.jobs.service.files import JobFile
from app.jobs.service.queueing import Task, queue_job
from app.jobs.service.working import Handler, Report
from app.resources.engine.bulk_steps import Doing, Step
from app.resources.queries.selection import Selection, list_selected_ids
from app.resources.service.bulk import apply_step, refuse_unfit
from app.web.errors import Missing

KIND: Final = "resources.bulk"

AT_ONCE_MOST: Final = 1_000
"""So many entries are changed while somebody waits, about a second; more are a job."""


def queue_large_step(
    session: Session, *, step: Step, selection: Selection, with_doubtful: bool, by: Actor, at: datetime
) -> int | None:
    """Queue a step over more than `AT_ONCE_MOST` entries and return the id of the job; None where there are fewer.

    What was picked is settled now: an entry that comes to fit the filter while the job waits is not changed. Raises
    `Refused` where the step itself may not be done.
    """
    ids = list_selected_ids(session, selection, scope=by.scope)
    if len(ids) <= AT_ONCE_MOST:
        return None
    refuse_unfit(session, step=step, by=by, at=at)
    options = {
        "doing": step.doing.value,
        "choice": step.choice,
        "text": step.text,
        "ids": list(ids),
        "with_doubtful": with_doubtful,
    }
    return queue_job(session, kind=KIND, label=step.doing.label, options=options, by=by, at=at).id


def get_bulk_job(session: Session, *, job_id: int, by: Actor) -> FoundJob:
    """Return a job of one's own, with its result; raise `Missing` for one of another kind."""
    job = get_job(session, job_id, scope=by.scope, with_result=True)
    if job.kind != KIND:
        raise Missing
    return job


def _prepare(_task: Task, _file: JobFile, _report: Report) -> None:
    """The entries are read where they are changed: between the two somebody might change them."""


def _write(session: Session, *, prepared: None, task: Task, by: Actor, report: Report) -> Mapping[str, Any]:
    del prepared
    said = task.options
    done = apply_step(
        session,
        step=Step(Doing(said["doing"]), said["choice"], said["text"]),
        selection=Selection(ids=tuple(said["ids"])),
        with_doubtful=said["with_doubtful"],
        by=by,
        at=now(),
        progress=lambda rows: report(rows, len(said["ids"])),
    )
    return {"batch": done.batch, "changed": done.changed}


HANDLERS: Final = {KIND: Handler(prepare=_prepare, write=_write)}
