"""The smallest changes: over all places, single steps and pairs of steps, by how many more places they open.

Counted are distinct places of which no row passes today. A place of which every opening is full has no seat for
anybody: the rule of the free seat forbids it as any rule does, so it is counted only by a change that is about the seat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from app.matching.engine.relaxation.effects import Effects
from app.matching.engine.relaxation.step import BY_HOST, Step
from app.matching.vocabulary import RuleId, Side

ASKED_FIRST: Final = (Side.SUPPORT, Side.HOST, Side.PROGRAMME, Side.PERSON)
"""Who is asked to change something: the person comes last."""

MOST_PAIRS: Final = 6


@dataclass(frozen=True)
class Change:
    """One step, or two, and what that opens: distinct places that do not pass today.

    `certain` of them leave no question open. Of a pair only the places are counted that neither step opens alone.
    `others` are further steps of the same rule and side that open the same.
    """

    steps: tuple[Step, ...]
    places: int
    certain: int
    resource_ids: tuple[int, ...]
    others: tuple[Step, ...] = ()

    @property
    def label(self) -> str:
        """The change in words, as a condition."""
        first, *further = self.steps
        return first.label + "".join(
            f"、さらに、{step.label.removeprefix(BY_HOST) if first.side is step.side else step.label}"
            for step in further
        )

    @property
    def side(self) -> Side:
        """Who makes it; of two the one who is asked last."""
        return max((step.side for step in self.steps), key=ASKED_FIRST.index)

    @property
    def rules(self) -> tuple[RuleId, ...]:
        """The rules that it touches."""
        return tuple(dict.fromkeys(rule for step in self.steps for rule in step.rules))

    def token(self, need_id: str) -> str:
        """Its name in an address of the pages of a need."""
        return "-".join(step.token(need_id) for step in self.steps)


def smallest_changes(effects: Effects) -> Mapping[Side, Sequence[Change]]:
    """Single steps that open at least one place, by side and within a side the most places first.

    More units of the same step are named only where they open more; steps of one rule that open the same places (any
    of several hours would do) stand together, the first of them for all.
    """
    found: dict[tuple[Side, RuleId, tuple[int, ...]], Change] = {}
    most: dict[str, int] = {}
    for number, step in enumerate(effects.steps):
        change = _change(effects, effects.opened_by(number), number)
        if change.places > most.get(step.family, 0):
            most[step.family] = change.places
            same = step.side, step.rules[0], change.resource_ids
            known = found.get(same)
            found[same] = replace(known, others=(*known.others, step)) if known else change
    return {
        side: tuple(sorted((change for change in found.values() if change.side is side), key=_order))
        for side in Side
    }


def smallest_pairs(effects: Effects) -> tuple[Change, ...]:
    """Pairs of steps of different rules, the most places first; each names a place that none before it named."""
    steps = effects.steps
    alone = [effects.with_places(effects.opened_by(number)) for number in range(len(steps))]
    able = [number for number in range(len(steps)) if effects.cleared[number]]
    opened: list[tuple[int, int, int, int]] = []
    for one, other in combinations(able, 2):
        if effects.touched[one] & effects.touched[other]:
            continue
        rows = effects.opened_by(one, other)
        if rows:
            rows &= ~(alone[one] | alone[other])
        if rows:
            opened.append((rows.bit_count(), rows, one, other))
    opened.sort(key=lambda pair: (-pair[0], _burden(steps[pair[2]], steps[pair[3]])))
    chosen: list[Change] = []
    told = 0
    for _, rows, one, other in opened:
        if rows & ~told:
            told |= effects.with_places(rows)
            chosen.append(_change(effects, rows, one, other))
        if len(chosen) == MOST_PAIRS:
            break
    return tuple(sorted(chosen, key=_order))


def changes_for(effects: Effects, row: int) -> tuple[Step, ...]:
    """Single steps that would let one row pass, who is asked first first; empty when it takes more than one.

    Empty as well for a row whose place passes by another row.
    """
    own = effects.set_of(row)
    fewest: dict[str, Step] = {}
    for number, step in enumerate(effects.steps):
        if effects.opened_by(number) & own:
            fewest.setdefault(step.family, step)
    return tuple(sorted(fewest.values(), key=lambda step: ASKED_FIRST.index(step.side)))


def step_named(effects: Effects, row: int, token: str, *, need_id: str) -> Step | None:
    """The step of this name that would let one row pass, None when it does not (any more)."""
    own = effects.set_of(row)
    for number, step in enumerate(effects.steps):
        if step.token(need_id) == token and effects.opened_by(number) & own:
            return step
    return None


def change_named(effects: Effects, token: str, *, need_id: str) -> Change | None:
    """The change of this name, None when the need or the catalogue no longer has it or it opens nothing."""
    numbers = {step.token(need_id): number for number, step in enumerate(effects.steps)}
    wanted = [numbers.get(name, -1) for name in token.split("-", 2)]
    if -1 in wanted or len(wanted) > 2:
        return None
    if len(wanted) == 2 and effects.touched[wanted[0]] & effects.touched[wanted[1]]:
        return None
    rows = effects.opened_by(*wanted)
    for number in wanted if len(wanted) == 2 else ():
        rows &= ~effects.with_places(effects.opened_by(number))
    return _change(effects, rows, *wanted) if rows else None


def _change(effects: Effects, rows: int, *steps: int) -> Change:
    return Change(
        steps=tuple(effects.steps[step] for step in steps),
        places=effects.count_places(rows),
        certain=effects.count_places(effects.settled_by(*steps) & rows),
        resource_ids=effects.resources_of(rows),
    )


def _order(change: Change) -> tuple[int, tuple[int, ...]]:
    return -change.places, _burden(*change.steps)


def _burden(*steps: Step) -> tuple[int, ...]:
    """How much is asked of whom: fewer steps of the person, then fewer units."""
    of_person = sum(step.side is Side.PERSON for step in steps)
    return of_person, sum(step.units for step in steps), sum(ASKED_FIRST.index(step.side) for step in steps)
