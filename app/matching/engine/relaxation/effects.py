"""What steps do to rows, as sets of bits, so that thousands of pairs of steps cost no more than a few sums.

A set of rows is one integer of Python: bit `k` is row `rows[k]`. Two such sets are met in well under a microsecond,
whatever NumPy would spend on calling its function alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.matcher import Match
from app.matching.engine.relaxation.catalogue import steps_of
from app.matching.engine.relaxation.step import Step
from app.matching.engine.rules.rule import Inputs, Verdicts
from app.matching.engine.verdicts import judge
from app.matching.vocabulary import Verdict


@dataclass(frozen=True, eq=False)
class Effects:
    """For the rows that one or two steps could open: which rules they fail, and what each step does about it.

    `touched[s]` has the bit of every rule (by its number in `outcome.verdicts.rules`) that step `s` judges anew;
    `cleared[s]` are the rows that failed one of these and fail none of them afterwards, `settled[s]` those of them
    where none is open either. `failing[r]` and `unsure[r]` are the rows that rule `r` forbids or leaves open today.
    """

    outcome: Match
    rows: NDArray[np.intp]
    steps: tuple[Step, ...]
    touched: tuple[int, ...]
    cleared: tuple[int, ...]
    settled: tuple[int, ...]
    failing: tuple[int, ...]
    unsure: tuple[int, ...]
    _failing_besides: dict[int, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, outcome: Match) -> Effects:
        """Judge anew, for each step of the catalogue, the rows that it could open."""
        steps, rules = steps_of(outcome), outcome.verdicts.rules
        touched = tuple(
            sum(1 << number for number, rule in enumerate(rules) if rule.id in step.rules) for step in steps
        )
        rows = _near_rows(outcome, frozenset(touched))
        before = outcome.verdicts.values[:, rows]
        worst = _worst_after(outcome, rows, steps, touched)
        return cls(
            outcome=outcome,
            rows=rows,
            steps=steps,
            touched=touched,
            cleared=tuple(_packed(verdicts > Verdict.NO) for verdicts in worst),
            settled=tuple(_packed(verdicts == Verdict.YES) for verdicts in worst),
            failing=tuple(_packed(verdicts == Verdict.NO) for verdicts in before),
            unsure=tuple(_packed(verdicts == Verdict.UNKNOWN) for verdicts in before),
        )

    def opened_by(self, *steps: int) -> int:
        """The rows that no rule forbids once these steps are made. No two of them may touch the same rule."""
        rules, cleared = 0, -1
        for step in steps:
            rules |= self.touched[step]
            cleared &= self.cleared[step]
        if not cleared:
            return 0
        if rules not in self._failing_besides:
            self._failing_besides[rules] = _besides(self.failing, rules)
        return cleared & ~self._failing_besides[rules]

    def settled_by(self, *steps: int) -> int:
        """The same, without the rows that leave a question open."""
        rules, settled = 0, self.opened_by(*steps)
        for step in steps:
            rules |= self.touched[step]
            settled &= self.settled[step]
        return settled & ~_besides(self.unsure, rules)

    @cached_property
    def _place_of(self) -> NDArray[np.intp]:
        """The place of each row, numbered from 0 among these rows."""
        return np.asarray(np.unique(self.outcome.columns.place[self.rows], return_inverse=True)[1])

    def count_places(self, rows: int) -> int:
        """How many distinct places a set of rows has."""
        return int(np.unique(self._place_of[_unpacked(rows, self.rows.size)]).size) if rows else 0

    def resources_of(self, rows: int) -> tuple[int, ...]:
        """The keys of the same places, ascending."""
        if not rows:
            return ()
        ids = self.outcome.columns.resource_id[self.rows[_unpacked(rows, self.rows.size)]]
        return tuple(np.unique(ids).tolist())

    def with_places(self, rows: int) -> int:
        """The set with all further rows of its places."""
        if not rows:
            return 0
        found = np.zeros(self.rows.size, dtype=np.bool_)
        found[self._place_of[_unpacked(rows, self.rows.size)]] = True
        return _packed(found[self._place_of])

    def set_of(self, row: int) -> int:
        """The set of one row of the outcome, empty where no one or two steps could open it."""
        bit = int(np.searchsorted(self.rows, row))
        return 1 << bit if bit < self.rows.size and self.rows[bit] == row else 0


def _near_rows(outcome: Match, touched: frozenset[int]) -> NDArray[np.intp]:
    """Rows of places that do not pass yet, where every failed rule is touched by one of at most two steps."""
    rules = len(outcome.verdicts.rules)
    numbers = np.arange(rules, dtype=np.int64)[:, None]
    failed = (outcome.verdicts.fails.astype(np.int64) << numbers).sum(axis=0)
    kinds, kind_of = np.unique(failed, return_inverse=True)
    can = np.zeros(kinds.size, dtype=np.bool_)
    for rest in {((1 << rules) - 1) & ~(one | other) for one in touched for other in touched}:
        can |= (kinds & np.int64(rest)) == 0
    return np.flatnonzero(can[kind_of] & (failed != 0) & ~outcome.open_places[outcome.columns.place])


def _worst_after(
    outcome: Match, rows: NDArray[np.intp], steps: Sequence[Step], touched: Sequence[int]
) -> list[Verdicts]:
    """For each step the worst verdict of the rules that it touches; NO where none of these fails today."""
    found = []
    failed = outcome.verdicts.fails[:, rows]
    inputs: dict[int, tuple[NDArray[np.intp], Inputs]] = {}
    for step, rules in zip(steps, touched, strict=True):
        if rules not in inputs:
            numbers = [number for number in range(len(failed)) if rules >> number & 1]
            concerned = np.flatnonzero(failed[numbers].any(axis=0))
            inputs[rules] = concerned, _only(outcome, rows[concerned])
        concerned, given = inputs[rules]
        worst = np.full(rows.size, Verdict.NO, dtype=np.uint8)
        worst[concerned] = _after(outcome, given, step)
        found.append(worst)
    return found


def _only(outcome: Match, rows: NDArray[np.intp]) -> Inputs:
    # Nothing that a step changes moves a place, so the ways stay as they were measured.
    ways = outcome.given.ways
    near = replace(ways, metres=ways.metres[rows], radius_m=ways.radius_m[rows])
    return replace(outcome.given, columns=outcome.columns.take(rows), ways=near)


def _after(outcome: Match, given: Inputs, step: Step) -> Verdicts:
    changed = replace(given, profile=step.need_after(given.profile), columns=step.places_after(given.columns))
    worst = np.full(len(given.columns), Verdict.YES, dtype=np.uint8)
    for rule in outcome.verdicts.rules:
        if rule.id in step.rules and rule.is_asked(changed.profile):
            worst = np.minimum(worst, judge(rule, changed))
    return worst


def _besides(sets: Sequence[int], rules: int) -> int:
    """The rows that stand in the set of any rule but these."""
    found = 0
    for number, rows in enumerate(sets):
        if not rules >> number & 1:
            found |= rows
    return found


def _packed(rows: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(rows, bitorder="little").tobytes(), "little")


def _unpacked(rows: int, size: int) -> NDArray[np.bool_]:
    octets = np.frombuffer(rows.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(octets, bitorder="little", count=size).astype(np.bool_)
