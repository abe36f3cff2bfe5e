"""Lists: one's own cases, what waits for a decision, what one has sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.vocabulary import TEAM_ROLES, Actor, Role
from app.cases import queries, service
from app.cases.forms import SearchForm
from app.cases.guards import TEAM, case_url
from app.cases.policies import as_number
from app.cases.queries import CaseFilter
from app.cases.routes.blueprint import blueprint
from app.cases.vocabulary import CaseRow, CaseState, ReferralRoute
from app.clock import now
from app.people.queries import list_person_ids_by_kana
from app.web.errors import Missing
from app.web.htmx import go_to
from app.web.paging import Page, Sort, page_number, sort_order, url_with
from app.web.transaction import apart, database, session

_PAGE_SIZE = 20


@dataclass(frozen=True)
class FilterWords:
    """The filter as the address has it, for the form above the list."""

    state: str
    route: str
    own: bool


@blueprint.get("/cases")
@requires(*TEAM, Role.REFERRER, Role.CITY_OFFICER)
def list_cases() -> ResponseReturnValue:
    """The cases of one's teams; who has none by office is led to what is theirs."""
    actor = current_actor()
    if not actor.holds(*TEAM_ROLES):
        officer = actor.holds(Role.CITY_OFFICER)
        return go_to(url_for("cases.list_decisions" if officer else "cases.list_referrals"))
    words = FilterWords(
        request.args.get("state", CaseState.OPEN.value), request.args.get("route", ""), "own" in request.args
    )
    asked = CaseFilter(
        state=next((state for state in CaseState if state == words.state), None),
        route=next((route for route in ReferralRoute if route == words.route), None),
        is_own=words.own,
    )
    sort, page = sort_order(queries.SORT_KEYS, Sort("opened", descending=True)), page_number()
    rows = queries.list_case_rows(
        session(),
        asked=asked,
        sort_key=sort.key,
        descending=sort.descending,
        first=(page - 1) * _PAGE_SIZE,
        most=_PAGE_SIZE,
        scope=actor.scope,
    )
    total = queries.count_cases(session(), asked=asked, scope=actor.scope)
    _note_list_read("cases", rows, actor)
    return render_template(
        "cases/list.html",
        cases=Page(rows, total, page, _PAGE_SIZE),
        sort=sort,
        asked=asked,
        words=words,
        chips=_filter_chips(asked),
        states=CaseState,
        routes=ReferralRoute,
        search=SearchForm(formdata=None),
        actor=actor,
    )


def _filter_chips(asked: CaseFilter) -> list[tuple[str, str]]:
    """The filters that are set, each with the address without it."""
    chips = []
    if asked.state is not CaseState.OPEN:
        label = asked.state.label if asked.state else "終わったケースも"
        chips.append((label, url_with(state=None, page=None)))
    if asked.route is not None:
        chips.append((asked.route.label, url_with(route=None, page=None)))
    if asked.is_own:
        chips.append(("自分のチームだけ", url_with(own=None, page=None)))
    return chips


@blueprint.post("/cases/find")
@requires(*TEAM)
def find_cases() -> ResponseReturnValue:
    """Find by number, alias, or exact kana among one's own teams' cases. Posted: nothing of it is in an address."""
    form, actor = SearchForm(), current_actor()
    if not form.validate():
        return render_template("cases/found.html", search=form, rows=[], asked=False, actor=actor), 422
    typed, kana, birth_date = (
        (form.q.data or "").strip(),
        (form.kana.data or "").strip(),
        form.birth_date.data,
    )
    number = as_number(typed)
    case_id = queries.find_case_id(session(), number, scope=actor.scope) if number else None
    if case_id is not None:
        return go_to(case_url(case_id))
    rows = _found(typed, kana, birth_date, actor)
    service.record_list_read(session(), page="cases/find", count=len(rows), by=actor, at=now())
    return render_template("cases/found.html", search=form, rows=rows, asked=bool(typed or kana), actor=actor)


def _found(typed: str, kana: str, birth_date: date | None, actor: Actor) -> list[CaseRow]:
    rows = queries.list_by_alias(session(), typed, scope=actor.scope) if typed else []
    if kana:
        person_ids = list_person_ids_by_kana(session(), kana, birth_date=birth_date, scope=actor.scope)
        same = queries.list_by_persons(session(), person_ids, scope=actor.scope)
        rows = same if not typed else [row for row in rows if row in same]
    return rows


@blueprint.get("/decisions")
@requires(Role.CITY_OFFICER)
def list_decisions() -> str:
    """Plans that wait for the city's decision."""
    actor = current_actor()
    rows = queries.list_awaiting(session(), scope=actor.scope)
    _note_list_read("decisions", rows, actor)
    return render_template("cases/decisions.html", rows=rows)


@blueprint.get("/referrals")
@requires(Role.REFERRER)
def list_referrals() -> str:
    """What became of those whom one has sent, and no more than that."""
    actor = current_actor()
    if actor.account_id is None:
        raise Missing
    with database().reading(Actor.system("a window reads what became of its referrals").scope) as opened:
        rows = queries.list_referrals(opened, scope=actor.scope)
    with apart(write=True) as opened:
        service.record_list_read(opened, page="referrals", count=len(rows), by=actor, at=now())
    return render_template("cases/referrals.html", rows=rows)


def _note_list_read(page: str, rows: list[CaseRow], actor: Actor) -> None:
    """One line for the whole list, written before it is shown."""
    with apart(write=True) as opened:
        service.record_list_read(opened, page=page, count=len(rows), by=actor, at=now())
