"""What the pages of an import show: how far it is, the rows of a tab, and how it stands afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template, request

from app.accounts.guards import current_actor
from app.accounts.queries import get_account
from app.jobs.queries import FoundJob
from app.jobs.vocabulary import JobState
from app.resources.engine.field_words import label_of
from app.resources.exchange.results import rows_of
from app.resources.policies import may_import_be_undone
from app.resources.queries.undone import Standing, get_standing
from app.resources.service import import_jobs
from app.resources.vocabulary import ChangeSubject, Verdict
from app.web.paging import Page, page_number
from app.web.transaction import session

ALIKE: Final = "alike"
"""The tab of the rows that look like something that is there; all others are named by their verdict."""

ROWS_ON_A_PAGE: Final = 50

# Less than this is no ground for saying how long it will take.
_SECONDS_TO_JUDGE_BY: Final = 3.0


@dataclass(frozen=True)
class Running:
    """What a step is called while it runs; `step` counts from 1."""

    title: str
    label: str
    step: int


RUNNING: Final = {
    import_jobs.PREVIEW: Running("確かめています", "1行ずつ確かめています", 2),
    import_jobs.IMPORT: Running("取り込んでいます", "取り込んでいます", 3),
    import_jobs.UNDO: Running("取り消しています", "元にもどしています", 4),
}


@dataclass(frozen=True)
class Progress:
    """How far a step is: rows that are done and rows in all, and what is still to be expected in words."""

    done: int
    total: int
    unit: str
    left: str | None


@dataclass(frozen=True)
class KeptRow:
    """A change that was not taken back: what of what, and why; the address of its page where it has one."""

    name: str
    resource_id: int | None
    label: str
    why: str


def progress_of(job: FoundJob) -> Progress:
    """Return how far a job is; never is all of it done while it runs. An import reads each row before it takes it."""
    if not job.total:
        waits = job.state is JobState.QUEUED
        return Progress(0, 100, "%", "順番を待っています" if waits else None)
    steps = 2 if job.kind == import_jobs.IMPORT else 1
    total = -(-job.total // steps)
    return Progress(min(job.done // steps, total - 1), total, "行", _left(job))


def _left(job: FoundJob) -> str | None:
    asked = job.options.get("asked_at")
    if job.kind == import_jobs.IMPORT and job.done * 2 <= job.total:
        # The rows are only read so far, which says nothing of the writing.
        return "行が多いと、書き込みに数分かかります"
    if not asked or not job.done:
        return None
    passed = (job.changed_at - datetime.fromisoformat(asked)).total_seconds()
    if passed < _SECONDS_TO_JUDGE_BY:
        return None
    minutes = passed * (job.total - job.done) / job.done / 60
    return f"あと約{round(minutes)}分" if minutes >= 1 else "あと1分かかりません"


def chosen_rows(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows that the tab and the page ask for, and the tabs."""
    asked = request.args.get("verdict", "")
    verdict = asked if asked == ALIKE or asked in set(Verdict) else None
    page = page_number()
    first = (page - 1) * ROWS_ON_A_PAGE
    items = rows_of(result)
    counts = {"rows": len(items), **result.get("counts", {})}
    if verdict == ALIKE:
        shown = [items[place] for place in result.get("alike", ())[first : first + ROWS_ON_A_PAGE]]
    else:
        shown = items.choose(Verdict(verdict) if verdict else None, first, ROWS_ON_A_PAGE)
    return {
        "counts": counts,
        "has_rows": len(items) > 0 or not counts["rows"],
        "rows": Page(shown, counts.get(verdict or "rows", 0), page, ROWS_ON_A_PAGE),
        "verdict": verdict,
        "verdicts": [word for word in Verdict if word is not Verdict.SKIPPED or counts.get(word.value)],
    }


def standing_of(job: FoundJob) -> Standing | None:
    """Return how what an import wrote stands now, whoever took it back and where; None when it wrote nothing."""
    batch = (job.result or {}).get("batch")
    return get_standing(session(), batch, scope=current_actor().scope) if batch else None


def show_result(job: FoundJob) -> str:
    """Show what an import did, and whether it was taken back."""
    assert job.result is not None
    standing = standing_of(job)
    undone = job.result.get("undone")
    who = None
    if standing is not None and standing.undone_by is not None:
        who = get_account(session(), standing.undone_by).display_name
    return render_template(
        "resources/imports/result.html",
        job=job,
        result=job.result,
        standing=standing,
        who=who,
        kept=[_kept_row(*each) for each in undone["kept"]] if undone else [],
        kept_count=undone["kept_count"] if undone else 0,
        may_undo=may_import_be_undone(job.kind, job.state, job.result)
        and standing is not None
        and bool(standing.added or standing.changed),
        **chosen_rows(job.result),
    )


def _kept_row(subject: str, subject_id: int, name: str, field: str, why: str) -> KeptRow:
    kind = ChangeSubject(subject)
    return KeptRow(
        name or "（もう登録されていません）",
        subject_id if name and kind is ChangeSubject.RESOURCE else None,
        label_of(kind, field),
        why,
    )
