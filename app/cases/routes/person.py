"""The person of a case: opening the identity, protection, consents, whom they must never meet."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.forms import account_choices
from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_open_accounts
from app.accounts.vocabulary import Right
from app.cases import queries, service
from app.cases.forms import ProtectionForm, ReasonForm
from app.cases.guards import CASE_ID, TEAM, case_url
from app.cases.policies import as_number
from app.cases.routes.blueprint import (
    Asking,
    ask,
    blueprint,
    for_whole_town,
    number_of,
    save,
)
from app.clock import now, today
from app.people import queries as people
from app.people import service as persons
from app.people.forms import ConsentForm, KnownIdentityForm, KnownNameForm, NeverMeetForm, OpeningForm
from app.people.policies import place_is_covered
from app.people.vocabulary import OpenedIdentity, PersonFacts
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import apart, session

_PROTECTION = Asking(
    "支援措置のある世帯にする",
    "支援措置にする",
    "DV・ストーカー・虐待などの申出や情報があるときに使います。同じ世帯の人すべてに、今すぐ効きます。",
    note_title="すると、こうなります",
    note="住所・電話・町が伏せられ、ひらくには理由が必要になります。地図と統計から外れ、道のりの起点は約10kmの広さに丸めます。解除しても、丸めたものは自動では戻りません。",
)
_LIFTING = Asking(
    "支援措置を解除する",
    "解除する",
    "本人と安全を確かめてから解除してください。同じ世帯の人すべてに効きます。",
)
_CONSENT = Asking(
    "同意を書きとめる", "書きとめる", "何を、だれに、何のために伝えてよいか。一つずつ、本人と確かめます。"
)
_NEVER_MEET = Asking(
    "会ってはいけない相手",
    "加える",
    "候補や紹介で、この相手と重ならないようにします。この一覧はチームだけが見ます。",
)
_CHANGING = Asking("本人の情報を直す", "保存する")


@blueprint.get(f"/cases/{CASE_ID}/identity")
@requires(*TEAM)
def show_opening(case_id: str) -> str:
    """Explain what opening means, and ask for the reason where one is needed."""
    number, facts = number_of(case_id), _facts(case_id)
    form = OpeningForm(formdata=None) if facts.is_protected else None
    return _ask_for_reason(form, facts, case_id, number)


@blueprint.post(f"/cases/{CASE_ID}/identity")
@requires(*TEAM)
def open_identity(case_id: str) -> ResponseReturnValue:
    """Show who it is. The line in the log is part of the same transaction: what is not logged is not shown."""
    number, facts, actor = number_of(case_id), _facts(case_id), current_actor()
    form = OpeningForm()
    reason = None
    if facts.is_protected:
        if not form.validate():
            return _ask_for_reason(form, facts, case_id, number), 422
        reason = form.chosen
    try:
        opened = service.open_identity(session(), case_id=case_id, reason=reason, by=actor, at=now())
    except Refused as refusal:
        put_refusal_on(form, refusal)
        return _ask_for_reason(form, facts, case_id, number), 422
    return render_template(
        "cases/identity.html",
        opened=opened,
        facts=facts,
        form=_identity_form(opened),
        case_id=case_id,
        number=number,
    )


def _ask_for_reason(form: OpeningForm | None, facts: PersonFacts, case_id: str, number: str) -> str:
    return render_template(
        "cases/opening.html",
        form=form,
        facts=facts,
        case_id=case_id,
        number=number,
        may_unmask=Right.UNMASK in current_actor().rights,
    )


def _identity_form(opened: OpenedIdentity) -> KnownNameForm | KnownIdentityForm:
    who = opened.identity
    known = {
        "name": who.name,
        "kana": who.kana,
        "alias": who.alias,
        "birth_date": who.birth_date,
        "address": who.address,
        "phone": who.phone,
        "note": who.note,
        "seen_version": opened.version,
    }
    if opened.place_is_covered:
        return KnownNameForm(formdata=None, data=known)
    return KnownIdentityForm(formdata=None, data=known)


@blueprint.post(f"/cases/{CASE_ID}/identity/change")
@requires(*TEAM)
def change_identity(case_id: str) -> ResponseReturnValue:
    """Save a correction."""
    number, facts, actor = number_of(case_id), _facts(case_id), current_actor()
    covered = place_is_covered(is_protected=facts.is_protected, by=actor)
    form = KnownNameForm() if covered else KnownIdentityForm()
    return save(
        form,
        _CHANGING,
        case_id,
        number,
        lambda: persons.change_identity(
            session(),
            person_id=facts.person_id,
            identity=form.identity,
            seen_version=form.seen_version.data or 0,
            by=actor,
            at=now(),
        ),
        done="本人の情報を保存しました。",
    )


@blueprint.get(f"/cases/{CASE_ID}/protection")
@requires(*TEAM)
def show_protection(case_id: str) -> str:
    """Ask on what the protection of a household rests, or why it ends."""
    number, facts = number_of(case_id), _facts(case_id)
    if facts.is_protected:
        return ask(ReasonForm(formdata=None), _LIFTING, case_id, number)
    return ask(ProtectionForm(formdata=None, since=today()), _PROTECTION, case_id, number)


@blueprint.post(f"/cases/{CASE_ID}/protection")
@requires(*TEAM)
def change_protection(case_id: str) -> ResponseReturnValue:
    """Begin or end it, for everybody of the household."""
    actor = current_actor()
    with apart(write=False) as opened:
        case = queries.get_own_case(opened, case_id, scope=actor.scope)
        facts = people.find_facts(opened, case.person_id, scope=actor.scope)
    if facts is not None and facts.is_protected:
        lifting = ReasonForm()

        def lift() -> None:
            with for_whole_town("protection of a household") as whole:
                service.lift_protection(
                    whole, case_id=case_id, reason=lifting.reason.data or "", by=actor, at=now()
                )

        return save(
            lifting,
            _LIFTING,
            case_id,
            case.number,
            lift,
            done="支援措置を解除しました。圏域は、もう一度設定してください。",
        )
    form = ProtectionForm()

    def protect() -> None:
        with for_whole_town("protection of a household") as whole:
            service.protect_household(
                whole,
                case_id=case_id,
                reason=form.reason.data or "",
                since=form.since.data,
                by=actor,
                at=now(),
            )

    return save(
        form,
        _PROTECTION,
        case_id,
        case.number,
        protect,
        done="支援措置のある世帯にしました。今から効きます。",
    )


@blueprint.get(f"/cases/{CASE_ID}/consents/new")
@requires(*TEAM)
def show_new_consent(case_id: str) -> str:
    """Ask what may be told to whom."""
    return ask(ConsentForm(formdata=None, since=today()), _CONSENT, case_id, number_of(case_id))


@blueprint.post(f"/cases/{CASE_ID}/consents/new")
@requires(*TEAM)
def add_consent(case_id: str) -> ResponseReturnValue:
    """Write a consent down."""
    form, number, facts = ConsentForm(), number_of(case_id), _facts(case_id)
    return save(
        form,
        _CONSENT,
        case_id,
        number,
        lambda: persons.add_consent(
            session(), person_id=facts.person_id, **form.chosen, by=current_actor(), at=now()
        ),
        done="同意を書きとめました。",
    )


@blueprint.post(f"/cases/{CASE_ID}/consents/<string(length=22):consent_id>/withdraw")
@requires(*TEAM)
def withdraw_consent(case_id: str, consent_id: str) -> ResponseReturnValue:
    """End a consent now."""
    persons.withdraw_consent(
        session(),
        person_id=_facts(case_id).person_id,
        consent_id=consent_id,
        by=current_actor(),
        at=now(),
    )
    say("同意を取りやめました。今から、この相手には何も伝わりません。")
    return go_to(case_url(case_id))


@blueprint.get(f"/cases/{CASE_ID}/never-meet/new")
@requires(*TEAM)
def show_new_never_meet(case_id: str) -> str:
    """Ask whom or what to keep away."""
    number = number_of(case_id)
    return ask(_never_meet_form(is_sent=False), _NEVER_MEET, case_id, number)


@blueprint.post(f"/cases/{CASE_ID}/never-meet/new")
@requires(*TEAM)
def add_never_meet(case_id: str) -> ResponseReturnValue:
    """Keep it away from now on."""
    actor, form = current_actor(), _never_meet_form(is_sent=True)
    with apart(write=False) as opened:
        number = queries.get_own_case(opened, case_id, scope=actor.scope).number

    def act() -> None:
        chosen = form.chosen
        chosen["other_number"] = as_number(chosen["other_number"] or "") or chosen["other_number"]
        with for_whole_town("whom a household must not meet") as whole:
            service.add_never_meet(whole, case_id=case_id, **chosen, by=actor, at=now())

    return save(form, _NEVER_MEET, case_id, number, act, done="加えました。今から効きます。")


def _never_meet_form(*, is_sent: bool) -> NeverMeetForm:
    form = NeverMeetForm() if is_sent else NeverMeetForm(formdata=None)
    with apart(write=False) as opened:
        staff = list_open_accounts(opened)
    form.account_id.choices = account_choices(staff)
    return form


@blueprint.post(f"/cases/{CASE_ID}/never-meet/<string(length=22):never_meet_id>/remove")
@requires(*TEAM)
def remove_never_meet(case_id: str, never_meet_id: str) -> ResponseReturnValue:
    """Keep it away no longer."""
    with for_whole_town("whom a household must not meet") as whole:
        service.remove_never_meet(
            whole, case_id=case_id, never_meet_id=never_meet_id, by=current_actor(), at=now()
        )
    say("一覧から外しました。")
    return go_to(case_url(case_id))


def _facts(case_id: str) -> PersonFacts:
    """What pages may show of the person of one of one's own cases."""
    scope = current_actor().scope
    case = queries.get_own_case(session(), case_id, scope=scope)
    facts = people.find_facts(session(), case.person_id, scope=scope)
    if facts is None:
        raise Missing
    return facts
