"""What each limit of a need costs, counted for what stands in a form; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from app.accounts.vocabulary import Scope
from app.matching import queries
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import LimitCost, limit_costs
from app.matching.forms.needs import NeedForm
from app.matching.vocabulary import RuleId
from app.web.transaction import OpenSession

SPOTS: Final[Mapping[str, tuple[RuleId, ...]]] = MappingProxyType(
    {
        "kinds": (RuleId.KIND,),
        "gap": (RuleId.GAP,),
        "hours": (RuleId.HOURS,),
        "often": (RuleId.FREQUENCY, RuleId.WEEKLY_HOURS, RuleId.STAY),
        "way": (RuleId.TRAVEL, RuleId.PICKUP),
        "last_bus": (RuleId.LAST_BUS,),
        "environment": (RuleId.NOISE, RuleId.INTERACTION, RuleId.LOAD, RuleId.PACE, RuleId.PEOPLE),
        "musts": (RuleId.LOOK_AROUND, RuleId.ANONYMOUS, RuleId.LEAVE_MIDWAY, RuleId.COMPANION, RuleId.REMOTE),
        "staff": (RuleId.STAFF,),
        "access": (RuleId.ACCESS,),
        "language": (RuleId.LANGUAGE,),
        "fee": (RuleId.FEE,),
    }
)
"""Where in the form a limit shows its cost. What no field asks (空き、保険 …) stands in the sum alone."""

_SPOT_OF_FIELD: Final = {
    "kinds_now": "kinds",
    "free_slots": "hours",
    "min_hours_per_week": "often",
    "longest_stay_minutes": "often",
    "travel_minutes": "way",
    "leaves_by": "last_bus",
    "people_limit": "environment",
    "must_nots": "staff",
    "fee_limit_yen": "fee",
}


@dataclass(frozen=True)
class Problem:
    """Something that cannot stand: at which field (empty for the form as a whole), and what to do."""

    field: str
    label: str
    message: str


@dataclass(frozen=True)
class Counted:
    """What stands beside the form. With `problems` nothing could be counted."""

    problems: tuple[Problem, ...] = ()
    # Nothing is searched for somebody who wishes things as they are, and nothing is found where there is no place.
    wants_nothing: bool = False
    is_empty: bool = False
    has_no_time: bool = False
    fitting: int = 0
    # Of those that fit, how many leave something to be asked.
    uncertain: int = 0
    light: int = 0
    # Dearest first.
    lines: Mapping[RuleId, LimitCost] = field(default_factory=dict)

    @property
    def dear(self) -> list[LimitCost]:
        """The limits that alone keep any place away, the dearest first."""
        return [line for line in self.lines.values() if line.places]

    def of_spot(self, name: str) -> list[LimitCost]:
        """The limits of one spot that any place fails, the dearest first."""
        return [line for rule, line in self.lines.items() if rule in SPOTS[name] and line.failing]

    def problems_of(self, name: str) -> list[str]:
        """What cannot stand at one spot."""
        return [problem.message for problem in self.problems if _SPOT_OF_FIELD.get(problem.field) == name]


def problems_of(form: NeedForm) -> tuple[Problem, ...]:
    """What a form that was read says of its fields."""
    return (
        *(Problem("", "", str(message)) for message in form.form_errors),
        *(
            Problem(each.name, each.label.text, " ".join(map(str, each.errors)))
            for each in form
            if each.errors
        ),
    )


def count(session: OpenSession, profile: NeedProfile, *, at: datetime, scope: Scope) -> Counted:
    """Count for a completed profile: the same pass as the candidates, whom the person must not meet left out."""
    if profile.wants_nothing:
        return Counted(wants_nothing=True)
    outcome = queries.get_match(session, profile, at=at, scope=scope)
    if not len(outcome.columns):
        return Counted(is_empty=True)
    is_sure = outcome.verdicts.unknown_count[outcome.ranked] == 0
    fitting, sure = outcome.count_places(outcome.ranked), outcome.count_places(outcome.ranked[is_sure])
    return Counted(
        has_no_time=profile.free_slots == 0,
        fitting=fitting,
        uncertain=fitting - sure,
        light=outcome.count_places(outcome.light),
        lines={cost.rule: cost for cost in limit_costs(outcome)},
    )
