"""The candidates of a case: what fits and why, what does not, what would change it; and the paper for the person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.cases.guards import CASE_ID, TEAM
from app.clock import now, today
from app.matching import queries, service
from app.matching.engine.explanation import questions
from app.matching.engine.matcher import Match
from app.matching.engine.preview import can_be_lifted, limits_named, token_of_limit, without
from app.matching.engine.relaxation import limit_costs
from app.matching.engine.rules.catalogue import RULE_BY_ID
from app.matching.forms.proposals import AnswerForm, ProposeForm
from app.matching.queries import NeedFacts, NeedView
from app.matching.routes.asked_week import asked_week
from app.matching.routes.blueprint import (
    blueprint,
    facts_of,
    note_read,
    places_to_avoid,
    running_of,
    standing_of,
)
from app.matching.routes.cards import Board, Group, openings_of, place_groups
from app.matching.routes.why_not import why_not
from app.matching.vocabulary import RuleId
from app.resources.engine import week, wording
from app.resources.engine.freshness import Freshness
from app.resources.policies import KEEPERS
from app.resources.queries import candidates
from app.resources.queries.freshness import get_opening_states
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.htmx import go_to
from app.web.paging import Page, page_number, url_with
from app.web.transaction import session

PAGE_SIZE: Final = 20
MOST_LIGHT: Final = 6


@blueprint.get(f"/cases/{CASE_ID}/candidates")
@requires(*TEAM)
def show_candidates(case_id: str) -> str:
    """The places that fit, and what keeps the others away. Nothing is written but that it was read."""
    note_read(case_id, "candidates")
    facts, scope = facts_of(case_id), current_actor().scope
    need = queries.find_need(session(), case_id, scope=scope)
    if need is None:
        draft = queries.find_need(session(), case_id, with_drafts=True, scope=scope)
        return render_template("matching/no_need.html", facts=facts, draft=draft)
    profile = facts.completed(need.content.profile, places_to_avoid(facts.person_id))
    left_out = set(request.args.getlist("without"))
    lifted = limits_named(left_out, need_id=need.need_id)
    for rule in lifted:
        profile = without(profile, rule)
    outcome = queries.get_match(session(), profile, at=now(), scope=scope)
    below = why_not(outcome, need_id=need.need_id, is_trial=bool(lifted))
    return render_template(
        "matching/candidates.html",
        facts=facts,
        need=need,
        profile=profile,
        lifted=[(rule, RULE_BY_ID[rule].name, _address_without({*lifted} - {rule}, need)) for rule in lifted],
        # The address names what this need does not have: it was made for another version of it, or things have changed.
        is_outdated=len(left_out) > len(lifted) or ("change" in request.args and below["narrowed"] is None),
        **_lists(outcome, need, facts),
        **_conditions(outcome, lifted, need),
        **below,
    )


def _address_without(rules: Iterable[RuleId], need: NeedView) -> str:
    """This page with these limits left out, for looking alone."""
    tokens = sorted(token_of_limit(rule, need_id=need.need_id) for rule in rules)
    return url_with(without=tokens or None, change=None, fallen=None, page=None)


def _lists(outcome: Match, need: NeedView, facts: NeedFacts) -> dict[str, Any]:
    """What fits, and the light cards beside it."""
    ranked = place_groups(outcome, outcome.ranked)
    light = outcome.light[:MOST_LIGHT].tolist()
    number = page_number()
    shown = ranked[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    board = _board(outcome, shown, light, facts)
    first = (number - 1) * PAGE_SIZE + 1
    cards = [
        board.card(group, position)
        for position, group in enumerate(shown, start=first)
        if group.resource_id in board.places
    ]
    asked = [
        (question, places)
        for question, places in questions(outcome, first=PAGE_SIZE)
        if question.resource_id is None
    ]
    return {
        "page": Page(cards, len(ranked), number, PAGE_SIZE),
        "light": [
            (board.places[outcome.key_of(row)[0]], outcome.distance_of(row))
            for row in light
            if outcome.key_of(row)[0] in board.places
        ],
        "chosen": len(board.running),
        "questions": asked,
        "open_points": need.content.open_points,
        "stale": sum(state is Freshness.STALE for state in board.freshness.values()),
        "may_confirm": current_actor().holds(*KEEPERS),
        "week": week,
        "wording": wording,
    }


def _board(outcome: Match, groups: list[Group], light: Iterable[int], facts: NeedFacts) -> Board:
    """Fetch the names of what is shown, in as many statements however much it is."""
    scope = current_actor().scope
    openings = openings_of(outcome, groups)
    slots: dict[int, list[FreeSlot]] = {}
    for slot in list_free_slots(session(), at=now(), opening_ids=openings, scope=scope):
        slots.setdefault(slot.opening_id, []).append(slot)
    resources = {group.resource_id for group in groups} | {outcome.key_of(row)[0] for row in light}
    return Board(
        outcome=outcome,
        places=candidates.list_place_cards(session(), resources, scope=scope),
        tasks=candidates.list_tasks(session(), openings, scope=scope),
        slots=slots,
        running=running_of(facts),
        freshness=get_opening_states(session(), on=today(), scope=scope),
        standing=standing_of(resource_ids=resources, opening_ids=openings),
    )


def _conditions(outcome: Match, lifted: tuple[RuleId, ...], need: NeedView) -> dict[str, Any]:
    """What each limit costs."""
    costs = [
        (cost, _address_without([*lifted, cost.rule], need) if can_be_lifted(cost.rule) else None)
        for cost in limit_costs(outcome)
    ]
    return {
        "costs": costs,
        "not_used": outcome.not_used,
        "rules_version": outcome.rules_version,
    }


@blueprint.post(f"/cases/{CASE_ID}/candidates/answers")
@requires(*TEAM)
def answer_question(case_id: str) -> ResponseReturnValue:
    """Keep an answer to a 不明, in a new version of the need."""
    form, facts = AnswerForm(), facts_of(case_id)
    if not form.validate():
        say("答えを選んでください。", Tone.WARNING)
        return go_to(url_for("matching.show_candidates", case_id=case_id))
    try:
        service.answer_question(
            session(),
            case_id=case_id,
            rule=RuleId(form.rule.data),
            resource_id=form.resource_id.data,
            opening_id=form.opening_id.data,
            fits=form.fits.data == "yes",
            seen_version=form.seen_version.data or 0,
            avoided=places_to_avoid(facts.person_id),
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
    else:
        say("答えを記録し、候補を並べ直しました。")
    return go_to(url_for("matching.show_candidates", case_id=case_id))


@blueprint.post(f"/cases/{CASE_ID}/proposals")
@requires(*TEAM)
def propose(case_id: str) -> ResponseReturnValue:
    """Propose a place to the person."""
    form, facts = ProposeForm(), facts_of(case_id)
    in_week = bool(form.in_week.data)
    back = asked_week().address(case_id) if in_week else url_for("matching.show_candidates", case_id=case_id)
    if not form.validate() or form.resource_id.data is None:
        say("場を選び直してください。", Tone.WARNING)
        return go_to(back)
    try:
        service.propose_place(
            session(),
            case_id=case_id,
            resource_id=form.resource_id.data,
            opening_id=form.opening_id.data,
            slot_id=form.slot_id.data,
            in_week=in_week,
            avoided=places_to_avoid(facts.person_id),
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
        return go_to(back)
    say("本人に見せる場に加えました。選び終えたら、候補票を印刷できます。")
    return go_to(back)
