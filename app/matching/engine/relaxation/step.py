"""What a step is: one small change in units that somebody can say yes to, and what a lead may carry of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from app.matching.engine.profile import NeedProfile
from app.matching.engine.tokens import token_of
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import TakingPart

BY_HOST: Final = "受け入れ先が、"
"""How the words of a step begin that a host makes; of two such steps it is said once."""

NeedChange = Callable[[NeedProfile], NeedProfile]
PlaceChange = Callable[[CandidateColumns], CandidateColumns]

WAY_RULES: Final = (RuleId.TRAVEL, RuleId.PICKUP, RuleId.LAST_BUS)
"""Rules that judge how somebody gets there; who drives, and whether anybody has to go at all, moves them together."""
HOURS_RULES: Final = (RuleId.HOURS, RuleId.WEEKLY_HOURS, RuleId.LAST_BUS)
"""Rules that judge what is shared of the week."""


@dataclass(frozen=True)
class Asked:
    """What a host is asked for, in words that fit everybody: no more than the unit of one step.

    It becomes a lead that many read, so it never holds a whole week, and nothing from which health, sex or
    language of whoever is meant could be guessed.
    """

    words: str
    slots: int | None = None
    kinds: frozenset[TakingPart] = frozenset()


@dataclass(frozen=True)
class Step:
    """One small change that may let more places pass.

    `need` is what it does to the need and `place` what it does to every place; applied to both and matched anew, it
    opens what was named and nothing else. `rules` are all rules that may judge otherwise afterwards, the one that it
    belongs to first. Steps of one `family` are the same change in more or fewer `units`. `asked` is what a lead would
    carry, None where nobody can be asked for it.
    """

    side: Side
    family: str
    label: str
    rules: tuple[RuleId, ...]
    units: int = 1
    # Two steps of one name do the same, though they were made at two times.
    need: NeedChange | None = field(default=None, compare=False, repr=False)
    place: PlaceChange | None = field(default=None, compare=False, repr=False)
    asked: Asked | None = None

    @property
    def key(self) -> str:
        """Its name among all steps."""
        return f"{self.family}.{self.units}"

    def token(self, need_id: str) -> str:
        """Its name in an address of the pages of a need."""
        return token_of(self.key, need_id=need_id)

    def need_after(self, profile: NeedProfile) -> NeedProfile:
        """The need once the step is made."""
        return self.need(profile) if self.need else profile

    def places_after(self, columns: CandidateColumns) -> CandidateColumns:
        """The places once the step is made."""
        return self.place(columns) if self.place else columns


StepsOf = Callable[[NeedProfile], Iterable[Step]]
"""The steps that one rule has to offer for a need."""
