"""Somebody who sends files: to have a refuge listed, to wipe the trace of an import, to keep the server busy."""

from __future__ import annotations

import time

import pytest

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now
from app.db.database import Database
from app.jobs.service import queueing
from app.jobs.service.working import Worker
from app.operations.handlers import HANDLERS
from app.resources.exchange.care import Care
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.service import import_jobs
from app.resources.service.importing import ImportMode, import_resources
from app.text.tables import TableRefused
from app.web.errors import Refused
from tests.factories.cases import make_actor
from tests.support.databases import rows_of

SECRET_KINDS = (
    "避難先",
    "DVシェルター",
    "ＤＶ避難所",
    "シェルター（女性専用）",
    "秘匿施設",
    "母子一時保護(DV)",
)
OPEN_KINDS = ("避難所", "指定緊急避難場所", "緊急一時シェルター", "DV相談", "女性センター")


def _take(database: Database, kind: str, by: Actor) -> str:
    data = f"名称,種別,住所\nひみつの家,{kind},\n".encode()
    rows = check_rows(read_table(data, "file.csv"), Options(municipality="131016"))
    with database.writing(by.scope) as session:
        report = import_resources(session, rows=rows, mode=ImportMode.NORMAL, by=by, at=now())
    return report.items[0].verdict.value


@pytest.mark.parametrize("kind_named", SECRET_KINDS)
def test_a_refuge_by_another_name_is_no_ordinary_place(database: Database, kind_named: str) -> None:
    assert _take(database, kind_named, make_actor(database, Role.COMMUNITY)) == "refused"
    assert rows_of(database, "resource") == []

    keeper = make_actor(database, Role.COORDINATOR, rights=(Right.PLACE_IN_REFUGE,))
    assert _take(database, kind_named, keeper) == "added"
    row = rows_of(database, "resource")[0]
    assert (bool(row["is_refuge"]), row["disclosure"]) == (True, "closed")
    assert [kind["kind_group"] for kind in rows_of(database, "resource_kind")] == ["refuge"]


@pytest.mark.parametrize("kind_named", OPEN_KINDS)
def test_a_place_for_everybody_is_not_taken_for_a_refuge(database: Database, kind_named: str) -> None:
    assert _take(database, kind_named, make_actor(database, Role.COMMUNITY)) == "added"
    assert not rows_of(database, "resource")[0]["is_refuge"]


def test_an_import_that_was_done_cannot_be_made_to_look_cancelled(database: Database) -> None:
    by = make_actor(database, Role.COMMUNITY)
    with database.writing(by.scope) as session:
        key = import_jobs.queue_preview(
            session,
            data="名称,種別,住所\nひだまり,通いの場,\n".encode(),
            name="file.csv",
            options=Options(municipality="131016"),
            all_or_nothing=False,
            by=by,
            at=now(),
        )
    worker = Worker(database, HANDLERS)
    worker.run_all()
    with database.writing(by.scope) as session:
        import_jobs.queue_import(session, job_id=key, care=Care(), by=by, at=now())
    worker.run_all()

    with pytest.raises(Refused, match="もう終わっています"), database.writing(by.scope) as session:
        queueing.cancel_job(session, job_id=key, by=by, at=now())

    job = rows_of(database, "job")[0]
    assert (job["state"], job["result"] is None) == ("done", False)
    assert [row["name"] for row in rows_of(database, "resource")] == ["ひだまり"]


@pytest.mark.parametrize("filling", [b"\n", b"\r\n", b","])
def test_twenty_megabytes_of_nothing_are_refused_at_once(filling: bytes) -> None:
    data = "名称,住所\n".encode() + filling * (19_000_000 // len(filling))
    began = time.monotonic()
    with pytest.raises(TableRefused):
        read_table(data, "file.csv")
    assert time.monotonic() - began < 3
