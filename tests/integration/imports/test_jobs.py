"""The queue on both databases: taken once, finished once, given back when a worker was killed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role, Scope
from app.clock import frozen, now
from app.db.database import Database
from app.jobs import queries
from app.jobs.models import Job, JobPart
from app.jobs.service import queueing
from app.jobs.service.files import JobFile
from app.jobs.service.queueing import GAVE_UP, LEASE, MOST_ATTEMPTS, Task
from app.jobs.service.working import Handler, Report, Worker
from app.jobs.vocabulary import PART_SIZE, JobState, LeaseLost
from app.web.errors import Missing, Refused
from tests.integration.conftest import InParallel
from tests.support.accounts import make_account

BY = Actor.system("test")
KIND = "test.count"


def queue(database: Database, by: Actor = BY, file: bytes = b"12345") -> int:
    """Put a job into the queue."""
    with database.writing(by.scope) as session:
        job = queueing.queue_job(session, kind=KIND, label="file.csv", file=file, options={}, by=by, at=now())
    return job.id


def job_of(database: Database, job_id: int) -> Job:
    """The job with its result."""
    with database.reading(BY.scope) as session:
        return queries.get_job(session, job_id, scope=BY.scope, with_result=True)


def parts_of(database: Database, job_id: int) -> list[int]:
    """The lengths of the parts of its file, in their order."""
    with database.reading(BY.scope) as session:
        parts = sa.select(JobPart.data).where(JobPart.job_id == job_id).order_by(JobPart.number)
        return [len(data) for data in session.scalars(parts.execution_options(scope=BY.scope))]


def take(database: Database) -> Task | None:
    """Take a job as a worker does."""
    with database.writing(BY.scope) as session:
        return queueing.take_job(session, kinds=[KIND], by=BY, at=now())


def count_letters(_task: Task, file: JobFile, report: Report) -> int:
    """Prepare: the length of the file."""
    report(1, 2)
    with file.open() as opened:
        return len(opened.read())


def write_count(_session: Any, *, prepared: int, **_: Any) -> Mapping[str, Any]:
    """Write: nothing but the result."""
    return {"length": prepared}


def worker(database: Database, **changes: Any) -> Worker:
    """A worker for the jobs of this file."""
    return Worker(database, {KIND: Handler(**{"prepare": count_letters, "write": write_count, **changes})})


def test_a_job_is_done_and_its_file_forgotten(database: Database) -> None:
    job_id = queue(database)

    assert worker(database).run_all() == 1

    job = job_of(database, job_id)
    assert (job.state, job.result, job.file_size) == (JobState.DONE, {"length": 5}, 0)
    assert parts_of(database, job_id) == []
    assert job.done == job.total == 2


def test_a_job_of_another_kind_is_left_alone(database: Database) -> None:
    queue(database)

    assert Worker(database, {}).run_all() == 0


def test_a_refusal_is_told_as_it_is(database: Database) -> None:
    def refuse(_task: Task, _file: JobFile, _report: Report) -> None:
        raise Refused("見出しがありません。足してください。")

    job_id = queue(database)
    worker(database, prepare=refuse).run_all()

    job = job_of(database, job_id)
    assert (job.state, job.message) == (JobState.FAILED, "見出しがありません。足してください。")


def test_what_breaks_is_tried_again_and_then_given_up_in_words(database: Database) -> None:
    def stumble(_session: Any, **_: Any) -> Mapping[str, Any]:
        raise ZeroDivisionError

    job_id = queue(database)

    assert worker(database, write=stumble).run_all() == MOST_ATTEMPTS
    job = job_of(database, job_id)
    assert (job.state, job.message) == (JobState.FAILED, GAVE_UP)


def test_a_killed_worker_loses_the_job_when_its_lease_runs_out(database: Database) -> None:
    job_id = queue(database)
    assert take(database) is not None
    assert worker(database).run_all() == 0

    with frozen(now() + LEASE + timedelta(seconds=1)):
        assert worker(database).run_all() == 1

    job = job_of(database, job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_kills_every_worker_ends(database: Database) -> None:
    job_id, moment = queue(database), now()
    for attempt in range(MOST_ATTEMPTS):
        with frozen(moment + attempt * (LEASE + timedelta(seconds=1))):
            assert take(database) is not None

    with frozen(moment + MOST_ATTEMPTS * (LEASE + timedelta(seconds=1))):
        assert take(database) is None

    assert job_of(database, job_id).message == GAVE_UP


def test_a_worker_that_was_too_slow_writes_nothing(database: Database) -> None:
    job_id = queue(database)
    slow = take(database)
    assert slow is not None
    with frozen(now() + LEASE + timedelta(seconds=1)):
        worker(database).run_all()

    with pytest.raises(LeaseLost), database.writing(BY.scope) as session:
        queueing.finish_job(session, task=slow, result={"length": 0}, keeps_file=False, by=BY, at=now())
    assert job_of(database, job_id).result == {"length": 5}


def test_a_job_is_taken_by_one_worker_only(database: Database, in_parallel: InParallel) -> None:
    for _ in range(3):
        queue(database)
    taken: list[int] = []

    def act(_number: int) -> None:
        task = take(database)
        if task is not None:
            taken.append(task.id)

    in_parallel(6, act)

    assert len(taken) == len(set(taken)) == 3


def test_a_job_that_was_taken_back_leaves_nothing(database: Database) -> None:
    job_id = queue(database)

    def cancel_meanwhile(task: Task, _file: JobFile, _report: Report) -> int:
        with database.writing(BY.scope) as session:
            queueing.cancel_job(session, job_id=task.id, by=BY, at=now())
        return 0

    worker(database, prepare=cancel_meanwhile).run_all()

    job = job_of(database, job_id)
    assert (job.state, job.result, job.file_size) == (JobState.CANCELLED, None, 0)
    assert parts_of(database, job_id) == []


def actor(account: Account) -> Actor:
    """Who this account is."""
    return Actor(account.id, account.display_name, account.role_set)


def test_a_job_is_done_with_the_roles_of_today(database: Database) -> None:
    account = make_account(database, Role.COMMUNITY)
    seen: list[Actor] = []

    def look(_session: Any, *, by: Actor, **_: Any) -> Mapping[str, Any]:
        seen.append(by)
        return {}

    queue(database, actor(account))
    worker(database, write=look).run_all()

    assert (seen[0].account_id, seen[0].roles) == (account.id, frozenset({Role.COMMUNITY}))


def test_nothing_is_done_for_an_account_that_was_closed(database: Database) -> None:
    account = make_account(database, Role.COMMUNITY)
    job_id = queue(database, actor(account))
    with database.writing(BY.scope) as session:
        session.get_one(Account, account.id).closed_at = now()

    worker(database).run_all()

    assert job_of(database, job_id).state is JobState.FAILED


def test_a_job_is_seen_by_who_asked_for_it_only(database: Database) -> None:
    owner, other = (actor(make_account(database, Role.COMMUNITY)) for _ in range(2))
    job_id = queue(database, owner)

    for scope in (other.scope, Scope(None)):
        with database.reading(scope) as session, pytest.raises(Missing):
            queries.get_job(session, job_id, scope=scope)
    with database.reading(owner.scope) as session:
        assert [job.id for job in queries.list_jobs(session, scope=owner.scope, kinds=[KIND])] == [job_id]


def test_a_job_cannot_be_queued_again_while_it_waits(database: Database) -> None:
    seen = job_of(database, queue(database))

    with database.writing(BY.scope) as session, pytest.raises(Refused):
        queueing.requeue_job(session, seen=seen, kind=KIND, by=BY, at=now())


def previewed(database: Database) -> Job:
    """A job whose first step is done and whose file is kept for the next one."""
    job_id = queue(database)
    worker(database, keeps_file=True).run_all()
    return job_of(database, job_id)


def test_what_one_page_said_of_a_job_is_not_lost_to_another_that_read_it_before(database: Database) -> None:
    first = second = previewed(database)
    with database.writing(BY.scope) as session:
        queueing.amend_job(session, seen=first, options={"said": "first"}, by=BY, at=now())

    with database.writing(BY.scope) as session, pytest.raises(Refused, match="別の画面で先に進んだ"):
        queueing.amend_job(session, seen=second, options={"said": "second"}, by=BY, at=now())
    assert job_of(database, second.id).options == {"said": "first"}


def test_an_old_reading_is_not_put_onto_a_newer_step(database: Database) -> None:
    stale = previewed(database)
    with database.writing(BY.scope) as session:
        queueing.requeue_job(session, seen=stale, kind=KIND, options={"columns": "new"}, by=BY, at=now())
    worker(database, keeps_file=True).run_all()

    with database.writing(BY.scope) as session, pytest.raises(Refused, match="別の画面で先に進んだ"):
        queueing.requeue_job(session, seen=stale, kind=KIND, options={"columns": "old"}, by=BY, at=now())
    assert job_of(database, stale.id).options == {"columns": "new"}
    assert job_of(database, stale.id).state is JobState.DONE


def test_a_step_that_ended_meanwhile_is_not_begun_a_second_time(database: Database) -> None:
    """Both pages saw it within one moment, so that the kind alone tells the two steps apart."""
    with frozen(now()):
        stale = previewed(database)
        with database.writing(BY.scope) as session:
            queueing.requeue_job(session, seen=stale, kind="test.undo", by=BY, at=now())
        Worker(database, {"test.undo": Handler(prepare=count_letters, write=write_count)}).run_all()

        with database.writing(BY.scope) as session, pytest.raises(Refused):
            queueing.requeue_job(session, seen=stale, kind="test.undo", needs_file=False, by=BY, at=now())
    assert job_of(database, stale.id).state is JobState.DONE


def test_files_that_nobody_came_back_to_are_forgotten(database: Database) -> None:
    with frozen(now() - timedelta(days=8)):
        old = queue(database)
    fresh = queue(database)

    with database.writing(BY.scope) as session:
        queueing.forget_files(session, by=BY, at=now())

    assert (job_of(database, old).file_size, job_of(database, fresh).file_size) == (0, 5)
    assert (parts_of(database, old), parts_of(database, fresh)) == ([], [5])


def test_the_thread_of_a_server_does_the_work(database: Database) -> None:
    job_id = queue(database)
    running = worker(database)
    running.start()
    try:
        for _ in range(100):
            if job_of(database, job_id).state.is_over:
                break
            with database.reading(BY.scope) as session:
                session.execute(sa.select(Job.id))
    finally:
        running.stop()

    assert job_of(database, job_id).state is JobState.DONE


def test_a_long_file_lies_in_parts_and_reads_as_one(database: Database) -> None:
    data = bytes(range(256)) * (PART_SIZE * 5 // 2 // 256)
    job_id = queue(database, file=data)

    file = JobFile(database, job_id, len(data), scope=BY.scope)

    assert parts_of(database, job_id) == [PART_SIZE, PART_SIZE, PART_SIZE // 2]
    with file.open() as opened:
        assert opened.read() == data
        for place, length in ((0, 3), (PART_SIZE - 1, 2), (2 * PART_SIZE, 1), (len(data) - 2, 9)):
            opened.seek(place)
            assert opened.read(length) == data[place : place + length]
        assert opened.seek(0, 2) == len(data)
        assert opened.read(1) == b""
        with pytest.raises(OSError, match="Invalid"):
            opened.seek(-1)


def test_whoever_still_reads_a_file_that_was_taken_back_has_lost_the_job(database: Database) -> None:
    job_id = queue(database, file=b"1" * (PART_SIZE + 1))
    with JobFile(database, job_id, PART_SIZE + 1, scope=BY.scope).open() as opened:
        assert len(opened.read(PART_SIZE)) == PART_SIZE
        with database.writing(BY.scope) as session:
            queueing.cancel_job(session, job_id=job_id, by=BY, at=now())

        with pytest.raises(LeaseLost):
            opened.read(1)
