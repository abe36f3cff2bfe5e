"""Daily duties on both databases: once a day, by one worker, made up for when the server was off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Role
from app.audit.service import record_event
from app.cli import main
from app.clock import TOKYO
from app.db.database import Database
from app.jobs import queries
from app.jobs.models import JobDuty
from app.jobs.policies import MOST_TRIES
from app.jobs.service import duties
from app.jobs.service.duties import BROKE, LEASE, Duty
from app.jobs.service.working import Errand, Worker
from app.jobs.vocabulary import LeaseLost
from app.operations.handlers import DUTIES
from app.web.errors import Refused
from tests.integration.conftest import InParallel
from tests.support.accounts import SignInAs
from tests.support.databases import rows_of

BY = Actor.system("test")
MORNING = datetime(2026, 11, 21, 5, 0, tzinfo=TOKYO)


class Work:
    """What a duty does here: leave a row, or fail."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []
        self.trouble: Exception | None = None

    def __call__(self, session: Session, *, by: Actor, at: datetime) -> None:
        self.moments.append(at)
        record_event(
            session, action="test.done", subject_kind="test", subject_id="1", by=by.account_id, at=at
        )
        if self.trouble:
            raise self.trouble


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def duty(work: Work) -> Duty:
    return Duty("test.daily", "試験の仕事", work)


@pytest.fixture
def worker(database: Database, duty: Duty) -> Worker:
    return Worker(database, {}, [duty])


def row_of(database: Database) -> JobDuty:
    """The row of the duty."""
    with database.reading(BY.scope) as session:
        return next(iter(queries.list_duties(session, scope=BY.scope)))


def done(database: Database) -> int:
    """How often the work of the duty stands in the database."""
    return sum(row["action"] == "test.done" for row in rows_of(database, "audit_event"))


def test_a_duty_runs_once_for_each_day(database: Database, worker: Worker, work: Work) -> None:
    later = [MORNING + timedelta(hours=hours) for hours in (0, 1, 23, 24, 25)]

    assert [worker.run_duties(at) for at in later] == [1, 0, 0, 1, 0]

    assert work.moments == [MORNING, MORNING + timedelta(days=1)]
    row = row_of(database)
    assert (row.last_run_on, row.last_error) == ((MORNING + timedelta(days=1)).date(), None)
    assert row.last_ended_at is not None


def test_a_duty_that_was_missed_runs_at_the_start(worker: Worker, work: Work) -> None:
    worker.run_duties(MORNING)
    three_days_later_at_night = MORNING + timedelta(days=3, hours=-3)

    worker.make_round(three_days_later_at_night)

    assert work.moments == [MORNING, three_days_later_at_night]


def test_two_workers_never_run_a_duty_twice_on_one_day(
    database: Database, duty: Duty, work: Work, in_parallel: InParallel
) -> None:
    in_parallel(6, lambda _: Worker(database, {}, [duty]).make_round(MORNING))

    assert (done(database), len(work.moments)) == (1, 1)


