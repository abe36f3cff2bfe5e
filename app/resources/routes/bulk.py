"""Changing many entries of the catalogue at once: pick, look at what would happen, do it, take it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.accounts.guards import current_actor, find_actor, requires
from app.accounts.vocabulary import Actor
from app.clock import now
from app.jobs.service.queueing import GAVE_UP
from app.jobs.vocabulary import JobState
from app.resources.engine.bulk_steps import Step, words_of_step
from app.resources.forms.bulk import ALL, ASKED_MOST, BulkForm
from app.resources.forms.catalogue import FilterForm
from app.resources.policies import KEEPERS, may_keep_secrets
from app.resources.queries.kinds import list_offered_kinds
from app.resources.queries.selection import Selection
from app.resources.routes.question import asked_for, read_question
from app.resources.service import bulk as service
from app.resources.service import bulk_jobs
from app.resources.vocabulary import KindGroup
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to, render, wants_fragment
from app.web.transaction import OpenSession, apart, session

blueprint = Blueprint("resources_bulk", __name__, template_folder="../templates")

_FIELDS_MOST = 200
NAMES_MOST = 50
"""So many names are listed; of the others it is said how many they are."""

_PICK = "場所に印をつけるか、「この条件の全件」を選んでください。"
_CHOOSE = "何をするかを選んでください。"
_CONDITIONS = "条件が読めませんでした。社会資源の表で、もう一度選んでください。"


@blueprint.post("/resources/bulk")
@requires(*KEEPERS)
def show_plan() -> ResponseReturnValue:
    """What would be changed and what not. Nothing is written, so the writer's lock is not taken."""
    with apart(write=False) as opened:
        return _plan_page(opened, None)


@blueprint.post("/resources/bulk/done")
@requires(*KEEPERS)
def apply_step() -> ResponseReturnValue:
    """Do it, in one step."""
    actor = current_actor()
    form = BulkForm(kinds=_kinds(session(), actor))
    try:
        step, selection = _asked(session(), form, actor)
        asked: dict[str, Any] = {
            "step": step,
            "selection": selection,
            "with_doubtful": bool(form.with_doubtful.data),
            "by": actor,
            "at": now(),
        }
        job_id = bulk_jobs.queue_large_step(session(), **asked)
        if job_id is not None:
            return redirect(url_for(".show_job", job_id=job_id), 303)
        done = service.apply_step(session(), **asked)
    except Refused as refusal:
        session().rollback()
        return _plan_page(session(), refusal)
    if done.batch is None:
        say("直した場所は、ありません。", Tone.INFO)
        return redirect(url_for("resources.show_catalogue", view="table"), 303)
    say(f"{done.changed:,}件を直しました。まちがえたときは、下の「取り消す」で元にもどせます。")
    return redirect(url_for("resources_history.show_step", batch=done.batch), 303)


@blueprint.get("/resources/bulk/steps/<int:job_id>")
@requires(*KEEPERS)
def show_job(job_id: int) -> ResponseReturnValue:
    """How far a step over very many entries is; when it is done, what it changed."""
    job = bulk_jobs.get_bulk_job(session(), job_id=job_id, by=current_actor())
    if not job.state.is_over:
        return render(
            "resources/bulk/running.html",
            "resources/bulk/_running.html",
            job=job,
            picked=len(job.options["ids"]),
        )
    if wants_fragment():
        # What polls is the progress alone; the page around it is another one by now.
        return go_to(url_for(".show_job", job_id=job_id))
    batch = (job.result or {}).get("batch")
    if job.state is JobState.DONE and batch is not None:
        return redirect(url_for("resources_history.show_step", batch=batch), 303)
    return render_template(
        "resources/bulk/over.html", job=job, why=None if job.message == GAVE_UP else job.message
    )


def render_bar(*, total: int, on_page: int) -> Markup:
    """The bar under the table of the catalogue, for whoever keeps it."""
    actor = find_actor()
    if actor is None or not actor.holds(*KEEPERS):
        return Markup("")
    asked = urlencode(asked_for("view", "page"), doseq=True)
    form = BulkForm(
        formdata=None, kinds=_kinds(session(), actor), total=total, on_page=on_page, data={"asked": asked}
    )
    return Markup(render_template("resources/bulk/bar.html", form=form))  # noqa: S704 -- escaped by the template


def _plan_page(opened: OpenSession, refusal: Refused | None) -> ResponseReturnValue:
    actor = current_actor()
    kinds = _kinds(opened, actor)
    form = BulkForm(kinds=kinds)
    try:
        step, selection = _asked(opened, form, actor)
        plan = service.plan_step(opened, step=step, selection=selection, by=actor, at=now())
    except Refused as wrong:
        return render_template("resources/bulk/refused.html", message=wrong.message, back=_back(form)), 422
    if refusal is not None:
        put_refusal_on(form, refusal)
    page = render_template(
        "resources/bulk/plan.html",
        form=form,
        step=step,
        words=words_of_step(step, kinds=kinds),
        plan=plan,
        most=NAMES_MOST,
        back=_back(form),
    )
    return (page, 422) if refusal is not None else page


def _asked(opened: OpenSession, form: BulkForm, actor: Actor) -> tuple[Step, Selection]:
    """Return what is to be done to which entries; raise `Refused` when something is missing."""
    step = form.said_step
    form.validate()
    if step is None:
        raise Refused(_CHOOSE)
    if form.chosen.data == ALL:
        question = read_question(opened, scope=actor.scope, asked=_read(form.asked.data))
        if form.asked.errors or not question.form.validate():
            raise Refused(_CONDITIONS)
        return step, Selection(wanted=question.wanted)
    if not form.ids:
        raise Refused(_PICK)
    return step, Selection(ids=form.ids)


def _kinds(opened: OpenSession, actor: Actor) -> dict[int, str]:
    return {
        kind.id: kind.label
        for kind in list_offered_kinds(opened, scope=actor.scope)
        if kind.group is not KindGroup.REFUGE or may_keep_secrets(actor)
    }


def _read(asked: str | None) -> MultiDict[str, str]:
    """Read the filter that the form brought along; what is no address asks for nothing."""
    try:
        return MultiDict(parse_qsl((asked or "")[:ASKED_MOST], max_num_fields=_FIELDS_MOST))
    except ValueError:
        return MultiDict()


def _back(form: BulkForm) -> str:
    """Return the address of the table from which somebody came, with its filter and nothing else."""
    kept = {
        name: values
        for name, values in _read(form.asked.data).lists()
        if hasattr(FilterForm, name) and name not in ("view", "page") and not name.startswith("_")
    }
    query = urlencode({"view": "table", **kept}, doseq=True)
    return f"{url_for('resources.show_catalogue')}?{query}"
