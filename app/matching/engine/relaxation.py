"""What each limit costs, and the smallest single changes that would let more places pass, by who can make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.matcher import Match
from app.matching.engine.rules.rule import Inputs, Rule, Step, Verdicts
from app.matching.engine.verdicts import VerdictTable, judge
from app.matching.vocabulary import RuleId, Side, Verdict


@dataclass(frozen=True)
class LimitCost:
    """How many places more would pass if this one rule were lifted.

    `failing` counts the places that fail it at all, `places` those that fail nothing else.
    """

    rule: RuleId
    name: str
    side: Side
    places: int
    failing: int


@dataclass(frozen=True)
class Change:
    """One step and what it opens: distinct places that do not pass today. `certain` of them leave no question open."""

    side: Side
    label: str
    rules: tuple[RuleId, ...]
    places: int
    certain: int
    resource_ids: tuple[int, ...]


def limit_costs(outcome: Match) -> tuple[LimitCost, ...]:
    """The cost of every asked rule, dearest first; rules that cost nothing are in the list with 0."""
    verdicts = outcome.verdicts
    alone = verdicts.fail_count == 1
    costs = []
    for place, rule in enumerate(verdicts.rules):
        fails = verdicts.fails[place]
        opened, failing = _new_places(outcome, fails & alone), _new_places(outcome, fails)
        costs.append(LimitCost(rule.id, rule.name, rule.side, int(opened.sum()), int(failing.sum())))
    return tuple(sorted(costs, key=lambda cost: -cost.places))


def _new_places(outcome: Match, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Places that have one of the rows and none that passes already: bool, indexed by `columns.place`."""
    place = outcome.columns.place
    found = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.bool_)
    found[place[rows]] = True
    found[place[outcome.verdicts.passes]] = False
    return found


def _resource_ids(outcome: Match, places: NDArray[np.bool_]) -> tuple[int, ...]:
    ids = outcome.columns.resource_id[places[outcome.columns.place]]
    return tuple(np.unique(ids).tolist())


def passes_after(outcome: Match, step: Step) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows that pass once a step is made, and those of them without an open question: two bools of shape (n,).

    A step only adds: what passed before still does, since nobody has to make use of a lift that is offered.
    """
    verdicts = outcome.verdicts
    # Only what the step touches is judged anew; of the other rules it is enough to know how many fail or are open.
    failing, unknown = verdicts.fail_count.copy(), verdicts.unknown_count.copy()
    for place, rule in enumerate(verdicts.rules):
        if rule.id in step.rules:
            before = verdicts.values[place]
            after = _verdicts_after(outcome, rule, before, step)
            failing += (after == Verdict.NO).astype(np.int64) - (before == Verdict.NO)
            unknown += (after == Verdict.UNKNOWN).astype(np.int64) - (before == Verdict.UNKNOWN)
    passes = failing == 0
    return passes, passes & (unknown == 0)


def _verdicts_after(outcome: Match, rule: Rule, before: Verdicts, step: Step) -> Verdicts:
    if step.profile is None:
        return np.where(before == Verdict.NO, np.uint8(Verdict.YES), before)
    if not rule.is_asked(step.profile):
        return np.full_like(before, Verdict.YES)
    given = Inputs(step.profile, outcome.columns, outcome.given.ways)
    return np.maximum(before, judge(rule, given))


def steps_of(outcome: Match) -> tuple[Step, ...]:
    """Every single step that an asked rule which anybody fails has to offer, each once."""
    steps: dict[str, Step] = {}
    for place, rule in enumerate(outcome.verdicts.rules):
        if outcome.verdicts.fails[place].any():
            for step in rule.steps(outcome.profile):
                steps.setdefault(step.label, step)
    return tuple(steps.values())


def smallest_changes(outcome: Match) -> Mapping[Side, Sequence[Change]]:
    """Single steps that open at least one place, by side and within a side the most places first."""
    found: dict[Side, list[Change]] = {side: [] for side in Side}
    for step in steps_of(outcome):
        passes, certain = passes_after(outcome, step)
        opened = _new_places(outcome, passes & ~outcome.verdicts.passes)
        if opened.any():
            sure = _new_places(outcome, certain & ~outcome.verdicts.passes)
            found[step.side].append(
                Change(
                    side=step.side,
                    label=step.label,
                    rules=step.rules,
                    places=int(opened.sum()),
                    certain=int(sure.sum()),
                    resource_ids=_resource_ids(outcome, opened),
                )
            )
    return {
        side: tuple(sorted(changes, key=lambda change: -change.places)) for side, changes in found.items()
    }


def changes_for(outcome: Match, row: int) -> tuple[Step, ...]:
    """Single steps that would let this one place pass; empty when it takes more than one."""
    place = np.array([row])
    given = Inputs.of(outcome.profile, outcome.columns.take(place))
    table = VerdictTable(outcome.verdicts.rules, outcome.verdicts.values[:, place])
    alone = replace(outcome, given=given, verdicts=table)
    return tuple(step for step in steps_of(alone) if passes_after(alone, step)[0][0])
