"""What the pages of candidates show, put together from what the engine said. No sentence about a place is made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.explanation import Explanation, Question, Reason, explain
from app.matching.engine.matcher import Match
from app.matching.engine.rule_set import POINT
from app.matching.engine.standing import FEWEST_PEOPLE, exposure_words
from app.matching.queries import Standing
from app.matching.vocabulary import PartId, RuleId, Side
from app.resources.engine.candidates import NO_OPENING
from app.resources.engine.freshness import Freshness
from app.resources.engine.traits import slot_bit
from app.resources.queries.candidates import PlaceCard
from app.resources.queries.seats import FreeSlot

MOST_REASONS: Final = 4


@dataclass(frozen=True)
class Bar:
    """One part of a score: where it begins in the bar, how long it is, and the words and numbers that it stands for."""

    part: PartId
    start: float
    width: float
    spare: float
    most: float
    name: str
    text: str
    note: str

    @property
    def points(self) -> str:
        """The points as they are written: a range where something is not known."""
        low, high = round(self.width), round(self.width + self.spare)
        return f"{low}" if low == high else f"{low}〜{high}"


@dataclass(frozen=True)
class Group:
    """A place with the rows that stand for it: the best first, then its other openings."""

    resource_id: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Card:
    """One place of the list."""

    place: PlaceCard
    position: int
    opening_id: int | None
    task: str
    explained: Explanation
    way: str
    bars: tuple[Bar, ...]
    slots: tuple[tuple[int, str, bool], ...]
    others: tuple[tuple[int | None, str], ...]
    proposal_id: str | None
    # What is amiss with the host's word on the opening: it is old, or nobody has ever asked.
    caution: str | None
    # How the host answers other teams, None for a place without one; to how many of their people it was proposed.
    answers: str | None
    exposure: str
    # Whether either says anything; that there is too little to tell stands among the details.
    stands_out: bool

    @property
    def total(self) -> str:
        """The sum of the parts, a range where something is not known."""
        low, high = (round(value / POINT) for value in (self.explained.total_low, self.explained.total_high))
        return f"{low}" if low == high else f"{low}〜{high}"

    @property
    def attainable(self) -> int:
        """What a place could reach for this need."""
        return round(self.explained.attainable / POINT)

    @property
    def asked(self) -> Mapping[Side, list[Question]]:
        """What is to be found out about this place alone, by who can know it."""
        own = [question for question in self.explained.questions if question.resource_id is not None]
        found = {side: [question for question in own if question.asked_of is side] for side in Side}
        return {side: asked for side, asked in found.items() if asked}

    @property
    def reasons_for(self) -> tuple[Reason, ...]:
        """The weightiest of what speaks for it; freshness is our own affair and stands among the details."""
        return tuple(_said(self.explained.reasons_for))[:MOST_REASONS]

    @property
    def reasons_against(self) -> tuple[Reason, ...]:
        """The weightiest of what speaks against it."""
        return tuple(_said(self.explained.reasons_against))[:MOST_REASONS]

    @property
    def reasons_unknown(self) -> tuple[Reason, ...]:
        """What is not known."""
        return tuple(_said(self.explained.reasons_unknown))


def _said(reasons: Iterable[Reason]) -> Iterable[Reason]:
    # How far it is stands at the head of the card already.
    return (reason for reason in reasons if reason.source not in (PartId.TRAVEL, PartId.FRESHNESS))


@dataclass(frozen=True)
class Board:
    """What is needed to draw cards: names of places and tasks, free seats, and what is under way already."""

    outcome: Match
    places: Mapping[int, PlaceCard]
    tasks: Mapping[int, str]
    slots: Mapping[int, Sequence[FreeSlot]]
    # What is under way already, by place.
    running: Mapping[int, str]
    # Where the confirmation of each opening stands.
    freshness: Mapping[int, Freshness]
    # What stands beside the scores. It is asked for after everything has its place and its points.
    standing: Standing

    def card(self, group: Group, position: int) -> Card:
        """The card of a place that fits."""
        row = group.rows[0]
        explained = explain(self.outcome, row)
        _, opening = self.outcome.key_of(row)
        free = self.outcome.profile.free_slots
        record, people = self.standing.hosts.get(opening), self.standing.people.get(group.resource_id, 0)
        return Card(
            place=self.places[group.resource_id],
            position=position,
            opening_id=None if opening == NO_OPENING else opening,
            task=self.tasks.get(opening, ""),
            explained=explained,
            way=_way(explained),
            bars=_bars(explained),
            slots=_slots(self.slots.get(opening, ()), free),
            others=tuple(self._other(row) for row in group.rows[1:]),
            proposal_id=self.running.get(group.resource_id),
            caution=self.freshness.get(opening, Freshness.FRESH).caution,
            answers=record.words if record else None,
            exposure=exposure_words(people),
            stands_out=bool(record and record.tenths is not None) or people >= FEWEST_PEOPLE,
        )

    def _other(self, row: int) -> tuple[int | None, str]:
        opening = self.outcome.key_of(row)[1]
        return (None if opening == NO_OPENING else opening), self.tasks.get(opening, "")


def place_groups(
    outcome: Match, rows: NDArray[np.intp], *, besides: NDArray[np.intp] | None = None
) -> list[Group]:
    """Put the rows of one place together, in the order of its best; `besides` are rows whose places are left out."""
    hidden = set() if besides is None else set(outcome.columns.resource_id[besides].tolist())
    found: dict[int, list[int]] = {}
    for row, resource in zip(rows.tolist(), outcome.columns.resource_id[rows].tolist(), strict=True):
        if resource not in hidden:
            found.setdefault(resource, []).append(row)
    return [Group(resource, tuple(own)) for resource, own in found.items()]


def openings_of(outcome: Match, groups: Iterable[Group]) -> set[int]:
    """The openings that stand behind these places."""
    found = {outcome.key_of(row)[1] for group in groups for row in group.rows}
    return found - {NO_OPENING}


def _way(explained: Explanation) -> str:
    """How far it is, in the words of the rule that judged it or of the part that weighed it."""
    judged = (*explained.kept, *explained.failed)
    told = [evidence.found.words for evidence in judged if evidence.rule is RuleId.TRAVEL]
    weighed = [
        reason.text.removeprefix("道のりは") for reason in explained.parts if reason.source is PartId.TRAVEL
    ]
    return next(iter((*told, *weighed)), "")


def _bars(explained: Explanation) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    start = 0.0
    for reason in explained.parts:
        assert isinstance(reason.source, PartId)
        width, spare = reason.low / POINT, (reason.high - reason.low) / POINT
        bars.append(
            Bar(
                part=reason.source,
                start=start,
                width=width,
                spare=spare,
                most=reason.most / POINT,
                name=reason.name,
                text=reason.text,
                note=reason.note,
            )
        )
        start += width + spare
    return tuple(bars)


def slot_name(slot: FreeSlot) -> str:
    """「火曜 午前 9:30〜11:30　あと2人」, or why nobody can begin."""
    return f"{slot.when}　{slot.words}"


def _slots(slots: Sequence[FreeSlot], free: int | None) -> tuple[tuple[int, str, bool], ...]:
    """The slots with a free seat: (id, words, whether the person has time then), those first."""
    found = [
        (slot.slot_id, slot_name(slot), free is None or bool(free & slot_bit(slot.weekday, slot.part)))
        for slot in slots
        if slot.free
    ]
    return tuple(sorted(found, key=lambda slot: not slot[2]))
