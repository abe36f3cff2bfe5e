"""The page of a case, and what changes its course: story, team, reply, end."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.forms import account_choices
from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_possible_members, list_team_members
from app.accounts.vocabulary import Right, Role
from app.areas.queries import find_area_name
from app.cases import policies, queries, service
from app.cases.forms import ClosingForm, ReplyForm, StoryForm, TeamForm
from app.cases.guards import CASE_ID, TEAM, case_url, note_case_read
from app.cases.routes.blueprint import Asking, ask, blueprint, change, number_of, save
from app.cases.vocabulary import BasisKind, CaseView
from app.clock import now, today
from app.people import queries as people
from app.web.flashes import say
from app.web.htmx import go_to
from app.web.transaction import session

_STORY = Asking("本人の言葉と、得意なこと", "保存する", "本人の言葉は、言いかえずに書きます。")
_REPLY = Asking("依頼元に返事をする", "返事を送る")
_CLOSING = Asking(
    "支援を終える",
    "終える",
    "あとで「もう一度ひらく」を選ぶと、そのまま続けられます。本人には「いつでもまた」と伝えてください。",
)
_TEAM = Asking("チームに加える", "加える", "加わった人は、今日からこのケースのすべてを見られます。")


@blueprint.get(f"/cases/{CASE_ID}")
@requires(*TEAM, Role.CITY_OFFICER)
def show_case(case_id: str) -> str:
    """A case: to its team all of it, to an officer who is asked for a decision what the decision needs."""
    actor = current_actor()
    note_case_read(case_id)
    view = queries.get_case_view(session(), case_id, scope=actor.scope)
    problem = policies.decision_problem(actor, writers=view.plan.writers) if view.plan else None
    return render_template(
        "cases/show.html",
        case=view,
        actor=actor,
        decision_problem=problem,
        may_decide=actor.holds(Role.CITY_OFFICER),
        basis=queries.find_basis(session(), case_id, on=today(), scope=actor.scope),
        kinds=BasisKind,
        team=_team_part(view) if view.is_member else None,
    )


def _team_part(view: CaseView) -> dict[str, object]:
    """What members alone see: who it is (without the identity), consents, whom to keep away, the team."""
    scope = current_actor().scope
    return {
        "facts": people.find_facts(session(), view.person_id, scope=scope),
        "consents": people.list_consents(session(), view.person_id, scope=scope),
        "never_meets": people.list_never_meets(session(), view.person_id, scope=scope),
        "members": list_team_members(session(), view.team_id, on=today()),
        "area": find_area_name(session(), view.counting_area_id, scope=scope),
        "square": policies.square_words(view.origin_mesh),
        "may_unmask": Right.UNMASK in current_actor().rights,
    }


@blueprint.get(f"/cases/{CASE_ID}/story")
@requires(*TEAM)
def show_story(case_id: str) -> str:
    """Ask for the wish, the strengths, and what to mind."""
    number = number_of(case_id)
    note_case_read(case_id)
    view = queries.get_case_view(session(), case_id, scope=current_actor().scope)
    form = StoryForm(
        formdata=None,
        wish=view.story.wish,
        strengths=view.story.strengths,
        mind=view.story.mind,
        seen_version=view.version,
    )
    return ask(form, _STORY, case_id, number)


@blueprint.post(f"/cases/{CASE_ID}/story")
@requires(*TEAM)
def write_story(case_id: str) -> ResponseReturnValue:
    """Save them."""
    form, actor, number = StoryForm(), current_actor(), number_of(case_id)
    before = queries.get_case_view(session(), case_id, scope=actor.scope).story
    return save(
        form,
        _STORY,
        case_id,
        number,
        lambda: service.write_story(
            session(),
            case_id=case_id,
            story=form.story_from(before),
            seen_version=form.seen_version.data,
            by=actor,
            at=now(),
        ),
        done="保存しました。",
    )


@blueprint.get(f"/cases/{CASE_ID}/reply")
@requires(*TEAM)
def show_reply(case_id: str) -> str:
    """Ask what the window that sent somebody is told."""
    return ask(ReplyForm(formdata=None), _REPLY, case_id, number_of(case_id))


@blueprint.post(f"/cases/{CASE_ID}/reply")
@requires(*TEAM)
def tell_sender(case_id: str) -> ResponseReturnValue:
    """Tell it."""
    form = ReplyForm()
    return save(
        form,
        _REPLY,
        case_id,
        number_of(case_id),
        lambda: service.tell_sender(
            session(),
            case_id=case_id,
            reply=(form.reply.data or "").strip(),
            by=current_actor(),
            at=now(),
        ),
        done="依頼元に返事を送りました。",
    )


@blueprint.get(f"/cases/{CASE_ID}/close")
@requires(*TEAM)
def show_closing(case_id: str) -> str:
    """Ask how it ends."""
    case = queries.get_own_case(session(), case_id, scope=current_actor().scope)
    form = ClosingForm(formdata=None, closed_on=today(), seen_version=case.version)
    return ask(form, _CLOSING, case_id, case.number)


@blueprint.post(f"/cases/{CASE_ID}/close")
@requires(*TEAM)
def close_case(case_id: str) -> ResponseReturnValue:
    """End it."""
    form = ClosingForm()
    return save(
        form,
        _CLOSING,
        case_id,
        number_of(case_id),
        lambda: service.close_case(
            session(),
            case_id=case_id,
            **form.chosen,
            seen_version=form.seen_version.data,
            by=current_actor(),
            at=now(),
        ),
        done="支援を終えました。「もう一度ひらく」で、いつでも続けられます。",
    )


@blueprint.post(f"/cases/{CASE_ID}/reopen")
@requires(*TEAM)
def reopen_case(case_id: str) -> ResponseReturnValue:
    """Take it up again."""
    service.reopen_case(session(), case_id=case_id, by=current_actor(), at=now())
    say("もう一度ひらきました。")
    return go_to(case_url(case_id))


@blueprint.get(f"/cases/{CASE_ID}/team")
@requires(*TEAM)
def show_team(case_id: str) -> str:
    """Ask who joins."""
    return ask(_team_form(case_id, is_sent=False), _TEAM, case_id, number_of(case_id))


@blueprint.post(f"/cases/{CASE_ID}/team")
@requires(*TEAM)
def join_team(case_id: str) -> ResponseReturnValue:
    """Let somebody in."""
    form = _team_form(case_id, is_sent=True)
    return save(
        form,
        _TEAM,
        case_id,
        number_of(case_id),
        lambda: service.join_team(
            session(),
            case_id=case_id,
            account_id=int(form.account_id.data),
            by=current_actor(),
            at=now(),
        ),
        done="チームに加えました。",
    )


def _team_form(case_id: str, *, is_sent: bool) -> TeamForm:
    case = queries.get_own_case(session(), case_id, scope=current_actor().scope)
    form = TeamForm() if is_sent else TeamForm(formdata=None)
    present = {member.account_id for member in list_team_members(session(), case.team_id, on=today())}
    form.account_id.choices = account_choices(
        account
        for account in list_possible_members(session(), besides_team=case.team_id)
        if account.id not in present
    )
    return form


@blueprint.post(f"/cases/{CASE_ID}/team/<int:account_id>/leave")
@requires(*TEAM)
def leave_team(case_id: str, account_id: int) -> ResponseReturnValue:
    """Let somebody out; who left has no way back but by the others."""
    is_own = account_id == current_actor().account_id
    return change(
        lambda: service.leave_team(
            session(), case_id=case_id, account_id=account_id, by=current_actor(), at=now()
        ),
        done="チームから抜けました。" if is_own else "チームから外しました。",
        then=url_for("cases.list_cases") if is_own else case_url(case_id),
        otherwise=case_url(case_id),
    )
