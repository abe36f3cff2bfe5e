"""暮らす地域: where a case counts, and the square from which its journeys are reckoned."""

from __future__ import annotations

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.areas.queries import find_gazetteers, list_district_names
from app.cases import policies, queries, service
from app.cases.forms import AreaForm
from app.cases.guards import CASE_ID, TEAM, case_url, note_case_read
from app.cases.models import Case
from app.cases.routes.blueprint import blueprint
from app.clock import now
from app.geo.geocoding import Gazetteers
from app.people.queries import find_facts
from app.resources.queries.hosts import find_municipality_code
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import session

_NO_DISTRICT: Final = "まだ決めていない"
_NEARLY: Final = "この町は、町名一覧にありません。下の近い名前から選ぶか、書き方を確かめてください。"
_NOT_FOUND: Final = (
    "この町は、町名一覧にありません。「〇〇町」のように、町の名前から書いてください。"
    "わからないときは、空けたまま保存できます。"
)


@blueprint.get(f"/cases/{CASE_ID}/area")
@requires(*TEAM)
def show_area(case_id: str) -> str:
    """Ask for the district and the square, filled with what is kept. The words of an address are kept nowhere."""
    note_case_read(case_id)
    case = queries.get_own_case(session(), case_id, scope=current_actor().scope)
    form = AreaForm(
        formdata=None, counting_area_id=str(case.counting_area_id or ""), seen_version=case.version
    )
    return _page(_fitted(form, case), case, _towns())


@blueprint.post(f"/cases/{CASE_ID}/area")
@requires(*TEAM)
def place_case(case_id: str) -> ResponseReturnValue:
    """Keep the district and the square in which the town lies."""
    case = queries.get_own_case(session(), case_id, scope=current_actor().scope)
    form, towns = _fitted(AreaForm(), case), _towns()
    if form.validate():
        square = None if form.forget.data else case.origin_mesh
        if form.town.data:
            square = _square_of(form, towns)
        if not form.errors:
            try:
                service.place_case(
                    session(),
                    case_id=case_id,
                    counting_area_id=form.area_id,
                    origin_mesh=square,
                    seen_version=form.seen_version.data,
                    by=current_actor(),
                    at=now(),
                )
            except Refused as refusal:
                put_refusal_on(form, refusal)
            else:
                say("暮らす地域を記録しました。候補の行き帰りは、ここから計算します。")
                return go_to(case_url(case_id))
    return _page(form, case, towns), 422


def _towns() -> Gazetteers:
    return find_gazetteers(session(), scope=current_actor().scope)


def _is_protected(case: Case) -> bool:
    facts = find_facts(session(), case.person_id, scope=current_actor().scope)
    if facts is None:
        raise Missing
    return facts.is_protected


def _fitted(form: AreaForm, case: Case) -> AreaForm:
    """The form with the districts of the town; a protected household is asked for none."""
    if _is_protected(case):
        del form.counting_area_id
    else:
        names = list_district_names(session(), scope=current_actor().scope)
        form.counting_area_id.choices = {"": _NO_DISTRICT, **{str(key): name for key, name in names.items()}}
    return form


def _square_of(form: AreaForm, towns: Gazetteers) -> str | None:
    """The square of the town that was typed, or of the one that was chosen for it; None where the form has to say more."""
    typed, scope = form.town.data or "", current_actor().scope
    code = find_municipality_code(session(), scope=scope)
    found = towns.geocode(code, typed)
    if found.point is not None:
        return policies.square_around(found.point)
    near: dict[str, str] = {}
    for town in towns.alike(code, typed):
        if town.point is not None:
            square, name = policies.square_around(town.point), f"{town.municipality}{town.matched}"
            # Towns side by side may lie in one square: it is one choice, by all of their names.
            near[square] = f"{near[square]}・{name}" if square in near else name
    if form.square.data in near:
        return str(form.square.data)
    form.square.data, form.square.choices = None, near
    form.town.errors = (*form.town.errors, _NEARLY if near else _NOT_FOUND)
    return None


def _page(form: AreaForm, case: Case, towns: Gazetteers) -> str:
    return render_template(
        "cases/area.html",
        form=form,
        case_id=case.id,
        number=case.number,
        is_protected="counting_area_id" not in form,
        square=policies.square_words(case.origin_mesh),
        has_towns=bool(towns),
    )
