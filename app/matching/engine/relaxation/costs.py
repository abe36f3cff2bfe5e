"""What each limit costs: how many places more there would be without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.matcher import Match
from app.matching.vocabulary import RuleId


@dataclass(frozen=True)
class LimitCost:
    """How many places more would pass if this one rule were lifted, with its name and what is wanted in words.

    `failing` counts the places that fail it at all, `places` those that fail nothing else.
    """

    rule: RuleId
    name: str
    wanted: str
    places: int
    failing: int


def limit_costs(outcome: Match) -> tuple[LimitCost, ...]:
    """The cost of every asked rule, dearest first; rules that cost nothing are in the list with 0."""
    verdicts = outcome.verdicts
    alone = verdicts.fail_count == 1
    costs = (
        LimitCost(
            rule=rule.id,
            name=rule.name,
            wanted=rule.wanted(outcome.profile).words,
            places=_count_new(outcome, fails & alone),
            failing=_count_new(outcome, fails),
        )
        for rule, fails in zip(verdicts.rules, verdicts.fails, strict=True)
    )
    return tuple(sorted(costs, key=lambda cost: -cost.places))


def _count_new(outcome: Match, rows: NDArray[np.bool_]) -> int:
    """How many places have one of the rows and none that passes already."""
    found = np.zeros_like(outcome.open_places)
    found[outcome.columns.place[rows]] = True
    return int((found & ~outcome.open_places).sum())
