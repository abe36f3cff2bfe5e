"""The steps between the choice of a file and its import, and the way back: columns, decisions on rows, undo."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.clock import now
from app.jobs.queries import FoundJob, get_job
from app.jobs.vocabulary import JobState
from app.resources.exchange.decisions import Decisions
from app.resources.exchange.mapping import ColumnUse, mended_columns
from app.resources.exchange.results import is_of_today, rows_alike
from app.resources.forms.import_steps import ColumnsForm, columns_form, decisions_form
from app.resources.policies import IMPORTERS, may_import_be_undone
from app.resources.routes.import_pages import ALIKE, ROWS_ON_A_PAGE, standing_of
from app.resources.service import import_jobs
from app.web.errors import Missing
from app.web.flashes import say
from app.web.htmx import go_to
from app.web.paging import page_number
from app.web.transaction import session

blueprint = Blueprint("resources_import_steps", __name__, template_folder="../templates")


@blueprint.get("/resources/imports/<int:job_id>/columns")
@requires(*IMPORTERS)
def show_columns(job_id: int) -> ResponseReturnValue:
    """Show what each column of the file is read as, for mending."""
    job = _get(job_id)
    if not _is_previewed(job):
        return redirect(_address(job_id), 303)
    return _columns_page(job, _columns_form(job))


@blueprint.post("/resources/imports/<int:job_id>/columns")
@requires(*IMPORTERS)
def mend_columns(job_id: int) -> ResponseReturnValue:
    """Read the file as somebody says, and look at it anew."""
    job = _get(job_id)
    if not _is_previewed(job):
        return go_to(_address(job_id))
    form = _columns_form(job)
    if not form.validate():
        return _columns_page(job, form), 422
    import_jobs.mend_columns(
        session(),
        job_id=job_id,
        columns=mended_columns(form.uses, form.chosen),
        kind=form.said_kind,
        by=current_actor(),
        at=now(),
    )
    return go_to(_address(job_id))


@blueprint.post("/resources/imports/<int:job_id>/columns/restore")
@requires(*IMPORTERS)
def restore_columns(job_id: int) -> ResponseReturnValue:
    """Read the file as if its layout came for the first time."""
    import_jobs.restore_columns(session(), job_id=job_id, by=current_actor(), at=now())
    say("前回の読み方を使わずに、はじめから読み直します。")
    return go_to(_address(job_id))


@blueprint.post("/resources/imports/<int:job_id>/decisions")
@requires(*IMPORTERS)
def decide_rows(job_id: int) -> ResponseReturnValue:
    """Keep what was said of the rows of a page that look known, or of all of them."""
    job = _get(job_id)
    of_all = rows_alike(job.result or {})
    first = (page_number() - 1) * ROWS_ON_A_PAGE
    on_page = of_all[first : first + ROWS_ON_A_PAGE]
    form = decisions_form(on_page, Decisions.from_json(job.options))
    import_jobs.decide_rows(
        session(), job_id=job_id, words=form.words(on_page, of_all), by=current_actor(), at=now()
    )
    say("決めたことを残しました。まだ取り込んでいません。")
    address = url_for(
        "resources_imports.show_import", job_id=job_id, verdict=ALIKE, page=page_number(), _anchor="rows"
    )
    return go_to(address)


@blueprint.get("/resources/imports/<int:job_id>/undo")
@requires(*IMPORTERS)
def show_undo(job_id: int) -> ResponseReturnValue:
    """Ask whether an import is to be taken back, with what would go."""
    job = _get(job_id)
    standing = standing_of(job)
    if standing is None or not may_import_be_undone(job.kind, job.state, job.result):
        return redirect(_address(job_id), 303)
    return render_template("resources/imports/undo.html", job=job, standing=standing)


@blueprint.post("/resources/imports/<int:job_id>/undo")
@requires(*IMPORTERS)
def undo_import(job_id: int) -> ResponseReturnValue:
    """Take an import back."""
    import_jobs.queue_undo(session(), job_id=job_id, by=current_actor(), at=now())
    return go_to(_address(job_id))


def _get(job_id: int) -> FoundJob:
    job = get_job(session(), job_id, scope=current_actor().scope, with_result=True)
    if job.kind not in import_jobs.KINDS:
        raise Missing
    return job


def _is_previewed(job: FoundJob) -> bool:
    is_done = job.kind == import_jobs.PREVIEW and job.state is JobState.DONE
    return is_done and job.result is not None and is_of_today(job.result)


def _address(job_id: int) -> str:
    return url_for("resources_imports.show_import", job_id=job_id)


def _columns_form(job: FoundJob) -> ColumnsForm:
    assert job.result is not None
    uses = tuple(ColumnUse.from_json(use) for use in job.result["columns"])
    return columns_form(uses, job.options.get("kind"))


def _columns_page(job: FoundJob, form: ColumnsForm) -> str:
    return render_template("resources/imports/columns.html", job=job, result=job.result, form=form)
