"""Rules on the scales of the environment: the place's level may not be above the person's limit."""

from __future__ import annotations

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.rule import (
    UNKNOWN_WORDS,
    Fact,
    Inputs,
    Rule,
    Verdicts,
    verdicts_of,
)
from app.matching.vocabulary import RuleId, Side
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import Scale


def scale_rule(rule: RuleId, scale: Scale, side: Side) -> Rule:
    """The rule of one scale."""

    def judge(given: Inputs) -> Verdicts:
        level, limit = given.columns.levels[scale], given.profile.limits[scale]
        known = level != UNKNOWN
        return verdicts_of(known & (level <= limit), known & (level > limit))

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
