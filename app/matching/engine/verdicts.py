"""Verdicts of all asked rules for all rows, and the evidence behind one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import DEFAULT_RULES, TownRules
from app.matching.engine.rules.catalogue import RULE_BY_ID, RULES
from app.matching.engine.rules.rule import Evidence, Inputs, Rule, Verdicts
from app.matching.vocabulary import RuleId, Verdict
from app.resources.engine.columns import CandidateColumns


@dataclass(frozen=True, eq=False)
class VerdictTable:
    """`values` has shape (rules, n): one row of `Verdict` codes for each rule that the profile asks."""

    rules: tuple[Rule, ...]
    values: Verdicts

    @cached_property
    def fails(self) -> NDArray[np.bool_]:
        """Bool of shape (rules, n)."""
        return np.asarray(self.values == Verdict.NO)

    @cached_property
    def fail_count(self) -> NDArray[np.int64]:
        """How many rules a row fails, shape (n,)."""
        return np.asarray(self.fails.sum(axis=0), dtype=np.int64)

    @cached_property
    def unknown_count(self) -> NDArray[np.int64]:
        """How many rules are open for a row, shape (n,)."""
        return np.asarray((self.values == Verdict.UNKNOWN).sum(axis=0), dtype=np.int64)

    @property
    def passes(self) -> NDArray[np.bool_]:
        """Rows that no rule forbids; open questions do not forbid. Shape (n,)."""
        return np.asarray(self.fail_count == 0)


def judge(rule: Rule, given: Inputs) -> Verdicts:
    """Verdicts of one rule, with what was answered where the catalogue does not know.

    An answer fills a gap and never overrules the catalogue: what the catalogue has learnt since is newer.
    """
    verdicts = rule.judge(given)
    for answer in given.profile.answers:
        if answer.rule is rule.id:
            row = given.columns.row_of(answer.resource_id, answer.opening_id)
            if row is not None and verdicts[row] == Verdict.UNKNOWN:
                verdicts[row] = Verdict.YES if answer.fits else Verdict.NO
    return verdicts


def judge_all(given: Inputs) -> VerdictTable:
    """Verdicts of every rule that the profile asks and the town uses. A light card is asked nothing: it passes them all."""
    rules = tuple(
        rule for rule in RULES if rule.id not in given.rules.left_out and rule.is_asked(given.profile)
    )
    values = np.empty((len(rules), len(given.columns)), dtype=np.uint8)
    for number, rule in enumerate(rules):
        values[number] = judge(rule, given)
    values[:, given.columns.is_light] = Verdict.YES
    return VerdictTable(rules, values)


def rules_not_used(given: Inputs) -> tuple[Rule, ...]:
    """Rules that the profile would ask, and that the town decided to leave out."""
    return tuple(rule for rule in RULES if rule.id in given.rules.left_out and rule.is_asked(given.profile))


def evidence(
    rule: RuleId,
    profile: NeedProfile,
    columns: CandidateColumns,
    row: int,
    *,
    rules: TownRules = DEFAULT_RULES,
) -> Evidence:
    """Judge one row anew and keep the values used.

    Raises:
        ValueError: the profile does not ask this rule.
    """
    asked = RULE_BY_ID[rule]
    if not asked.is_asked(profile):
        raise ValueError(f"the profile does not ask the rule {rule}")
    return evidence_of(asked, Inputs.of(profile, columns.take(np.array([row])), rules))


def evidence_of(rule: Rule, alone: Inputs) -> Evidence:
    """The same for inputs that hold this one row."""
    stated, verdict = Verdict(int(rule.judge(alone)[0])), Verdict(int(judge(rule, alone)[0]))
    wanted, found = rule.wanted(alone.profile), rule.found(alone, 0)
    text = rule.sentence(verdict, wanted, found)
    is_answered = stated is not verdict
    if is_answered:
        text = f"{rule.name}: 聞き取りでは「{verdict.label}」"
    return Evidence(rule.id, rule.name, rule.side, verdict, wanted, found, text, is_answered)
