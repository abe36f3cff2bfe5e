"""The worker: a thread of the server, or the command `tsunagi jobs work`.

It does the jobs that wait, and every half minute looks for duties that are due and runs the errands.

A handler works in two parts. *Preparing* reads the file and reports how far it is, in no transaction, so that the page
can follow and nobody waits for it: the embedded database has one writer at a time, and could not even note the progress
of a long transaction. *Writing* is one transaction, with the result of the job inside it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.database import Database
from app.jobs import queries
from app.jobs.policies import Record
from app.jobs.service import duties, queueing
from app.jobs.service.duties import Duty, HeldDuty
from app.jobs.service.files import JobFile
from app.jobs.service.queueing import Task
from app.jobs.vocabulary import LeaseLost
from app.web.errors import InputRefused, Refused

_LOG = logging.getLogger(__name__)
_SYSTEM = Actor.system("doing the work in the queue")
_SECONDS_BETWEEN_NOTES = 1.0
_SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_ROUNDS = 30.0
"""How often duties and errands are looked for."""

Report = Callable[[int, int], None]
"""Told how many of how many steps are done; raises `LeaseLost` when the job is another's."""


@dataclass(frozen=True)
class Handler:
    """How the jobs of one kind are done. Both parts may be run again after a crash, so they must not mind.

    `prepare(task, file, report)` returns whatever `write` needs; `write(session, prepared=…, task=…, by=…, report=…)` returns
    the result as JSON. A `Refused` from either is told to the person as it is. `keeps_file`: the file is needed again.
    """

    prepare: Callable[[Task, JobFile, Report], Any]
    write: Callable[..., Mapping[str, Any]]
    writes: bool = True
    keeps_file: bool = False


@dataclass(frozen=True)
class Errand:
    """Small work that is looked for every half minute and opens its own short transactions, such as sending mail."""

    name: str
    run: Callable[[Database, datetime], object]