def test_a_duty_that_fails_is_noted_and_tried_again_an_hour_later(
    database: Database, worker: Worker, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    work.trouble = ZeroDivisionError("浜岡 花子")
    assert worker.run_duties(MORNING) == 0
    assert (row_of(database).last_error, done(database)) == (BROKE, 0)
    assert "浜岡" not in caplog.text

    work.trouble = None
    assert worker.run_duties(MORNING + timedelta(minutes=59)) == 0
    assert worker.run_duties(MORNING + timedelta(minutes=60)) == 1
    assert (row_of(database).last_error, done(database)) == (None, 1)


def test_a_refusal_is_told_as_it_is_and_tried_five_times_a_day_at_most(
    database: Database, worker: Worker, work: Work
) -> None:
    work.trouble = Refused("設定がありません。")

    for hours in range(12):
        worker.run_duties(MORNING + timedelta(hours=hours))

    assert len(work.moments) == MOST_TRIES
    assert row_of(database).last_error == "設定がありません。"
    worker.run_duties(MORNING + timedelta(days=1))
    assert len(work.moments) == MOST_TRIES + 1


def test_a_failing_duty_keeps_no_other_from_its_work(database: Database, duty: Duty, work: Work) -> None:
    def fall(session: Session, *, by: Actor, at: datetime) -> None:
        raise ZeroDivisionError

    ran: list[str] = []
    errands = [
        Errand("test.broken", lambda _database, _at: 1 // 0),
        Errand("test.whole", lambda _database, _at: ran.append("x")),
    ]

    Worker(database, {}, [Duty("test.a", "落ちる仕事", fall), duty], errands).make_round(MORNING)

    assert (done(database), ran) == (1, ["x"])


def test_a_killed_worker_loses_the_duty_when_its_lease_runs_out(
    database: Database, duty: Duty, worker: Worker
) -> None:
    with database.writing(BY.scope) as session:
        duties.ensure_duties(session, names=[duty.name], by=BY)
        held = duties.take_duty(session, duty=duty, by=BY, at=MORNING)
    assert held is not None
    assert worker.run_duties(MORNING + LEASE - timedelta(seconds=1)) == 0

    assert worker.run_duties(MORNING + LEASE) == 1

    with pytest.raises(LeaseLost), database.writing(BY.scope) as session:
        duties.finish_duty(session, held=held, by=BY, at=MORNING + LEASE)
    assert done(database) == 1


def test_the_lapse_of_proposals_is_a_duty_of_the_house(database: Database) -> None:
    Worker(database, {}, DUTIES).make_round(MORNING)

    assert "matching.lapse" in {duty.name for duty in DUTIES}
    rows = {row["name"]: row["last_error"] for row in rows_of(database, "job_duty")}
    assert rows == {duty.row_name: None for duty in DUTIES}


def test_work_that_follows_an_update_is_done_once_for_each_edition(database: Database, work: Work) -> None:
    def run(edition: str, days: int) -> int:
        duty = Duty("test.daily", "試験の仕事", work, edition=edition)
        return Worker(database, {}, [duty]).run_duties(MORNING + timedelta(days=days))

    assert [run("1", 0), run("1", 1), run("2", 2), run("2", 30), run("3", 31)] == [1, 0, 1, 0, 1]
    assert done(database) == 3


def test_work_that_follows_an_update_is_tried_again_until_it_is_done(database: Database, work: Work) -> None:
    worker = Worker(database, {}, [Duty("test.daily", "試験の仕事", work, edition="1")])
    work.trouble = Refused("設定がありません。")
    assert worker.run_duties(MORNING) == 0
    work.trouble = None
    assert worker.run_duties(MORNING + timedelta(days=1)) == 1
    assert worker.run_duties(MORNING + timedelta(days=2)) == 0


def test_the_admin_sees_the_duties_in_plain_words(
    database: Database, sign_in_as: SignInAs, work: Work
) -> None:
    browser = sign_in_as(Role.ADMIN)
    browser.get("/duties")
    assert browser.heading == "毎日の仕事"
    assert "返事の期限が過ぎた提案を閉じる" in browser.text
    assert "これからです" in browser.text

    work.trouble = Refused("設定がありません。")
    Worker(database, {}, [Duty("matching.lapse", "x", work)]).make_round(MORNING)
    browser.get("/duties")
    assert "できませんでした" in browser.text
    assert "設定がありません。" in browser.text
    assert "に、もう一度試します。" in browser.text


def test_nobody_else_sees_the_duties(sign_in_as: SignInAs) -> None:
    assert sign_in_as(Role.COORDINATOR, Role.CITY_OFFICER).get("/duties").status_code == 404


def test_a_duty_can_be_run_by_hand_whether_it_was_done_or_not(
    database: Database, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    listed = CliRunner().invoke(main, ["jobs", "duties"])
    assert "matching.lapse" in listed.stdout
    assert "最後に済んだ日: まだ" in listed.stdout
    for _ in range(2):
        result = CliRunner().invoke(main, ["jobs", "run-duty", "matching.lapse"])
        assert (result.exit_code, result.stdout) == (0, "返事の期限が過ぎた提案を閉じる: 済みました。\n")
    again = CliRunner().invoke(main, ["jobs", "duties"])
    assert listed.stdout.count("まだ") - again.stdout.count("まだ") == 1
    assert CliRunner().invoke(main, ["jobs", "run-duty", "nothing"]).exit_code != 0
