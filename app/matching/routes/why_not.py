"""Why the other places do not fit, the smallest changes, and what to do where nothing fits. Who is asked last is the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request

from app.accounts.guards import current_actor
from app.development.queries.rule_leads import RuleLead, list_open_rule_leads
from app.development.vocabulary.leads import LEAD_ROLES
from app.matching.engine.explanation import Question, explain
from app.matching.engine.matcher import Match
from app.matching.engine.relaxation import (
    ASKED_FIRST,
    Change,
    Effects,
    Step,
    change_named,
    changes_for,
    deciding_questions,
    just_out_of_reach,
    smallest_changes,
    smallest_pairs,
)
from app.matching.engine.rules.person import travel_fact
from app.matching.engine.rules.rule import Evidence
from app.matching.routes.cards import Group, openings_of, place_groups
from app.matching.vocabulary import Side
from app.resources.engine.candidates import NO_OPENING
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import SLOT_COUNT
from app.resources.queries import candidates, whom_to_ask
from app.resources.queries.candidates import PlaceCard
from app.resources.queries.whom_to_ask import PlaceArea
from app.web.paging import url_with
from app.web.transaction import session

FALLEN_SIZE: Final = 10
MOST_CHANGES: Final = 4
MOST_LINES: Final = 4
MOST_FAR: Final = 5
MOST_QUESTIONS: Final = 3
_PARTS_OF_DAY: Final = SLOT_COUNT // 7
LIST: Final = "#fallen-title"


@dataclass(frozen=True)
class StepLine:
    """Steps of one rule and side that would let a place in: the first in words, how many others would do as well.

    `offers` are what a lead could ask for, by the token of its step; empty where no lead comes of it.
    """

    side: Side
    label: str
    others: int
    offers: tuple[tuple[str, str], ...]
    lead: RuleLead | None


@dataclass(frozen=True)
class Fallen:
    """A place that fell out, with the rules that failed and what would let it in."""

    place: PlaceCard
    opening_id: int | None
    task: str
    host: str | None
    failed: tuple[Evidence, ...]
    lines: tuple[StepLine, ...]


@dataclass(frozen=True)
class FarPlace:
    """A place that fails nothing but the way there."""

    place: PlaceCard
    way: str
    district: str | None


@dataclass(frozen=True)
class WaysOn:
    """What to do where nothing fits, in this order. Empty parts are left out on the page."""

    is_catalogue_empty: bool
    has_no_time: bool
    questions: Sequence[tuple[Question, int]]
    change: tuple[Change, str] | None
    lead: tuple[Fallen, StepLine] | None
    far: Sequence[FarPlace]


@dataclass(frozen=True)
class _Town:
    """Names of what is shown, fetched in as many statements however much it is."""

    places: dict[int, PlaceCard]
    tasks: dict[int, str]
    hosts: dict[int, tuple[int, str]]
    areas: dict[int, PlaceArea]
    leads: dict[tuple[str, int | None, int | None], RuleLead]

    def lead_of(self, rule: str, opening_id: int, resource_id: int) -> RuleLead | None:
        """The lead that is under way for a rule at a row: that of its host, or of the place where there is none."""
        host = self.hosts.get(opening_id)
        return self.leads.get((rule, host[0], None) if host else (rule, None, resource_id))


def why_not(outcome: Match, *, need_id: str, is_trial: bool) -> dict[str, Any]:
    """What the lower half of the page shows. Of a need that is only tried out no lead is offered."""
    effects = Effects.of(outcome)
    narrowed = change_named(effects, request.args.get("change", ""), need_id=need_id)
    all_groups = place_groups(outcome, outcome.fallen, besides=outcome.ranked)
    groups = _narrowed(all_groups, effects, narrowed)
    singles = smallest_changes(effects)
    number = _asked_page(len(groups))
    shown = groups[(number - 1) * FALLEN_SIZE : number * FALLEN_SIZE]
    is_nothing = not outcome.ranked.size and not outcome.profile.wants_nothing
    far = just_out_of_reach(outcome, most=MOST_FAR).tolist() if is_nothing else []
    by_hosts = singles[Side.HOST] if is_nothing else ()
    asked = _narrowed(all_groups, effects, by_hosts[0])[:1] if by_hosts else []
    town = _town(outcome, [*shown, *asked], far)
    may_lead = not is_trial and current_actor().holds(*LEAD_ROLES)
    drawn = {
        group: _fallen(outcome, effects, group, town, need_id=need_id, may_lead=may_lead)
        for group in (*shown, *asked)
        if group.resource_id in town.places
    }
    changes = {
        side: [(change, _address(change, need_id)) for change in singles[side][:MOST_CHANGES]]
        for side in ASKED_FIRST
        if singles[side]
    }
    return {
        "fallen": [drawn[group] for group in shown if group in drawn],
        "fallen_total": len(groups),
        "fallen_next": _page_address(number + 1) if number * FALLEN_SIZE < len(groups) else None,
        "fallen_previous": _page_address(number - 1) if number > 1 else None,
        "narrowed": narrowed,
        "all_fallen": url_with(change=None, fallen=None) + LIST,
        "changes": changes,
        "pairs": [(pair, _address(pair, need_id)) for pair in smallest_pairs(effects)],
        "ways_on": _ways_on(outcome, town, far, changes, [drawn[group] for group in asked if group in drawn])
        if is_nothing
        else None,
    }


def _narrowed(groups: list[Group], effects: Effects, change: Change | None) -> list[Group]:
    """The places that a change names, each by a row that it opens; all of them without a change."""
    if change is None:
        return groups
    named = set(change.resource_ids)
    keys = {step.key for step in change.steps}
    opened = effects.opened_by(*(number for number, step in enumerate(effects.steps) if step.key in keys))
    found = []
    for group in groups:
        if group.resource_id in named:
            rows = sorted(group.rows, key=lambda row: not effects.set_of(row) & opened)
            found.append(Group(group.resource_id, tuple(rows)))
    return found


def _asked_page(total: int) -> int:
    text = request.args.get("fallen", "")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    return min(max(asked, 1), max(1, -(-total // FALLEN_SIZE)))


def _address(change: Change, need_id: str) -> str:
    return url_with(change=change.token(need_id), fallen=None) + LIST


def _page_address(number: int) -> str:
    return url_with(fallen=number) + LIST


def _town(outcome: Match, shown: Sequence[Group], far: Sequence[int]) -> _Town:
    scope = current_actor().scope
    openings = openings_of(outcome, shown)
    distant = {outcome.key_of(row)[0] for row in far}
    fallen = {group.resource_id for group in shown}
    hosts = whom_to_ask.list_hosts_of(session(), openings, scope=scope) if openings else {}
    leads: Sequence[RuleLead] = ()
    if fallen and current_actor().holds(*LEAD_ROLES):
        asked = {host for host, _ in hosts.values()}
        leads = list_open_rule_leads(session(), host_ids=asked, resource_ids=fallen, scope=scope)
    resources = fallen | distant
    return _Town(
        places=candidates.list_place_cards(session(), resources, scope=scope) if resources else {},
        tasks=candidates.list_tasks(session(), openings, scope=scope) if openings else {},
        hosts=hosts,
        areas=whom_to_ask.list_place_areas(session(), distant, scope=scope) if distant else {},
        leads={lead.key: lead for lead in reversed(leads)},
    )


def _fallen(
    outcome: Match, effects: Effects, group: Group, town: _Town, *, need_id: str, may_lead: bool
) -> Fallen:
    row = group.rows[0]
    opening = outcome.key_of(row)[1]
    host = town.hosts.get(opening)
    steps = changes_for(effects, row)
    lines = _lines(outcome, row, steps, town, need_id=need_id, may_lead=may_lead)
    return Fallen(
        place=town.places[group.resource_id],
        opening_id=None if opening == NO_OPENING else opening,
        task=town.tasks.get(opening, ""),
        host=host[1] if host else None,
        failed=explain(outcome, row).failed,
        lines=tuple(lines)[:MOST_LINES],
    )


def _lines(
    outcome: Match, row: int, steps: Sequence[Step], town: _Town, *, need_id: str, may_lead: bool
) -> Iterable[StepLine]:
    resource, opening = outcome.key_of(row)
    own_hours = int(outcome.columns.slots[row])
    groups: dict[tuple[Side, str], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.side, step.rules[0].value), []).append(step)
    for (side, rule), found in groups.items():
        # Of several hours those come first on whose day the place is open anyway: it is the smaller favour.
        found.sort(key=lambda step: not _is_open_that_day(own_hours, step))
        lead = town.lead_of(rule, opening, resource)
        offers = {step.asked.words: step.token(need_id) for step in found if step.asked and may_lead}
        yield StepLine(
            side=side,
            label=found[0].label,
            others=len(found) - 1,
            offers=tuple((token, words) for words, token in offers.items()),
            lead=lead if offers else None,
        )


def _is_open_that_day(hours: int, step: Step) -> bool:
    if step.asked is None or step.asked.slots is None or hours == UNKNOWN:
        return False
    day = (step.asked.slots.bit_length() - 1) // _PARTS_OF_DAY
    return bool(hours >> (day * _PARTS_OF_DAY) & ((1 << _PARTS_OF_DAY) - 1))


def _ways_on(
    outcome: Match,
    town: _Town,
    far: Sequence[int],
    changes: dict[Side, list[tuple[Change, str]]],
    asked: Sequence[Fallen],
) -> WaysOn:
    leads = [(one, line) for one in asked for line in one.lines if line.offers]
    return WaysOn(
        is_catalogue_empty=not len(outcome.columns),
        has_no_time=outcome.profile.free_slots == 0,
        questions=deciding_questions(outcome)[:MOST_QUESTIONS],
        change=next((found[0] for found in changes.values()), None),
        lead=leads[0] if leads else None,
        far=[
            FarPlace(town.places[key], travel_fact(outcome.given, row).words, _district(town, key))
            for row in far
            if (key := outcome.key_of(row)[0]) in town.places
        ],
    )


def _district(town: _Town, resource_id: int) -> str | None:
    area = town.areas.get(resource_id)
    return area.district if area else None
