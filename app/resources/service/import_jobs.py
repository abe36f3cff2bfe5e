"""The import as a job: first a preview that writes nothing, then, when somebody says so, the import itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.clock import now
from app.jobs.service.queueing import Task, queue_job, requeue_job
from app.jobs.service.working import Handler, Report
from app.resources.exchange.checking import (
    CheckedRow,
    Options,
    check_options,
    iterate_rows,
    read_table,
    recognise,
)
from app.resources.exchange.report import ImportReport
from app.resources.service.importing import ImportMode, import_resources
from app.text.tables import Table, TableRefused
from app.web.errors import Refused

PREVIEW: Final = "resources.preview"
IMPORT: Final = "resources.import"
KINDS: Final = (PREVIEW, IMPORT)

_STEP: Final = 200


def queue_preview(
    session: Session,
    *,
    data: bytes,
    name: str,
    options: Options,
    all_or_nothing: bool,
    by: Actor,
    at: datetime,
) -> int:
    """Queue the preview of a file and return its id; raise `Refused` when it is no table of resources, with the field that is wrong."""
    try:
        table = read_table(data, name)
    except TableRefused as refusal:
        raise Refused(refusal.message, field="file") from None
    try:
        check_options(table, options)
    except TableRefused as refusal:
        raise Refused(
            refusal.message, field="municipality" if "団体コード" in refusal.message else "kind"
        ) from None
    job = queue_job(
        session,
        kind=PREVIEW,
        label=name,
        payload=data,
        options={**options.to_json(), "all_or_nothing": all_or_nothing},
        by=by,
        at=at,
    )
    return job.id


def queue_import(session: Session, *, job_id: int, by: Actor, at: datetime) -> None:
    """Queue the import of a file that was previewed."""
    requeue_job(session, job_id=job_id, kind=IMPORT, by=by, at=at)


def _prepare(task: Task, report: Report) -> tuple[Table, list[CheckedRow]]:
    """Read and check the file: one step for each row, and as many again for what follows."""
    try:
        table = read_table(task.payload, task.label)
        rows: list[CheckedRow] = []
        for row in iterate_rows(table, Options.from_json(task.options)):
            rows.append(row)
            if len(rows) % _STEP == 0:
                report(len(rows), table.size * 2)
    except TableRefused as refusal:
        raise Refused(refusal.message) from None
    report(len(rows), table.size * 2)
    return table, rows


def _write_preview(
    session: Session, *, prepared: tuple[Table, list[CheckedRow]], task: Task, by: Actor, report: Report
) -> dict[str, Any]:
    table, rows = prepared
    size = table.size
    trial = import_resources(
        session,
        rows=rows,
        mode=ImportMode.DRY_RUN,
        by=by,
        at=now(),
        progress=lambda done: report(size + done, size * 2),
    )
    recognised = recognise(table)
    return _result(trial) | {
        "encoding": table.encoding,
        "header_line": table.header_line,
        "columns": [list(pair) for pair in recognised.known],
        "unknown": list(recognised.unknown),
        "profile": recognised.profile.label if recognised.profile else None,
        "all_or_nothing": bool(task.options.get("all_or_nothing")),
    }


def _write_import(
    session: Session, *, prepared: tuple[Table, list[CheckedRow]], task: Task, by: Actor, report: Report
) -> dict[str, Any]:
    table, rows = prepared
    size = table.size
    mode = ImportMode.ALL_OR_NOTHING if task.options.get("all_or_nothing") else ImportMode.NORMAL
    done = import_resources(
        session, rows=rows, mode=mode, by=by, at=now(), progress=lambda done: report(size + done, size * 2)
    )
    return _result(done)


def _result(report: ImportReport) -> dict[str, Any]:
    return {
        "counts": report.counts(),
        "is_written": report.is_written,
        "items": [
            {
                "line": item.line,
                "verdict": item.verdict.value,
                "name": item.name,
                "reasons": list(item.reasons),
            }
            for item in report.items
        ],
    }


HANDLERS: Final = {
    PREVIEW: Handler(prepare=_prepare, write=_write_preview, writes=False, keeps_file=True),
    IMPORT: Handler(prepare=_prepare, write=_write_import),
}
