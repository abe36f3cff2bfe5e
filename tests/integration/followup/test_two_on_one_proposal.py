"""Two people on one proposal at the same moment: one waits for the other, and nobody waits in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Role
from app.audit.queries import get_locked_head
from app.audit.service import verify_log
from app.clock import now
from app.db.database import Database
from app.matching import queries, service
from app.matching.vocabulary import ProposalReason, ProposalState, Side, holder_of
from app.resources.queries.seats import list_reservations
from app.web.errors import Refused
from tests.factories.cases import make_actor
from tests.factories.followup import make_place, make_proposal, ready_case, start
from tests.factories.needs import move

SYSTEM = Actor.system("test")
WAITING = sa.text(
    "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE NOT l.granted AND a.datname = current_database()"
)


def _wait_until_waiting(database: Database, count: int) -> None:
    """Until so many transactions wait for a lock; the embedded database lets in one writer, in any order."""
    for _ in range(200):
        with database.engine.connect() as connection:
            if connection.dialect.name != "postgresql" or connection.execute(WAITING).scalar_one() >= count:
                return
        time.sleep(0.02)
    raise AssertionError(f"{count} transactions should be waiting by now")


def _one_after_the_other(database: Database, *acts: Callable[[], object]) -> list[str]:
    """Begin all while the head of the log is locked, each once the one before it waits; return who was refused."""
    refused: list[str] = []
    failed: list[BaseException] = []

    def begin(act: Callable[[], object]) -> None:
        try:
            act()
        except Refused as refusal:
            refused.append(refusal.message)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=begin, args=(act,)) for act in acts]
    with database.writing(SYSTEM.scope) as session:
        get_locked_head(session)
        for count, thread in enumerate(threads, start=1):
            thread.start()
            _wait_until_waiting(database, count)
    for thread in threads:
        thread.join()
    assert failed == []
    return refused


def _accepted(database: Database) -> tuple[Actor, str, Callable[[], str]]:
    """An accepted proposal that may still be taken back, and what begins taking part from it."""
    csw = make_actor(database, Role.CSW)
    case, place = ready_case(database, csw), make_place(database)
    proposal_id = make_proposal(database, case, place, csw)
    with database.writing(csw.scope) as session:
        queries.get_proposal(session, proposal_id, scope=csw.scope).due_at = now() + timedelta(days=7)
    return csw, proposal_id, lambda: start(database, case, csw, place=place, proposal_id=proposal_id)


def test_beginning_and_taking_back_at_once_end_with_one_of_them(database: Database) -> None:
    csw, proposal_id, begin = _accepted(database)

    def take_back() -> None:
        move(
            database,
            proposal_id,
            ProposalState.WITHDRAWN,
            csw,
            side=Side.SUPPORT,
            reason=ProposalReason.OTHER,
        )

    assert len(_one_after_the_other(database, begin, take_back)) == 1
    with database.reading(SYSTEM.scope) as session:
        assert list_reservations(session, holder=holder_of(proposal_id), scope=SYSTEM.scope) == []
        assert verify_log(session).holds


def test_beginning_while_the_daily_work_runs_is_no_circle_either(database: Database) -> None:
    csw, proposal_id, begin = _accepted(database)
    with database.writing(csw.scope) as session:
        proposal = queries.get_proposal(session, proposal_id, scope=csw.scope)
        proposal.state, proposal.due_at = ProposalState.ASKED, now() - timedelta(days=1)

    def expire() -> None:
        with database.writing(SYSTEM.scope) as session:
            service.expire_proposals(session, by=SYSTEM, at=now())

    refused = _one_after_the_other(database, begin, expire)
    assert len(refused) == 1
    assert "受け入れが決まって" in refused[0]
    with database.reading(SYSTEM.scope) as session:
        proposal = queries.get_proposal(session, proposal_id, scope=SYSTEM.scope)
        assert proposal.state is ProposalState.EXPIRED
        assert list_reservations(session, holder=holder_of(proposal_id), scope=SYSTEM.scope) == []
