"""How a case begins: the full form, the light path, and the 支援依頼 of a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.forms import account_choices
from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_possible_members
from app.accounts.vocabulary import Role
from app.cases import queries, service
from app.cases.forms import LightCaseForm, NewCaseForm, ReferralForm
from app.cases.guards import TEAM, case_url
from app.cases.models import Case
from app.cases.policies import as_number
from app.cases.routes.blueprint import blueprint, for_whole_town
from app.cases.vocabulary import Referral, ReferralRoute
from app.clock import now, today
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import Form, put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import apart

_FIRST_FOLLOW_UP = timedelta(days=7)


@blueprint.get("/cases/new")
@requires(*TEAM)
def show_new_case() -> str:
    """Ask for what is known; most of it may come later."""
    return render_template("cases/new.html", form=NewCaseForm(formdata=None, opened_on=today()))


@blueprint.post("/cases/new")
@requires(*TEAM)
def open_case() -> ResponseReturnValue:
    """Open a case."""
    form, actor = NewCaseForm(), current_actor()

    def act() -> Case:
        household_of = _housemate(form)
        with for_whole_town("opening a case") as opened:
            return service.open_case(
                opened,
                identity=form.identity,
                route=ReferralRoute(form.route.data),
                story=form.story,
                referral=Referral(sender=(form.sender.data or "").strip()),
                consent_way=form.consent_way,
                household_of=household_of,
                opened_on=form.opened_on.data,
                by=actor,
                at=now(),
            )

    return _opened(form, act, "cases/new.html")


def _housemate(form: NewCaseForm) -> str | None:
    """The person of the case that was named, which has to be one of one's own."""
    typed = (form.household_number.data or "").strip()
    if not typed:
        return None
    with apart(write=False) as opened:
        person_id = queries.find_person_id(opened, as_number(typed) or "", scope=current_actor().scope)
    if person_id is None:
        raise Refused(
            "その番号のケースは、あなたのチームにありません。番号を確かめるか、空けておいてください。",
            field="household_number",
        )
    return person_id


@blueprint.get("/cases/new/light")
@requires(*TEAM)
def show_new_light_case() -> str:
    """Ask five things."""
    return render_template(
        "cases/new_light.html", form=LightCaseForm(formdata=None, follow_up_on=today() + _FIRST_FOLLOW_UP)
    )


@blueprint.post("/cases/new/light")
@requires(*TEAM)
def open_light_case() -> ResponseReturnValue:
    """Open a case without a name."""
    form, actor = LightCaseForm(), current_actor()

    def act() -> Case:
        with for_whole_town("opening a case") as opened:
            return service.open_light_case(opened, **form.chosen, by=actor, at=now())

    return _opened(form, act, "cases/new_light.html")


def _opened(form: Form, act: Callable[[], Case], template: str) -> ResponseReturnValue:
    if form.validate():
        try:
            case = act()
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say(f"{case.number} をひらきました。あなたがチームの最初の人です。")
            return go_to(case_url(case.id))
    return render_template(template, form=form), 422


@blueprint.get("/referrals/new")
@requires(Role.REFERRER)
def show_new_referral() -> str:
    """Ask whom one sends, with what, and to whom."""
    return render_template("cases/new_referral.html", form=_referral_form(is_sent=False))


@blueprint.post("/referrals/new")
@requires(Role.REFERRER)
def note_referral() -> ResponseReturnValue:
    """Send a 支援依頼."""
    form, actor = _referral_form(is_sent=True), current_actor()
    if form.validate():
        try:
            with for_whole_town("taking down a referral") as opened:
                case = service.note_referral(
                    opened,
                    identity=form.identity,
                    asked=(form.asked.data or "").strip(),
                    sender=actor.display_name,
                    consent_way=form.consent_way,
                    receiver_id=int(form.receiver_id.data),
                    by=actor,
                    at=now(),
                )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say(f"支援依頼を送りました。番号は {case.number} です。")
            return go_to(url_for("cases.list_referrals"))
    return render_template("cases/new_referral.html", form=form), 422


def _referral_form(*, is_sent: bool) -> ReferralForm:
    form = ReferralForm() if is_sent else ReferralForm(formdata=None)
    with apart(write=False) as opened:
        receivers = list_possible_members(opened)
    form.receiver_id.choices = account_choices(receivers)
    return form
