"""The paper for the person (候補票): the chosen places in easy words, without a score and without a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template, request

from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_team_members
from app.cases.guards import CASE_ID, TEAM
from app.clock import now, today
from app.matching import queries
from app.matching.engine import easy_paper
from app.matching.queries import ProposalView
from app.matching.routes.blueprint import blueprint, facts_of, note_read
from app.matching.vocabulary import ProposalState
from app.resources.engine import catalogue_rows, easy_words, week, wording
from app.resources.engine.candidates import NO_OPENING
from app.resources.engine.environment import plain_word
from app.resources.engine.traits import TakingPart
from app.resources.queries.candidates import list_tasks
from app.resources.queries.paper_places import PaperPlace, list_notes_of_openings, list_paper_places
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.web.paging import url_with
from app.web.transaction import session

ON_PAPER: Final = frozenset({ProposalState.DRAFT, ProposalState.SHOWN, ProposalState.AGREED})


@dataclass(frozen=True)
class Leaf:
    """One place on the paper. Marked texts carry their readings; the others are as they were written."""

    place: PaperPlace
    described: str | None
    task: str | None
    doing: tuple[str, ...]
    note: str | None
    when: tuple[str, ...]
    as_written: str | None
    pickup: str | None


@blueprint.get(f"/cases/{CASE_ID}/candidates/print")
@requires(*TEAM)
def print_candidates(case_id: str) -> str:
    """The paper that the person takes home, with readings where `easy=1` asks for them. Not for a protected household."""
    note_read(case_id, "candidates_paper")
    facts, scope, is_easy = facts_of(case_id), current_actor().scope, request.args.get("easy") == "1"
    chosen = [
        proposal
        for proposal in queries.list_proposals(session(), case_id, scope=scope)
        if proposal.state in ON_PAPER and not facts.is_protected
    ]
    need = queries.find_need(session(), case_id, scope=scope)
    members = {
        member.account_id: member.display_name
        for member in list_team_members(session(), facts.team_id, on=today())
    }
    leaves = _leaves(chosen)
    return render_template(
        "matching/paper.html",
        facts=facts,
        need=need,
        leaves=leaves,
        labelled=[leaf.place.name for leaf in leaves if easy_paper.labels_somebody(leaf.place.name)],
        by_what=easy_paper.BY[need.content.profile.travel_mode]
        if need and need.content.profile.travel_mode
        else None,
        asked=dict.fromkeys(members[one.owner_id] for one in chosen if one.owner_id in members),
        is_easy=is_easy,
        switch=url_with(easy=None if is_easy else 1),
        easy_words=easy_words,
        wording=wording,
    )


def _leaves(chosen: list[ProposalView]) -> list[Leaf]:
    scope = current_actor().scope
    openings = [proposal.opening_id for proposal in chosen if proposal.opening_id is not None]
    tasks = list_tasks(session(), openings, scope=scope)
    notes = list_notes_of_openings(session(), openings, scope=scope)
    slots = {
        slot.slot_id: slot for slot in list_free_slots(session(), at=now(), opening_ids=openings, scope=scope)
    }
    places = list_paper_places(session(), {proposal.resource_id for proposal in chosen}, scope=scope)
    return [
        _leaf(places[proposal.resource_id], proposal, tasks=tasks, notes=notes, slots=slots)
        for proposal in chosen
        if proposal.resource_id in places
    ]


def _leaf(
    place: PaperPlace,
    proposal: ProposalView,
    *,
    tasks: dict[int, str],
    notes: dict[int, str],
    slots: dict[int, FreeSlot],
) -> Leaf:
    kinds = catalogue_rows.taking_part_of(place.traits) or frozenset()
    slot = slots.get(proposal.slot_id) if proposal.slot_id is not None else None
    opening = NO_OPENING if proposal.opening_id is None else proposal.opening_id
    return Leaf(
        place=place,
        described=easy_paper.unlabelled(place.description),
        task=easy_paper.unlabelled(tasks.get(opening)),
        doing=tuple(easy_paper.DOING[kind] for kind in TakingPart if kind in kinds),
        note=easy_paper.unlabelled(notes.get(opening)),
        when=(_when(slot),) if slot else easy_words.easy_week(place.timetable, place.columns, today=today()),
        as_written=easy_paper.unlabelled(place.schedule_note) or week.schedule_text(place.columns.schedule),
        pickup=plain_word(place.pickup),
    )


def _when(slot: FreeSlot) -> str:
    hours = easy_words.easy_hours(slot.begins_minute, slot.ends_minute)
    return f"{easy_words.easy_weekday(slot.weekday)} {hours or easy_paper.PARTS_OF_DAY[slot.part]}"
