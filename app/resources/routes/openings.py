"""Openings as the staff keep them: one opening, its entry, a copy of it, its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, find_actor, requires
from app.accounts.queries import list_account_names
from app.clock import now, today
from app.resources.engine import record_words
from app.resources.engine.slot_names import slot_field
from app.resources.forms.openings import NEW_PLACE, OpeningForm, shown_as_typed, steps_of
from app.resources.models import Host, Opening, Resource
from app.resources.policies import KEEPERS
from app.resources.queries import catalogue
from app.resources.queries import hosts as queries
from app.resources.queries.criteria import Filter
from app.resources.queries.openings import list_openings
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.resources.routes.record_history import history_of_opening
from app.resources.service import opening_records as records
from app.resources.vocabulary import DayPart, KindGroup
from app.text.normalise import normalise_text
from app.text.terms import query_terms
from app.web.errors import InputRefused, Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import session

blueprint = Blueprint("resources_openings", __name__, template_folder="../templates")

FOUND_MOST = 10
INSURANCE_WARNING_DAYS = 60
_WORDS: dict[str, Any] = {
    "steps_of": steps_of,
    "loads": record_words.LOADS,
    "insurance_warning_days": INSURANCE_WARNING_DAYS,
}


@blueprint.get("/openings/<int:opening_id>")
@requires(*KEEPERS)
def show_opening(opening_id: int) -> str:
    """One opening with all that is said of it."""
    scope = current_actor().scope
    opening = queries.get_opening(session(), opening_id, scope=scope)
    return render_template(
        "resources/openings/opening.html",
        opening=opening,
        host=opening.host,
        place=catalogue.get_resource(session(), opening.resource_id, scope=scope),
        free=_free_slots([opening]),
        steps=history_of_opening(opening, list_account_names(session()), scope=scope),
        **_WORDS,
    )


@blueprint.get("/hosts/<int:host_id>/openings/new")
@requires(*KEEPERS)
def show_new_opening(host_id: int) -> str:
    """An empty entry, or the copy of an opening of the same host."""
    host = _host(host_id)
    own = queries.list_places_of_host(session(), host_id, scope=current_actor().scope)
    typed: dict[str, Any] = {"place": str(own[0].id) if own else NEW_PLACE}
    copied = request.args.get("copy", type=int)
    if copied is not None:
        typed = _copy_of(copied, host_id)
    elif not own:
        typed["new_name"] = host.name
    form = OpeningForm(formdata=None, data=typed, places=_words_of(own), kinds=_kinds())
    return _entry_page(form, host, None, is_copy=copied is not None)


@blueprint.post("/hosts/<int:host_id>/openings/new")
@requires(*KEEPERS)
def register_opening(host_id: int) -> ResponseReturnValue:
    """An opening from now on."""
    form = _sent_form(host_id, None)
    if form.asks_for_places or "find" in request.form:
        return _looked_up(form, _host(host_id), None)
    if not form.validate():
        return _entry_page(form, _host(host_id), None), 422
    try:
        opening_id = records.register_opening(
            session(), host_id=host_id, facts=form.facts_of(on=today()), by=current_actor(), at=now()
        )
    except (Refused, InputRefused) as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _entry_page(form, _host(host_id), None), 422
    say("枠を加えました。")
    return redirect(url_for("resources_openings.show_opening", opening_id=opening_id), 303)


@blueprint.get("/openings/<int:opening_id>/edit")
@requires(*KEEPERS)
def show_edit_opening(opening_id: int) -> str:
    """The entry as it stands."""
    opening = _opening(opening_id)
    form = OpeningForm(
        formdata=None,
        data=shown_as_typed(opening, on=today()),
        places=_places(opening.host_id, opening, ""),
        kinds=_kinds(),
    )
    return _entry_page(form, opening.host, opening)


@blueprint.post("/openings/<int:opening_id>/edit")
@requires(*KEEPERS)
def change_opening(opening_id: int) -> ResponseReturnValue:
    """The entry as it shall stand."""
    opening = _opening(opening_id)
    form = _sent_form(opening.host_id, opening)
    if form.asks_for_places or "find" in request.form:
        return _looked_up(form, opening.host, opening)
    if not form.validate():
        return _entry_page(form, opening.host, opening), 422
    try:
        changed = records.change_opening(
            session(),
            opening_id=opening_id,
            facts=form.facts_of(on=today(), insurance_before=opening.insurance),
            seen_version=form.seen_version.data or 0,
            by=current_actor(),
            at=now(),
        )
    except (Refused, InputRefused) as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        opening = _opening(opening_id)
        return _entry_page(form, opening.host, opening), 422
    say("枠を直しました。" if changed else "変わったところはありませんでした。")
    return redirect(url_for("resources_openings.show_opening", opening_id=opening_id), 303)


@blueprint.post("/openings/<int:opening_id>/end")
@requires(*KEEPERS)
def end_opening(opening_id: int) -> ResponseReturnValue:
    """An opening that is offered no more."""
    seen = request.form.get("seen_version", type=int) or 0
    records.end_opening(session(), opening_id=opening_id, seen_version=seen, by=current_actor(), at=now())
    say("この枠を終わりにしました。いま来ている人の席は、そのまま残ります。")
    return redirect(url_for("resources_openings.show_opening", opening_id=opening_id), 303)


@blueprint.post("/openings/<int:opening_id>/restore")
@requires(*KEEPERS)
def restore_opening(opening_id: int) -> ResponseReturnValue:
    """An opening that is offered again."""
    records.restore_opening(session(), opening_id=opening_id, by=current_actor(), at=now())
    say("この枠の受け入れを、もとに戻しました。")
    return redirect(url_for("resources_openings.show_opening", opening_id=opening_id), 303)


def render_openings_of_place(resource_id: int) -> Markup:
    """The part of a place's card that says what hosts offer there, for whoever keeps the catalogue."""
    actor = find_actor()
    if actor is None or not actor.holds(*KEEPERS):
        return Markup("")
    openings = list_openings(session(), resource_ids=[resource_id], scope=actor.scope)
    if not openings:
        return Markup("")
    return Markup(  # noqa: S704 -- escaped by the template
        render_template("resources/openings/of_place.html", openings=openings, free=_free_slots(openings))
    )


