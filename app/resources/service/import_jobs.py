"""The import as a job: first a preview that writes nothing, then, when somebody says so, the import, and its way back.

All three are steps of one job, so that an import has one page from the choice of the file to its being taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.clock import now
from app.jobs.queries import FoundJob, get_job
from app.jobs.service.files import JobFile
from app.jobs.service.queueing import MOVED_ON, Task, amend_job, cancel_job, queue_job, requeue_job
from app.jobs.service.working import Handler, Report
from app.jobs.vocabulary import JobState
from app.resources.exchange.care import Care, CarefulRows, WatchedRows
from app.resources.exchange.checking import CheckedRows, Options, check_options, open_table
from app.resources.exchange.decisions import Decisions
from app.resources.exchange.mapping import (
    Way,
    assumed_kind,
    find_missing,
    guess_columns,
    headers_digest,
    recalled_columns,
)
from app.resources.exchange.profiles import likely_profile
from app.resources.exchange.results import TOLD_MOST, columns_result, is_of_today, report_result, rows_alike
from app.resources.policies import may_import_be_undone
from app.resources.queries.mappings import find_mapping
from app.resources.service.changes import Undone, undo_batch
from app.resources.service.importing import ImportMode, import_resources
from app.resources.service.mappings import forget_mapping, remember_mapping
from app.resources.vocabulary import ImportStep
from app.text.tables import Table, TableRefused
from app.web.errors import Missing, Refused

PREVIEW: Final = ImportStep.PREVIEW.value
IMPORT: Final = ImportStep.IMPORT.value
UNDO: Final = ImportStep.UNDO.value
KINDS: Final = (PREVIEW, IMPORT, UNDO)

_STEP: Final = 200
_OLD: Final = "前の版で確かめた結果なので、取り込めません。同じファイルを、もう一度選んでください。"
_NO_WAY_BACK: Final = "この取り込みは、ここからは取り消せません。画面を開き直してください。"


@dataclass(frozen=True)
class _Prepared:
    table: Table
    rows: CheckedRows | tuple[()]
    # Meanings that no column has, without which there are no rows.
    missing: tuple[str, ...] = ()


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
    """Queue the preview of a file and return its id; raise `Refused` when it is no table, with the field that is wrong.

    A layout that was mended before is read as it was then. A file in which the names, or the kinds, are not found is
    taken as well: the preview then asks which column they are.
    """
    try:
        table = open_table(data, name)
    except TableRefused as refusal:
        raise Refused(refusal.message, field="file") from None
    columns, way = _first_reading(session, table, by)
    options = replace(options, columns=columns)
    if not find_missing(table, options):
        _refuse_unfit(table, options)
    job = queue_job(
        session,
        kind=PREVIEW,
        label=name,
        file=data,
        options={**options.to_json(), "all_or_nothing": all_or_nothing, "way": way.value, **_asked(at)},
        by=by,
        at=at,
    )
    return job.id


def _first_reading(session: Session, table: Table, by: Actor) -> tuple[dict[str, str], Way]:
    known = find_mapping(session, headers_digest(table.headers), scope=by.scope)
    recalled = recalled_columns(table, known.columns) if known is not None else {}
    if recalled:
        return recalled, Way.REMEMBERED
    return guess_columns(table.headers), Way.GUESSED


def _refuse_unfit(table: Table, options: Options) -> None:
    try:
        check_options(table, options)
    except TableRefused as refusal:
        raise Refused(
            refusal.message, field="municipality" if "団体コード" in refusal.message else "kind"
        ) from None


def _asked(at: datetime) -> dict[str, str]:
    """Note when a step was asked for: the page tells from it how long the step may still take."""
    return {"asked_at": at.isoformat()}


def mend_columns(
    session: Session, *, job_id: int, columns: dict[str, str], kind: str | None, by: Actor, at: datetime
) -> None:
    """Read a file otherwise, and look at all of it anew. `kind` is for rows that say none."""
    job = _previewed(session, job_id, by)
    options = {**job.options, "columns": columns, "kind": kind, "way": Way.MENDED.value, **_asked(at)}
    requeue_job(session, seen=job, kind=PREVIEW, options=options, by=by, at=at)


def restore_columns(session: Session, *, job_id: int, by: Actor, at: datetime) -> None:
    """Leave aside what was remembered or chosen, and read a file as if it came for the first time."""
    job = _previewed(session, job_id, by)
    assert job.result is not None
    columns = guess_columns([use["header"] for use in job.result["columns"]])
    options = {**job.options, "columns": columns, "way": Way.RESTORED.value, **_asked(at)}
    requeue_job(session, seen=job, kind=PREVIEW, options=options, by=by, at=at)


def decide_rows(
    session: Session, *, job_id: int, words: dict[int, str], by: Actor, at: datetime
) -> Decisions:
    """Keep what somebody says of rows that look known: line → word, see `exchange.decisions`."""
    job = _previewed(session, job_id, by)
    decisions = Decisions.from_json(job.options).with_words(words, rows_alike(job.result or {}))
    options = {**job.options, **decisions.to_json()}
    amend_job(session, seen=job, options=options, by=by, at=at)
    return decisions


def queue_import(session: Session, *, job_id: int, care: Care, by: Actor, at: datetime) -> None:
    """Queue the import of a file that was previewed, and remember how its columns were read."""
    job = _previewed(session, job_id, by)
    assert job.result is not None
    if job.result["missing"]:
        raise Refused(f"「{'」「'.join(job.result['missing'])}」として読む列を、先にえらんでください。")
    decisions = Decisions.from_json(job.options).still_fitting(rows_alike(job.result))
    options = {
        **job.options,
        **decisions.to_json(),
        "holds_back": care.holds_back,
        "keeps_closed": care.keeps_closed,
        **_asked(at),
    }
    requeue_job(session, seen=job, kind=IMPORT, options=options, by=by, at=at)
    digest = job.result["headers_digest"]
    if job.options.get("way") == Way.RESTORED:
        forget_mapping(session, digest=digest, by=by, at=at)
    elif job.options.get("way") == Way.MENDED:
        remember_mapping(session, digest=digest, columns=job.options.get("columns") or {}, by=by, at=at)


def cancel_import(session: Session, *, job_id: int, by: Actor, at: datetime) -> None:
    """Forget the file; raise `Refused` where nothing is left to be cancelled."""
    if _get(session, job_id, by).kind == UNDO:
        raise Refused("取り消しは、途中でやめられません。終わるまでお待ちください。")
    cancel_job(session, job_id=job_id, by=by, at=at)


def queue_undo(session: Session, *, job_id: int, by: Actor, at: datetime) -> None:
    """Queue the way back of an import that was written; what was changed since stays."""
    job = _get(session, job_id, by)
    if not may_import_be_undone(job.kind, job.state, job.result):
        raise Refused(_NO_WAY_BACK)
    options = {**job.options, **_asked(at)}
    requeue_job(session, seen=job, kind=UNDO, options=options, needs_file=False, by=by, at=at)


def _get(session: Session, job_id: int, by: Actor) -> FoundJob:
    job = get_job(session, job_id, scope=by.scope, with_result=True)
    if job.kind not in KINDS:
        raise Missing
    return job


def _previewed(session: Session, job_id: int, by: Actor) -> FoundJob:
    """Return a job whose preview is there to be looked at; raise `Refused` where it is not, or not any more."""
    job = _get(session, job_id, by)
    if job.kind != PREVIEW or job.state is not JobState.DONE or job.result is None:
        raise Refused(MOVED_ON)
    if not is_of_today(job.result):
        raise Refused(_OLD)
    return job


def _prepare(task: Task, file: JobFile, report: Report) -> _Prepared:
    """Open the file; before an import read all of it once, so that nobody waits for a file that breaks half way.

    Rows are never held all at once: they are read anew where they are asked for, which costs less than the memory.
    """
    options = Options.from_json(task.options)
    try:
        table = open_table(file, task.label, columns=options.columns)
        if task.kind == PREVIEW:
            # What was decided before is shown beside the rows; they themselves are looked at as the file has them.
            options = replace(options, same_as={}, skipped=frozenset())
        missing = find_missing(table, options)
        if missing:
            return _Prepared(table, (), missing)
        rows = CheckedRows(table, options)
        if task.kind == IMPORT:
            for done, _ in enumerate(rows):
                if done % _STEP == 0:
                    report(done, table.size * 2)
    except TableRefused as refusal:
        raise Refused(refusal.message) from None
    return _Prepared(table, rows)


def _write_preview(
    session: Session, *, prepared: _Prepared, task: Task, by: Actor, report: Report
) -> dict[str, Any]:
    table, rows = prepared.table, WatchedRows(prepared.rows)
    try:
        trial = import_resources(
            session,
            rows=rows,
            mode=ImportMode.DRY_RUN,
            by=by,
            at=now(),
            progress=lambda done: report(done, table.size),
        )
    except TableRefused as refusal:
        raise Refused(refusal.message) from None
    report(table.size, table.size)
    options = Options.from_json(task.options)
    profile = likely_profile(table)
    return {
        **report_result(trial, rows.public),
        **columns_result(table, options, Way(task.options.get("way", Way.GUESSED)), prepared.missing),
        "profile": profile.label if profile else None,
        "assumed_kind": assumed_kind(table, options),
        "all_or_nothing": bool(task.options.get("all_or_nothing")),
    }


def _write_import(
    session: Session, *, prepared: _Prepared, task: Task, by: Actor, report: Report
) -> dict[str, Any]:
    size = prepared.table.size
    care = Care(task.options.get("holds_back", True), task.options.get("keeps_closed", True))
    done = import_resources(
        session,
        rows=CarefulRows(prepared.rows, care),
        mode=ImportMode.ALL_OR_NOTHING if task.options.get("all_or_nothing") else ImportMode.NORMAL,
        by=by,
        at=now(),
        progress=lambda done: report(size + done, size * 2),
    )
    return report_result(done)


def _prepare_nothing(_task: Task, _file: JobFile, _report: Report) -> None:
    """What is taken back stands in the history and in no file."""


def _write_undo(session: Session, *, prepared: None, task: Task, by: Actor, report: Report) -> dict[str, Any]:
    del prepared, report
    result = get_job(session, task.id, scope=by.scope, with_result=True).result or {}
    undone = undo_batch(session, batch_id=result["batch"], by=by, at=now())
    return {**result, "undone": _undone_result(undone)}


def _undone_result(undone: Undone) -> dict[str, Any]:
    """Return what is kept of an import that was taken back: how much, and what stayed and why."""
    return {
        "done": undone.done,
        "kept_count": len(undone.kept),
        "kept": [
            [kept.subject.value, kept.subject_id, kept.name, kept.field, kept.why]
            for kept in undone.kept[:TOLD_MOST]
        ],
    }


HANDLERS: Final = {
    PREVIEW: Handler(prepare=_prepare, write=_write_preview, writes=False, keeps_file=True),
    IMPORT: Handler(prepare=_prepare, write=_write_import),
    UNDO: Handler(prepare=_prepare_nothing, write=_write_undo),
}
