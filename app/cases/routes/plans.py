"""Plans, the city's decision, and the basis of a start."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.vocabulary import Role
from app.cases import queries, service
from app.cases.forms import BasisForm, PlanForm, ReturnForm, VersionedForm
from app.cases.guards import CASE_ID, TEAM, case_url, note_case_read
from app.cases.routes.blueprint import Asking, ask, blueprint, change, number_of, save
from app.cases.vocabulary import PlanState, PlanText
from app.clock import now, today
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import session

_PLAN = Asking("参加支援プラン", "下書きを保存する", "保存したあと、ケースの画面から決定に出せます。")
_RETURN = Asking("プランを差し戻す", "差し戻す")
_BASIS = Asking(
    "始めるよりどころを書きとめる",
    "書きとめる",
    "支援決定の前に始めるとき、または、プランを作らないときに使います。支援決定は自動で記録されます。",
)
_CONFIRMED_WITHIN = timedelta(days=90)


@blueprint.get(f"/cases/{CASE_ID}/plan")
@requires(*TEAM)
def show_plan(case_id: str) -> str:
    """Ask for the plan of this round."""
    number = number_of(case_id)
    note_case_read(case_id)
    view = queries.get_case_view(session(), case_id, scope=current_actor().scope)
    begins = view.plan is None or view.plan.state is PlanState.DECIDED
    text = view.plan.text if view.plan and not begins else PlanText(goals=view.story.wish)
    form = PlanForm(formdata=None, data={**text.document, "seen_version": view.version})
    return ask(form, _PLAN, case_id, number)


@blueprint.post(f"/cases/{CASE_ID}/plan")
@requires(*TEAM)
def write_plan(case_id: str) -> ResponseReturnValue:
    """Save it as a draft."""
    form = PlanForm()
    return save(
        form,
        _PLAN,
        case_id,
        number_of(case_id),
        lambda: service.write_plan(
            session(),
            case_id=case_id,
            text=form.text,
            seen_version=form.seen_version.data,
            by=current_actor(),
            at=now(),
        ),
        done="プランの下書きを保存しました。",
    )


@blueprint.post(f"/cases/{CASE_ID}/plan/submit")
@requires(*TEAM)
def submit_plan(case_id: str) -> ResponseReturnValue:
    """Ask the city for its decision."""
    form, back = VersionedForm(), case_url(case_id)
    return change(
        lambda: service.submit_plan(
            session(),
            case_id=case_id,
            seen_version=form.seen_version.data,
            by=current_actor(),
            at=now(),
        ),
        done="決定に出しました。決定までのあいだ、市職員がこのケースを見られます。",
        then=back,
        otherwise=back,
    )


@blueprint.post(f"/cases/{CASE_ID}/plan/take-back")
@requires(*TEAM)
def take_plan_back(case_id: str) -> ResponseReturnValue:
    """Undo the submission."""
    return change(
        lambda: service.take_plan_back(session(), case_id=case_id, by=current_actor(), at=now()),
        done="取り下げました。下書きに戻っています。",
        then=case_url(case_id),
        otherwise=case_url(case_id),
    )


@blueprint.post(f"/cases/{CASE_ID}/plan/decide")
@requires(Role.CITY_OFFICER)
def decide_plan(case_id: str) -> ResponseReturnValue:
    """Decide on support."""
    form = VersionedForm()
    return change(
        lambda: service.decide_plan(
            session(),
            case_id=case_id,
            seen_version=form.seen_version.data,
            by=current_actor(),
            at=now(),
        ),
        done="支援を決定しました。",
        then=url_for("cases.list_decisions"),
        otherwise=case_url(case_id),
    )


@blueprint.get(f"/cases/{CASE_ID}/plan/return")
@requires(Role.CITY_OFFICER)
def show_return(case_id: str) -> str:
    """Ask what is to be mended."""
    case = queries.get_case(session(), case_id, scope=current_actor().scope)
    return ask(ReturnForm(formdata=None, seen_version=case.version), _RETURN, case_id, case.number)


@blueprint.post(f"/cases/{CASE_ID}/plan/return")
@requires(Role.CITY_OFFICER)
def return_plan(case_id: str) -> ResponseReturnValue:
    """Give the plan back."""
    form, actor = ReturnForm(), current_actor()
    case = queries.get_case(session(), case_id, scope=actor.scope)
    if form.validate():
        try:
            service.return_plan(
                session(),
                case_id=case_id,
                reason=form.reason.data or "",
                seen_version=form.seen_version.data,
                by=actor,
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("差し戻しました。理由はチームの画面に出ます。")
            return go_to(url_for("cases.list_decisions"))
    return ask(form, _RETURN, case_id, case.number), 422


@blueprint.get(f"/cases/{CASE_ID}/basis")
@requires(*TEAM)
def show_basis(case_id: str) -> str:
    """Ask on what a start rests that no decision carries."""
    form = BasisForm(formdata=None, confirm_by=today() + _CONFIRMED_WITHIN)
    return ask(form, _BASIS, case_id, number_of(case_id))


@blueprint.post(f"/cases/{CASE_ID}/basis")
@requires(*TEAM)
def record_basis(case_id: str) -> ResponseReturnValue:
    """Record it."""
    form = BasisForm()
    return save(
        form,
        _BASIS,
        case_id,
        number_of(case_id),
        lambda: service.record_basis(session(), case_id=case_id, **form.chosen, by=current_actor(), at=now()),
        done="始めるよりどころを書きとめました。",
    )
