"""Taking part: its start from a case, its page, its stages and its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.cases import queries as cases
from app.cases.guards import CASE_ID, TEAM, note_case_read
from app.clock import now, today
from app.followup import queries, service
from app.followup.forms import EndForm, FindPlaceForm, StageForm, StartForm
from app.followup.policies import NO_BASIS
from app.followup.routes.blueprint import PLACEMENT_ID, blueprint, label_of, places_of, places_to_avoid
from app.followup.vocabulary import Party, Stage
from app.matching import queries as matching
from app.matching.vocabulary import holder_of
from app.resources.queries import catalogue, openings
from app.resources.queries.criteria import Filter
from app.resources.queries.seats import list_free_slots, list_reservations
from app.resources.vocabulary import ResourceState, SeatReason
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import Form, put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import session

MOST_PLACES = 20
MOST_VISITS = 10
_NOT_OFFERED = frozenset({SeatReason.OPENING_ENDED, SeatReason.NO_SEATS})


@blueprint.get(f"/cases/{CASE_ID}/placements/new")
@requires(*TEAM)
def find_place(case_id: str) -> str:
    """The first step of a start: which place. Nothing of the person stands in the address."""
    scope, label = current_actor().scope, label_of(case_id)
    form = FindPlaceForm(request.args)
    words = (form.q.data or "").strip() if form.validate() else ""
    found = (
        catalogue.list_entries(session(), Filter(words=words), scope=scope, most=MOST_PLACES) if words else []
    )
    return render_template(
        "followup/find_place.html",
        form=form,
        words=words,
        places=[entry.resource for entry in found if entry.resource.state is ResourceState.ACTIVE],
        case_id=case_id,
        case=label,
        basis=cases.find_basis(session(), case_id, on=today(), scope=scope),
        no_basis=NO_BASIS,
        most=MOST_PLACES,
    )


@blueprint.get(f"/cases/{CASE_ID}/placements/new/<int:resource_id>")
@requires(*TEAM)
def show_start(case_id: str, resource_id: int) -> str:
    """The second step: from when, at which stage, on which seats."""
    return _start_page(_empty_form(), case_id, resource_id)


@blueprint.post(f"/cases/{CASE_ID}/placements/new/<int:resource_id>")
@requires(*TEAM)
def start(case_id: str, resource_id: int) -> ResponseReturnValue:
    """Begin."""
    return _start(case_id, resource_id, None)


@blueprint.get("/proposals/<string(length=22):proposal_id>/start")
@requires(*TEAM)
def show_start_of_proposal(proposal_id: str) -> str:
    """The same, from a proposal to which both sides have said yes: place and seat are known."""
    proposal = matching.get_proposal(session(), proposal_id, scope=current_actor().scope)
    form = _empty_form([proposal.slot_id] if proposal.slot_id else [])
    return _start_page(form, proposal.case_id, proposal.resource_id, proposal_id)


@blueprint.post("/proposals/<string(length=22):proposal_id>/start")
@requires(*TEAM)
def start_from_proposal(proposal_id: str) -> ResponseReturnValue:
    """Begin what was proposed."""
    proposal = matching.get_proposal(session(), proposal_id, scope=current_actor().scope)
    return _start(proposal.case_id, proposal.resource_id, proposal_id)


def _empty_form(slot_ids: Sequence[int] = ()) -> StartForm:
    return StartForm(
        formdata=None,
        data={"stage": Stage.VISIT, "starts_on": today(), "slot_ids": list(slot_ids)},
    )


def _start(case_id: str, resource_id: int, proposal_id: str | None) -> ResponseReturnValue:
    actor, form = current_actor(), StartForm()
    slots = _slots(resource_id, proposal_id)
    form.offer({slot_id: text for slot_id, _, text in slots})
    person_id = cases.get_own_case(session(), case_id, scope=actor.scope).person_id
    if form.validate():
        chosen = set(form.slot_ids.data or ())
        of_openings = {opening_id for slot_id, opening_id, _ in slots if slot_id in chosen}
        try:
            placement_id = service.start_placement(
                session(),
                case_id=case_id,
                resource_id=resource_id,
                # Seats of two openings are refused by the service: they are not all in the first one.
                opening_id=min(of_openings, default=None),
                slot_ids=chosen,
                stage=form.stage.data,
                starts_on=form.starts_on.data or today(),
                avoided=places_to_avoid(person_id),
                proposal_id=proposal_id,
                by=actor,
                at=now(),
            )
        except Refused as refusal:
            session().rollback()
            put_refusal_on(form, refusal)
        else:
            say("参加を始めました。これからの連絡を、本人と受け入れ先に分けて予定に入れました。")
            return go_to(url_for("followup.show_placement", placement_id=placement_id))
    return _start_page(form, case_id, resource_id, proposal_id), 422


@blueprint.get(f"/placements/{PLACEMENT_ID}")
@requires(*TEAM)
def show_placement(placement_id: str) -> str:
    """One placement: its steps, both sides' contacts, its visits, and what can be done."""
    scope = current_actor().scope
    placement = queries.get_placement(session(), placement_id, scope=scope)
    note_case_read(placement.case_id)
    return render_template("followup/placement.html", **_placement_page(placement_id))


