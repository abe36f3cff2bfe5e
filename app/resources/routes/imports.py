"""The pages of an import: choose a file, look at what would be done, take it in, see what was done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, find_actor, requires
from app.accounts.vocabulary import Role
from app.clock import now
from app.jobs.queries import get_job, list_jobs
from app.jobs.service.queueing import cancel_job
from app.jobs.vocabulary import JobState
from app.resources.forms.imports import ImportForm
from app.resources.service import import_jobs
from app.resources.vocabulary import STANDARD_KINDS, Verdict
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to, render, wants_fragment
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_imports", __name__, template_folder="../templates")

KEEPERS = (Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER)
_ROWS_ON_A_PAGE = 50


@blueprint.get("/resources/imports")
@requires(*KEEPERS)
def list_imports() -> str:
    """Ask for a file, and show what was taken in before."""
    return _show_list(ImportForm())


@blueprint.post("/resources/imports")
@requires(*KEEPERS)
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
@requires(*KEEPERS)
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
            percent=_percent(job.done, job.total),
            is_preview=job.kind == import_jobs.PREVIEW,
        )
    if wants_fragment():
        # What polls is the progress alone; the page around it is another one by now.
        return go_to(url_for(".show_import", job_id=job_id))
    if job.state is not JobState.DONE or job.result is None:
        return render_template("resources/imports/failed.html", job=job)
    is_preview = job.kind == import_jobs.PREVIEW
    template = "resources/imports/preview.html" if is_preview else "resources/imports/result.html"
    return render_template(template, job=job, result=job.result, **_chosen_rows(job.result["items"]))


@blueprint.post("/resources/imports/<int:job_id>/run")
@requires(*KEEPERS)
def run_import(job_id: int) -> ResponseReturnValue:
    """Take the file in that was looked at."""
    import_jobs.queue_import(session(), job_id=job_id, by=current_actor(), at=now())
    return go_to(url_for(".show_import", job_id=job_id))


@blueprint.post("/resources/imports/<int:job_id>/cancel")
@requires(*KEEPERS)
def cancel_import(job_id: int) -> ResponseReturnValue:
    """Forget the file."""
    cancel_job(session(), job_id=job_id, by=current_actor(), at=now())
    say("取りやめました。何も取り込んでいません。")
    return go_to(url_for(".list_imports"))


def render_link() -> str:
    """Lead here from the catalogue, for whoever may enter."""
    actor = find_actor()
    if actor is None or not actor.holds(*KEEPERS):
        return ""
    return render_template("resources/imports/link.html", address=url_for("resources_imports.list_imports"))


def _show_list(form: ImportForm) -> str:
    return render_template(
        "resources/imports/list.html",
        form=form,
        kinds=tuple(STANDARD_KINDS),
        jobs=list_jobs(session(), scope=current_actor().scope, kinds=import_jobs.KINDS),
        preview=import_jobs.PREVIEW,
    )


def _percent(done: int, total: int) -> int:
    """Never a hundred while it runs, so that nobody reads 「終わりました」 too early."""
    return min(99, done * 100 // total) if total else 0


def _chosen_rows(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows that the tab and the page ask for, and the tabs."""
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    chosen = [item for item in items if verdict is None or item["verdict"] == verdict.value]
    page = page_number()
    first = (page - 1) * _ROWS_ON_A_PAGE
    shown = Page(chosen[first : first + _ROWS_ON_A_PAGE], len(chosen), page, _ROWS_ON_A_PAGE)
    return {
        "rows": shown,
        "verdict": verdict,
        "verdicts": tuple(Verdict),
        "noted": sum(item["verdict"] != Verdict.REFUSED.value and bool(item["reasons"]) for item in items),
    }
