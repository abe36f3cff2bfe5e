"""The pages of an import: choose a file, look at what would be done, take it in, see what was done."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires, visitor_holds
from app.clock import now
from app.jobs.queries import FoundJob, get_job, list_jobs
from app.jobs.vocabulary import JobState
from app.resources.exchange.decisions import Decisions
from app.resources.exchange.results import is_of_today
from app.resources.forms.import_steps import ANSWERS_FOR_ALL, RunForm, decisions_form
from app.resources.forms.imports import ImportForm
from app.resources.policies import IMPORTERS
from app.resources.routes.import_pages import ALIKE, RUNNING, chosen_rows, progress_of, show_result
from app.resources.service import import_jobs
from app.resources.vocabulary import STANDARD_KINDS
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to, render, wants_fragment
from app.web.transaction import session

blueprint = Blueprint("resources_imports", __name__, template_folder="../templates")


@blueprint.get("/resources/imports")
@requires(*IMPORTERS)
def list_imports() -> str:
    """Ask for a file, and show what was taken in before."""
    return _show_list(ImportForm())


@blueprint.post("/resources/imports")
@requires(*IMPORTERS)
def send_file() -> ResponseReturnValue:
    """Queue the preview of a file; one that is no table is refused at once, beside its field."""
    form = ImportForm()
    is_valid = form.validate()
    data = form.read_file()
    if not is_valid or data is None:
        return _show_list(form), 422
    try:
        job_id = import_jobs.queue_preview(
            session(),
            data=data,
            name=form.file_name,
            options=form.options,
            all_or_nothing=bool(form.all_or_nothing.data),
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return _show_list(form), 422
    return redirect(url_for(".show_import", job_id=job_id), 303)


@blueprint.get("/resources/imports/<int:job_id>")
@requires(*IMPORTERS)
def show_import(job_id: int) -> ResponseReturnValue:
    """Show where an import stands: progress, preview, result, or why it failed."""
    job = get_job(session(), job_id, scope=current_actor().scope, with_result=True)
    if job.kind not in import_jobs.KINDS:
        raise Missing
    if not job.state.is_over:
        return render(
            "resources/imports/running.html",
            "resources/imports/_running.html",
            job=job,
            running=RUNNING[job.kind],
            progress=progress_of(job),
        )
    if wants_fragment():
        # What polls is the progress alone; the page around it is another one by now.
        return go_to(url_for(".show_import", job_id=job_id))
    is_undo = job.kind == import_jobs.UNDO
    if job.result is None or (job.state is not JobState.DONE and not is_undo):
        return render_template("resources/imports/failed.html", job=job)
    return _show_preview(job, RunForm()) if job.kind == import_jobs.PREVIEW else show_result(job)


@blueprint.post("/resources/imports/<int:job_id>/run")
@requires(*IMPORTERS)
def run_import(job_id: int) -> ResponseReturnValue:
    """Take the file in that was looked at."""
    import_jobs.queue_import(session(), job_id=job_id, care=RunForm().said, by=current_actor(), at=now())
    return go_to(url_for(".show_import", job_id=job_id))


@blueprint.post("/resources/imports/<int:job_id>/cancel")
@requires(*IMPORTERS)
def cancel_import(job_id: int) -> ResponseReturnValue:
    """Forget the file."""
    import_jobs.cancel_import(session(), job_id=job_id, by=current_actor(), at=now())
    say("取りやめました。何も取り込んでいません。")
    return go_to(url_for(".list_imports"))


def render_link() -> str:
    """Lead here from the catalogue, for whoever may enter."""
    if not visitor_holds(*IMPORTERS):
        return ""
    return render_template("resources/imports/link.html", address=url_for("resources_imports.list_imports"))


def _show_list(form: ImportForm) -> str:
    return render_template(
        "resources/imports/list.html",
        form=form,
        kinds=tuple(STANDARD_KINDS),
        jobs=list_jobs(session(), scope=current_actor().scope, kinds=import_jobs.KINDS),
        preview=import_jobs.PREVIEW,
        undo=import_jobs.UNDO,
    )


def _show_preview(job: FoundJob, form: RunForm) -> str:
    assert job.result is not None
    if not is_of_today(job.result):
        return render_template("resources/imports/old_preview.html", job=job, counts=job.result.get("counts"))
    decisions = Decisions.from_json(job.options)
    rows = chosen_rows(job.result)
    return render_template(
        "resources/imports/preview.html",
        job=job,
        result=job.result,
        form=form,
        decisions=decisions,
        taken=_count_taken(job.result["counts"], decisions),
        answers=decisions_form(rows["rows"].items, decisions) if rows["verdict"] == ALIKE else None,
        answers_for_all=ANSWERS_FOR_ALL,
        **rows,
    )


def _count_taken(counts: Mapping[str, int], decisions: Decisions) -> int:
    left_out = len(decisions.skipped)
    return counts["added"] + counts["changed"] - left_out
