"""What a rule is: a verdict for each row, the values behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import TownRules
from app.matching.engine.travel import Ways, measure_ways
from app.matching.vocabulary import RuleId, Side, Verdict
from app.resources.engine.columns import UNKNOWN, CandidateColumns

UNKNOWN_WORDS: Final = "不明"

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
    """A value that a verdict used, and the words in which it is shown. `value` is None when it is not known.

    `is_rough` where it was measured from the middle of an area and not from the place itself.
    """

    value: float | int | str | bool | None
    words: str
    is_rough: bool = False


Sentence = str | Callable[[Fact, Fact], str]
"""A text with `{wanted}` and `{found}` in it, or what makes one of the two facts. Empty: nothing needs to be said."""


@dataclass(frozen=True)
class Rule:
    """A hard limit with its three sentences; `asked_of` is who can know what a place's row does not tell."""

    id: RuleId
    name: str
    side: Side
    fits: Sentence
    fails: Sentence
    asks: Sentence
    is_asked: Callable[[NeedProfile], bool]
    judge: Callable[[Inputs], Verdicts]
    wanted: Callable[[NeedProfile], Fact]
    found: Callable[[Inputs, int], Fact]
    # What the profile itself lacks: whom to ask and what, once and not for each place. None where only hosts are asked.
    missing: Callable[[NeedProfile], tuple[Side, str] | None] = field(default=lambda _: None)
    asked_of: Side = Side.HOST

    def sentence(self, verdict: Verdict, wanted: Fact, found: Fact) -> str:
        """The verdict in plain Japanese: a pure function of the values."""
        said = {Verdict.YES: self.fits, Verdict.NO: self.fails, Verdict.UNKNOWN: self.asks}[verdict]
        return (
            said.format(wanted=wanted.words, found=found.words)
            if isinstance(said, str)
            else said(wanted, found)
        )


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


def at_most(values: NDArray[np.integer[Any]], limit: int) -> Verdicts:
    """YES for values up to the limit, NO above it; of whole numbers, among which `columns.UNKNOWN` is not known."""
    known = values != UNKNOWN
    return verdicts_of(known & (values <= limit), known & (values > limit))


def number_words(value: float, unit: str) -> str:
    """「300円」 or 「1.5時間」: no more digits than the value has."""
    return f"{value:,.0f}{unit}" if value == int(value) else f"{value:,.1f}{unit}"
