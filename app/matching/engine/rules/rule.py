"""What a rule is: a verdict for each row, the values behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import TownRules
from app.matching.engine.travel import Ways, measure_ways
from app.matching.vocabulary import RuleId, Side, Verdict
from app.resources.engine.columns import CandidateColumns

UNKNOWN_WORDS = "不明"

Verdicts = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Inputs:
    """What every rule and every part is computed from."""

    profile: NeedProfile
    columns: CandidateColumns
    ways: Ways

    @classmethod
    def of(cls, profile: NeedProfile, columns: CandidateColumns, rules: TownRules) -> Inputs:
        """Measure the ways and put everything together."""
        return cls(profile, columns, measure_ways(profile, columns, rules))

    @property
    def rules(self) -> TownRules:
        """What the town decided. The ways were measured by it, so one `Inputs` cannot hold two opinions."""
        return self.ways.rules

    def take(self, rows: NDArray[np.intp]) -> Inputs:
        """The same for some of the rows."""
        return Inputs.of(self.profile, self.columns.take(rows), self.rules)


@dataclass(frozen=True)
class Fact:
    """A value that a verdict used, and the words in which it is shown. `value` is None when it is not known."""

    value: float | int | str | bool | None
    words: str


@dataclass(frozen=True)
class Rule:
    """A hard limit. `fits`, `fails` and `asks` are sentences with `{wanted}` and `{found}` in them."""

    id: RuleId
    name: str
    side: Side
    fits: str
    fails: str
    asks: str
    is_asked: Callable[[NeedProfile], bool]
    judge: Callable[[Inputs], Verdicts]
    wanted: Callable[[NeedProfile], Fact]
    found: Callable[[Inputs, int], Fact]
    # What the profile itself lacks: whom to ask and what, once and not for each place. None where only hosts are asked.
    missing: Callable[[NeedProfile], tuple[Side, str] | None] = field(default=lambda _: None)

    def sentence(self, verdict: Verdict, wanted: Fact, found: Fact) -> str:
        """The verdict in plain Japanese: a pure function of the values."""
        template = {Verdict.YES: self.fits, Verdict.NO: self.fails, Verdict.UNKNOWN: self.asks}[verdict]
        return template.format(wanted=wanted.words, found=found.words)


@dataclass(frozen=True)
class Evidence:
    """Why one rule says what it says of one place, with the values used."""

    rule: RuleId
    name: str
    side: Side
    verdict: Verdict
    wanted: Fact
    found: Fact
    text: str
    # True when the catalogue did not know and somebody has answered the question since.
    is_answered: bool


def verdicts_of(yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> Verdicts:
    """YES, NO, or UNKNOWN where neither holds. `yes` and `no` may not hold at once."""
    return (int(Verdict.UNKNOWN) + yes.astype(np.uint8) - no.astype(np.uint8)).astype(np.uint8)


def number_words(value: float, unit: str) -> str:
    """「300円」 or 「1.5時間」: no more digits than the value has."""
    return f"{value:,.0f}{unit}" if value == int(value) else f"{value:,.1f}{unit}"