@blueprint.post(f"/placements/{PLACEMENT_ID}/stage")
@requires(*TEAM)
def move_stage(placement_id: str) -> ResponseReturnValue:
    """Another stage, in any direction."""
    form = StageForm(prefix="stage")
    return _act(
        placement_id,
        form,
        lambda: service.move_stage(
            session(),
            placement_id=placement_id,
            stage=form.stage.data,
            on=form.on.data or today(),
            by=current_actor(),
            at=now(),
        ),
        "段階を変えました。",
        stage_form=form,
    )


@blueprint.post(f"/placements/{PLACEMENT_ID}/end")
@requires(*TEAM)
def end(placement_id: str) -> ResponseReturnValue:
    """The end, with its reason and side."""
    form = EndForm(prefix="end")
    return _act(
        placement_id,
        form,
        lambda: service.end_placement(
            session(),
            placement_id=placement_id,
            reason=form.reason.data,
            cause=form.cause.data,
            on=form.on.data or today(),
            by=current_actor(),
            at=now(),
        ),
        "参加を終えました。お礼の連絡を1回、予定に残しています。",
        end_form=form,
    )


def _act(
    placement_id: str, form: Form, act: Callable[[], None], done: str, **forms: Form
) -> ResponseReturnValue:
    """Do what a form on the page asks for, or show the page again with that form open."""
    queries.get_placement(session(), placement_id, scope=current_actor().scope)
    if form.validate():
        try:
            act()
        except Refused as refusal:
            session().rollback()
            put_refusal_on(form, refusal)
        else:
            say(done)
            return go_to(url_for("followup.show_placement", placement_id=placement_id))
    return render_template("followup/placement.html", **_placement_page(placement_id, **forms)), 422


def _placement_page(
    placement_id: str, stage_form: Form | None = None, end_form: Form | None = None
) -> dict[str, Any]:
    scope = current_actor().scope
    placement = queries.get_placement(session(), placement_id, scope=scope)
    label = label_of(placement.case_id)
    planned = queries.list_planned(session(), placement.case_id, placement_id=placement.id, scope=scope)
    visits = queries.list_visits(
        session(), placement.case_id, placement_id=placement.id, most=MOST_VISITS, scope=scope
    )
    return {
        "placement": placement,
        "case": label,
        "place": places_of([placement.resource_id]).of(placement.resource_id, label),
        "planned": {
            party: [
                (contact, queries.list_moves(session(), contact, scope=scope))
                for contact in planned
                if contact.party is party
            ]
            for party in Party
        },
        "visits": visits,
        "workers": queries.list_worker_names(session(), scope=scope),
        "is_over": placement.stage is Stage.ENDED,
        "stage_form": stage_form or StageForm(formdata=None, prefix="stage", data={"on": today()}),
        "end_form": end_form or EndForm(formdata=None, prefix="end", data={"on": today()}),
    }


def _slots(resource_id: int, proposal_id: str | None) -> list[tuple[int, int, str]]:
    """The seats of a place: slot, opening, and how it is said. What a proposal holds is free for its own start."""
    scope = current_actor().scope
    offered = {
        opening.id: opening.task
        for opening in openings.list_openings(session(), resource_ids=[resource_id], scope=scope)
    }
    own = set[int]()
    if proposal_id is not None:
        held = list_reservations(session(), holder=holder_of(proposal_id), scope=scope)
        own = {seat.slot_id for seat in held if seat.held_until is not None and seat.held_until > now()}
    found = []
    for slot in list_free_slots(session(), at=now(), opening_ids=offered, scope=scope):
        # What is no longer offered is not shown to new people.
        if slot.slot_id not in own and slot.answer.why in _NOT_OFFERED:
            continue
        words = "この提案でおさえています" if slot.slot_id in own else slot.words
        found.append((slot.slot_id, slot.opening_id, f"{offered[slot.opening_id]}　{slot.when}　{words}"))
    return found


def _start_page(form: StartForm, case_id: str, resource_id: int, proposal_id: str | None = None) -> str:
    scope, label = current_actor().scope, label_of(case_id)
    slots: Sequence[tuple[int, int, str]] = _slots(resource_id, proposal_id)
    form.offer({slot_id: text for slot_id, _, text in slots})
    return render_template(
        "followup/start.html",
        form=form,
        resource=catalogue.get_resource(session(), resource_id, scope=scope),
        case_id=case_id,
        case=label,
        basis=cases.find_basis(session(), case_id, on=today(), scope=scope),
        no_basis=NO_BASIS,
        has_slots=bool(slots),
    )
