"""What each limit costs: how many places more there would be without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.matcher import Match
from app.matching.vocabulary import RuleId, Side


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
