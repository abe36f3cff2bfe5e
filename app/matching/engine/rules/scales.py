"""Rules on the scales of the environment: the place's level may not be above the person's limit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.rule import (
    UNKNOWN_WORDS,
    Fact,
    Inputs,
    Rule,
    Verdicts,
    at_most,
)
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import Scale

SCALE_OF: Final[Mapping[RuleId, Scale]] = MappingProxyType(
    {
        RuleId.NOISE: Scale.NOISE,
        RuleId.INTERACTION: Scale.INTERACTION,
        RuleId.LOAD: Scale.LOAD,
        RuleId.PACE: Scale.PACE,
    }
)
"""Which scale each of these rules compares."""


def scale_rule(rule: RuleId, side: Side) -> Rule:
    """The rule of one scale."""
    scale = SCALE_OF[rule]

    def judge(given: Inputs) -> Verdicts:
        return at_most(given.columns.levels[scale], given.profile.limits[scale])

    def wanted(profile: NeedProfile) -> Fact:
        limit = profile.limits[scale]
        return Fact(limit, f"「{scale.level_label(limit)}」まで")

    def found(given: Inputs, row: int) -> Fact:
        level = int(given.columns.levels[scale, row])
        return Fact(None, UNKNOWN_WORDS) if level == UNKNOWN else Fact(level, scale.level_label(level))

    return Rule(
        id=rule,
        name=scale.label,
        side=side,
        fits=f"{scale.label}は「{{found}}」で、望み（{{wanted}}）に収まる",
        fails=f"{scale.label}は「{{found}}」で、望み（{{wanted}}）を超える",
        asks=f"{scale.label}はどのくらいか（{{wanted}}を望む）",
        is_asked=lambda profile: scale in profile.limits,
        judge=judge,
        wanted=wanted,
        found=found,
    )
