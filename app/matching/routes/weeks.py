"""A week of up to three places: what fits beside what, which wish each place serves, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template

from app.accounts.guards import current_actor, requires
from app.cases.guards import CASE_ID, TEAM
from app.clock import now
from app.matching import queries
from app.matching.engine import week_words
from app.matching.engine.combining import MOST_PLACES, Combination, Entry, Week, combine
from app.matching.engine.explanation import Reason, explain
from app.matching.engine.matcher import Match
from app.matching.engine.week_pool import WeekWish, for_a_week
from app.matching.engine.week_words import Filled
from app.matching.queries import NeedFacts
from app.matching.routes.asked_week import AskedWeek, asked_week
from app.matching.routes.blueprint import blueprint, facts_of, note_read, places_to_avoid, running_of
from app.matching.vocabulary import PartId, RuleId
from app.resources.engine import week as week_text
from app.resources.engine import wording
from app.resources.engine.candidates import NO_OPENING
from app.resources.engine.traits import ALL_SLOTS, slot_bit, slot_labels, slot_number
from app.resources.engine.week import hours_text
from app.resources.queries import candidates
from app.resources.queries.candidates import PlaceCard
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.resources.vocabulary import WEEKDAYS, DayPart
from app.web.transaction import session

MOST_LIGHT: Final = 4
MOST_REASONS: Final = 2

# Of these the page speaks by itself: what the place serves, when, and how fresh our own record is.
_SAID_ELSEWHERE: Final = (PartId.PURPOSE, PartId.TIME, PartId.FRESHNESS)


@dataclass(frozen=True)
class Stop:
    """One place of a week."""

    place: PlaceCard
    task: str
    opening_id: int | None
    slot_id: int | None
    when: str
    hours: str
    role: str
    length: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    questions: tuple[str, ...]
    other_slots: tuple[str, ...]
    proposal_id: str | None
    pin_url: str | None
    loosen_url: str | None
    drop_url: str


@dataclass(frozen=True)
class Part:
    """A part of a day: who is met then, and whether the person has time."""

    label: str
    stop: Stop | None
    is_free: bool


@dataclass(frozen=True)
class Suggestion:
    """One week, by days and by places."""

    days: tuple[tuple[str, tuple[Part, ...]], ...]
    stops: tuple[Stop, ...]
    hours: Filled
    times: Filled
    served: str
    not_served: str
    not_known: str
    ways: tuple[str, ...]
    questions: tuple[str, ...]


@blueprint.get(f"/cases/{CASE_ID}/week")
@requires(*TEAM)
def show_week(case_id: str) -> str:
    """Up to three weeks side by side. Nothing is written but that it was read."""
    note_read(case_id, "week")
    facts, scope, asked = facts_of(case_id), current_actor().scope, asked_week()
    need = queries.find_need(session(), case_id, scope=scope)
    if need is None:
        return render_template("matching/no_need.html", facts=facts)
    wished = need.content.profile
    profile = for_a_week(facts.completed(wished, places_to_avoid(facts.person_id)))
    outcome = queries.get_match(session(), profile, at=now(), scope=scope)
    found = combine(
        outcome,
        WeekWish.of(wished),
        pinned=asked.pinned,
        left_out=asked.left_out,
        most=asked.most,
    )
    light = [outcome.key_of(row)[0] for row in outcome.light[:MOST_LIGHT].tolist()]
    desk = _desk(outcome, found, [*light, *asked.pinned, *asked.left_out], asked, facts)
    return render_template(
        "matching/week.html",
        facts=facts,
        need=need,
        found=found,
        asked=asked,
        suggestions=[
            desk.suggestion(one, WeekWish.of(wished), covers_ways=facts.is_protected)
            for one in found.combinations
            if all(outcome.key_of(row)[0] in desk.places for row in one.rows)
        ],
        pins=desk.names(asked.pinned),
        dropped=desk.names(asked.left_out),
        lost=[name for resource_id, name, _ in desk.names(asked.pinned) if resource_id in found.lost_pins],
        light=[
            (desk.places[resource_id], outcome.distance_of(row))
            for resource_id, row in zip(light, outcome.light.tolist(), strict=False)
            if resource_id in desk.places
        ],
        fewer_url=asked.holding(2).address(case_id) if asked.most == MOST_PLACES else None,
        more_url=asked.holding(MOST_PLACES).address(case_id) if asked.most < MOST_PLACES else None,
        week=week_text,
        wording=wording,
    )


@dataclass(frozen=True)
class _Desk:
    """What is needed to lay out weeks: names of places and tasks, free seats, and what is under way already."""

    outcome: Match
    places: Mapping[int, PlaceCard]
    tasks: Mapping[int, str]
    slots: Mapping[tuple[int, int], FreeSlot]
    running: Mapping[int, str]
    asked: AskedWeek
    case_id: str

    def names(self, resource_ids: Iterable[int]) -> list[tuple[int, str, str]]:
        """Places of the address: id, name, and the page on which it is neither pinned nor left out."""
        return [
            (
                one,
                self.places[one].name if one in self.places else "この場",
                self.asked.loosened(one).address(self.case_id),
            )
            for one in resource_ids
        ]

    def suggestion(self, found: Combination, wish: WeekWish, *, covers_ways: bool) -> Suggestion:
        """One week as the page shows it. Where ways are covered no distance from home is told."""
        stops = {entry.slot: self._stop(found, entry, covers_ways=covers_ways) for entry in found.entries}
        free = self.outcome.profile.free_slots
        open_to = ALL_SLOTS if free is None else free
        left = week_words.uncovered(self.outcome, found)
        return Suggestion(
            days=tuple(
                (
                    name,
                    tuple(
                        Part(
                            part.label,
                            stops.get(slot_number(weekday, part)),
                            bool(open_to & slot_bit(weekday, part)),
                        )
                        for part in DayPart
                    ),
                )
                for weekday, name in enumerate(WEEKDAYS)
            ),
            stops=tuple(stops.values()),
            hours=week_words.hours_filled(found, wish),
            times=week_words.times_filled(found, wish),
            served=week_words.quoted(week_words.in_order(self.outcome, found.served)),
            not_served=week_words.quoted(left.no),
            not_known=week_words.quoted(left.unknown),
            ways=tuple(
                week_words.leg_text(
                    self.outcome,
                    leg,
                    first=self._place(leg.first).name,
                    second=self._place(leg.second).name,
                )
                for leg in found.legs
            ),
            questions=self._shared_questions(found),
        )

    def _place(self, row: int) -> PlaceCard:
        return self.places[self.outcome.key_of(row)[0]]

    def _stop(self, found: Combination, entry: Entry, *, covers_ways: bool) -> Stop:
        resource_id, opening = self.outcome.key_of(entry.row)
        explained = explain(self.outcome, entry.row)
        place, slot = self.places[resource_id], self.slots.get((opening, entry.slot))
        hidden = (*_SAID_ELSEWHERE, PartId.TRAVEL) if covers_ways else _SAID_ELSEWHERE
        is_pinned = resource_id in self.asked.pinned
        asks_of_all = any(question.rule is RuleId.LAST_BUS for question in explained.questions)
        is_home_open = entry.row in found.open_homes and not asks_of_all
        if slot is None:
            hours = hours_text(place.opens_minute, place.closes_minute)
        else:
            hours = hours_text(slot.begins_minute, slot.ends_minute)
        return Stop(
            place=place,
            task=self.tasks.get(opening, ""),
            opening_id=None if opening == NO_OPENING else opening,
            slot_id=slot.slot_id if slot else None,
            when=slot_labels(1 << entry.slot)[0],
            hours=hours or "",
            role=week_words.role_text(self.outcome, found, entry),
            length=week_words.length_text(self.outcome, entry.row),
            reasons_for=_texts(explained.reasons_for, hidden),
            reasons_against=_texts(explained.reasons_against, hidden),
            questions=(
                *(
                    asked.text
                    for asked in explained.questions
                    if asked.resource_id is not None and not (covers_ways and asked.rule is RuleId.TRAVEL)
                ),
                *([week_words.home_text(self.outcome, entry)] if is_home_open else []),
            ),
            other_slots=week_words.other_slots(self.outcome, entry),
            proposal_id=self.running.get(resource_id),
            pin_url=None if is_pinned else self.asked.with_place(resource_id).address(self.case_id),
            loosen_url=self.asked.loosened(resource_id).address(self.case_id) if is_pinned else None,
            drop_url=self.asked.without_place(resource_id).address(self.case_id),
        )

    def _shared_questions(self, found: Combination) -> tuple[str, ...]:
        """What is asked of the person or the supporters concerns every place and is said once."""
        said = (
            f"{question.text}（{question.asked_of.label}に聞く）"
            for row in found.rows
            for question in explain(self.outcome, row).questions
            if question.resource_id is None
        )
        return tuple(dict.fromkeys(said))


def _desk(outcome: Match, found: Week, besides: Sequence[int], asked: AskedWeek, facts: NeedFacts) -> _Desk:
    """Fetch the names of what is shown, in as many statements however much it is."""
    scope = current_actor().scope
    keys = [outcome.key_of(row) for one in found.combinations for row in one.rows]
    openings = {opening for _, opening in keys} - {NO_OPENING}
    return _Desk(
        outcome=outcome,
        places=candidates.list_place_cards(
            session(), {*besides, *(resource for resource, _ in keys)}, scope=scope
        ),
        tasks=candidates.list_tasks(session(), openings, scope=scope),
        slots={
            (slot.opening_id, slot_number(slot.weekday, slot.part)): slot
            for slot in list_free_slots(session(), at=now(), opening_ids=openings, scope=scope)
            if slot.free
        },
        running=running_of(facts),
        asked=asked,
        case_id=facts.case_id,
    )


def _texts(reasons: Iterable[Reason], hidden: Sequence[PartId]) -> tuple[str, ...]:
    return tuple(reason.text for reason in reasons if reason.source not in hidden)[:MOST_REASONS]