class Worker:
    """Does the jobs, the duties and the errands of an installation, one after the other."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        duties: Sequence[Duty] = (),
        errands: Sequence[Errand] = (),
    ) -> None:
        self._database, self._handlers = database, handlers
        self._duties, self._errands = tuple(duties), tuple(errands)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def run_once(self) -> bool:
        """Do one job if there is one; tell whether there was."""
        with self._database.reading(_SYSTEM.scope) as session:
            # Looking takes no lock; only a find is worth the writer's.
            if queries.find_work(session, scope=_SYSTEM.scope, kinds=self._handlers.keys(), at=now()) is None:
                return False
        with self._database.writing(_SYSTEM.scope) as session:
            task = queueing.take_job(session, kinds=self._handlers.keys(), by=_SYSTEM, at=now())
        if task is not None:
            self._do(task)
        return True

    def run_all(self) -> int:
        """Do all jobs that wait; return how many."""
        done = 0
        while not self._stop.is_set() and self.run_once():
            done += 1
        return done

    def make_round(self, at: datetime) -> None:
        """Run the duties that are due at a moment and all errands; one that fails keeps nobody else from theirs."""
        self.run_duties(at)
        for errand in self._errands:
            if self._stop.is_set():
                return
            try:
                errand.run(self._database, at)
            except Exception as error:
                # The type alone: a message may repeat what stands in a letter.
                _LOG.error("the errand %s broke: %s", errand.name, type(error).__name__)

    def run_duties(self, at: datetime) -> int:
        """Run the duties that are due at a moment; return how many were done."""
        with self._database.reading(_SYSTEM.scope) as session:
            # Looking takes no lock; only a find is worth the writer's.
            known = {row.name: row.record for row in queries.list_duties(session, scope=_SYSTEM.scope)}
        due = [duty for duty in self._duties if duty.is_due(known.get(duty.row_name, Record()), at=at)]
        return sum(self.run_duty(duty, at) is True for duty in due if not self._stop.is_set())

    def run_duty(self, duty: Duty, at: datetime, *, even_if_done: bool = False) -> bool | None:
        """Run one duty; tell whether it could be done, None when it is not due or another worker has it."""
        by = duty.actor
        with self._database.writing(by.scope) as session:
            duties.ensure_duties(session, names=[duty.row_name], by=by)
            held = duties.take_duty(session, duty=duty, by=by, at=at, even_if_done=even_if_done)
        return None if held is None else self._run_held(duty, held, at)

    def _run_held(self, duty: Duty, held: HeldDuty, at: datetime) -> bool | None:
        by = duty.actor
        try:
            with self._database.writing(by.scope) as session:
                duty.run(session, by=by, at=at)
                duties.finish_duty(session, held=held, by=by, at=max(at, now()))
        except LeaseLost:
            _LOG.warning("the duty %s is another worker's by now", duty.name)
            return None
        except Exception as error:
            if not isinstance(error, Refused):
                _LOG.error("the duty %s broke: %s", duty.name, type(error).__name__)
            self._fail_duty(held, error.message if isinstance(error, Refused) else duties.BROKE, at)
            return False
        return True

    def _fail_duty(self, held: HeldDuty, message: str, at: datetime) -> None:
        try:
            with self._database.writing(_SYSTEM.scope) as session:
                duties.fail_duty(session, held=held, message=message, by=_SYSTEM, at=at)
        except (LeaseLost, SQLAlchemyError):
            # The lease runs out by itself, and then the duty is tried again.
            _LOG.warning("that the duty %s failed could not be noted", held.name)

    def start(self) -> None:
        """Work in a thread of this process until it ends. Call it after a fork."""
        self._thread = threading.Thread(target=self._run, name="tsunagi-jobs", daemon=True)
        self._thread.start()

    def stop(self, patience: float | None = None) -> None:
        """Stop after the present job, waiting at most so many seconds; what is cut off comes back by its lease."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        try:
            with self._database.writing(_SYSTEM.scope) as session:
                queueing.forget_files(session, by=_SYSTEM, at=now())
        except SQLAlchemyError as error:
            _LOG.error("old files could not be forgotten: %s", type(error).__name__)
        next_round = monotonic()
        while not self._stop.is_set():
            try:
                self.run_all()
                if monotonic() >= next_round:
                    next_round = monotonic() + SECONDS_BETWEEN_ROUNDS
                    self.make_round(now())
            except SQLAlchemyError as error:
                # The disk is full or the server is away; it passes, and the lease brings the job back.
                _LOG.error("the queue could not be read: %s", type(error).__name__)
            self._stop.wait(_SECONDS_BETWEEN_LOOKS)

    def _do(self, task: Task) -> None:
        handler = self._handlers[task.kind]
        try:
            self._work(task, handler)
        except LeaseLost:
            _LOG.warning("job %s is another worker's by now, or was taken back", task.id)
        except Refused as refusal:
            self._fail(task, refusal.message)
        except InputRefused as refusal:
            self._fail(task, " ".join(problem.text for problem in refusal.problems))
        except Exception as error:
            # The type alone: a message may repeat what stands in the file.
            _LOG.error("job %s (%s) broke: %s", task.id, task.kind, type(error).__name__)
            try:
                with self._database.writing(_SYSTEM.scope) as session:
                    queueing.release_job(session, task=task, by=_SYSTEM, at=now())
            except LeaseLost:
                return

    def _work(self, task: Task, handler: Handler) -> None:
        with self._database.reading(_SYSTEM.scope) as session:
            by = queueing.find_requester(session, task=task, by=_SYSTEM)
        file = JobFile(self._database, task.id, task.file_size, scope=_SYSTEM.scope)
        prepared = handler.prepare(task, file, self._reporter(task))
        if not handler.writes:
            with self._database.reading(by.scope) as session:
                result = handler.write(
                    session, prepared=prepared, task=task, by=by, report=self._reporter(task)
                )
            with self._database.writing(_SYSTEM.scope) as session:
                queueing.finish_job(
                    session, task=task, result=result, keeps_file=handler.keeps_file, by=_SYSTEM, at=now()
                )
            return
        with self._database.writing(by.scope) as session:
            # On the embedded database this transaction is the only one that can write, so nothing is noted meanwhile.
            embedded = session.get_bind().dialect.name == "sqlite"
            report = _silent if embedded else self._reporter(task)
            result = handler.write(session, prepared=prepared, task=task, by=by, report=report)
            queueing.finish_job(
                session, task=task, result=result, keeps_file=handler.keeps_file, by=by, at=now()
            )

    def _fail(self, task: Task, message: str) -> None:
        try:
            with self._database.writing(_SYSTEM.scope) as session:
                queueing.fail_job(session, task=task, message=message, by=_SYSTEM, at=now())
        except LeaseLost:
            return

    def _reporter(self, task: Task) -> Report:
        noted = -_SECONDS_BETWEEN_NOTES

        def report(done: int, total: int) -> None:
            nonlocal noted
            if monotonic() - noted < _SECONDS_BETWEEN_NOTES:
                return
            noted = monotonic()
            with self._database.writing(_SYSTEM.scope) as session:
                queueing.keep_job(session, task=task, done=done, total=total, by=_SYSTEM, at=now())

        return report


def _silent(_done: int, _total: int) -> None:
    """Say nothing."""