def _free_slots(openings: Iterable[Opening]) -> dict[int, FreeSlot]:
    ids = [opening.id for opening in openings]
    slots = list_free_slots(session(), at=now(), opening_ids=ids, scope=current_actor().scope)
    return {slot.slot_id: slot for slot in slots}


def _host(host_id: int) -> Host:
    return queries.get_host_entry(session(), host_id, on=today(), scope=current_actor().scope).host


def _opening(opening_id: int) -> Opening:
    return queries.get_opening(session(), opening_id, scope=current_actor().scope)


def _copy_of(opening_id: int, host_id: int) -> dict[str, Any]:
    """What is the same in a second opening: all but the day of a rest. Raises `Missing` for another host's."""
    opening = _opening(opening_id)
    if opening.host_id != host_id:
        raise Missing
    return {**shown_as_typed(opening, on=today()), "paused_until": None, "seen_version": None}


def _kinds() -> list[tuple[int, str]]:
    """The kinds of which a place can be made here. A secret refuge is made by whoever holds the right, elsewhere."""
    kinds = catalogue.list_kinds(session(), scope=current_actor().scope)
    return [
        (kind.id, kind.label)
        for kind in kinds
        if not kind.is_retired and kind.group in (KindGroup.WORK, KindGroup.TAKING_PART, KindGroup.HOUSING)
    ]


def _sent_form(host_id: int, opening: Opening | None) -> OpeningForm:
    _host(host_id)
    places = _places(host_id, opening, request.form.get("place_words", ""))
    return OpeningForm(places=places, kinds=_kinds())


def _looked_up(form: OpeningForm, host: Host, opening: Opening | None) -> str:
    """The same page with what was typed, and with the places that were found."""
    form.place_searched.data = form.place_words.data
    own = len(queries.list_places_of_host(session(), host.id, scope=current_actor().scope))
    return _entry_page(form, host, opening, found=max(len(form.place.choices or ()) - own - 1, 0))


def _places(host_id: int, opening: Opening | None, words: str) -> dict[int, str]:
    """What can be chosen: the host's own places, what was looked for, and what was chosen before."""
    scope = current_actor().scope
    own = queries.list_places_of_host(session(), host_id, scope=scope)
    found = _words_of(own)
    looked_for = normalise_text(words)
    if query_terms(looked_for):
        entries = catalogue.list_entries(session(), Filter(words=looked_for), scope=scope, most=FOUND_MOST)
        found |= _words_of([entry.resource for entry in entries])
    chosen = request.form.get("place", type=int)
    for key in (opening.resource_id if opening else None, chosen):
        if key is not None and key not in found:
            found |= _words_of([catalogue.get_resource(session(), key, scope=scope)])
    return found


def _words_of(places: Iterable[Resource]) -> dict[int, str]:
    return {
        place.id: f"{place.name}（{place.kind.label}"
        + (f"・{place.address}" if place.address and not place.is_refuge else "")
        + "）"
        for place in places
    }


def _entry_page(
    form: OpeningForm, host: Host, opening: Opening | None, *, is_copy: bool = False, found: int | None = None
) -> str:
    return render_template(
        "resources/openings/entry.html",
        form=form,
        host=host,
        opening=opening,
        is_copy=is_copy,
        found=found,
        parts=list(DayPart),
        slot_field=slot_field,
        **_WORDS,
    )
