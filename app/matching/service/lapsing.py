"""The daily work: questions that no host has answered in time lapse, and their seats are free again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.clock import now
from app.jobs.service.duties import Duty
from app.jobs.service.files import JobFile
from app.jobs.service.queueing import Task, queue_job
from app.jobs.service.working import Handler, Report
from app.matching.service.proposals import expire_proposals

LAPSE: Final = "matching.lapse"


def queue_lapsing(session: Session, *, by: Actor, at: datetime) -> int:
    """Queue the work of today and return the job's id."""
    job = queue_job(session, kind=LAPSE, label="返事の期限が過ぎた提案", options={}, by=by, at=at)
    return job.id


def _prepare(_task: Task, _file: JobFile, _report: Report) -> None:
    return None


def _write(session: Session, *, prepared: None, task: Task, by: Actor, report: Report) -> Mapping[str, Any]:  # noqa: ARG001
    return {"lapsed": expire_proposals(session, by=by, at=now())}


HANDLERS: Final[dict[str, Handler]] = {LAPSE: Handler(_prepare, _write)}

DUTIES: Final = (Duty(LAPSE, "返事の期限が過ぎた提案を閉じる", expire_proposals),)
