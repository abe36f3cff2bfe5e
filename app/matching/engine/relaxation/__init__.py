"""What each limit costs, and the smallest changes that would let more places pass, by who can make them."""

from app.matching.engine.relaxation.catalogue import steps_of
from app.matching.engine.relaxation.changes import (
    ASKED_FIRST,
    Change,
    change_named,
    changes_for,
    smallest_changes,
    smallest_pairs,
    step_named,
)
from app.matching.engine.relaxation.costs import LimitCost, limit_costs
from app.matching.engine.relaxation.effects import Effects
from app.matching.engine.relaxation.step import Asked, Step
from app.matching.engine.relaxation.ways_on import deciding_questions, just_out_of_reach

__all__ = [
    "ASKED_FIRST",
    "Asked",
    "Change",
    "Effects",
    "LimitCost",
    "Step",
    "change_named",
    "changes_for",
    "deciding_questions",
    "just_out_of_reach",
    "limit_costs",
    "smallest_changes",
    "smallest_pairs",
    "step_named",
    "steps_of",
]
