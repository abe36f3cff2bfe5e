"""A profile as if one limit had never been named: for looking at what it keeps away, never for saving."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from app.matching.engine.profile import STAFF, NeedProfile
from app.matching.engine.rules.host import FEATURE_OF
from app.matching.engine.rules.scales import SCALE_OF
from app.matching.engine.tokens import token_of
from app.matching.vocabulary import RuleId
from app.resources.engine.traits import Feature, Scale

Lift = Callable[[NeedProfile], NeedProfile]


def _of_scale(scale: Scale) -> Lift:
    def lift(profile: NeedProfile) -> NeedProfile:
        # What was a limit stays a wish: the preview shows more places, and still the gentler ones first.
        limits = {known: level for known, level in profile.limits.items() if known is not scale}
        wishes = {known: level for known, level in profile.limits.items() if known is scale}
        return replace(profile, limits=limits, wishes={**wishes, **profile.wishes})

    return lift


def _of_feature(feature: Feature) -> Lift:
    return lambda profile: replace(profile, musts=profile.musts - {feature})


_LIFTS: Final[Mapping[RuleId, Lift]] = {
    RuleId.HOURS: lambda profile: replace(profile, free_slots=None),
    RuleId.FREQUENCY: lambda profile: replace(profile, min_weeks_per_month=None),
    RuleId.WEEKLY_HOURS: lambda profile: replace(profile, min_hours_per_week=None),
    RuleId.STAY: lambda profile: replace(profile, longest_stay_minutes=None),
    RuleId.TRAVEL: lambda profile: replace(profile, travel_minutes=None),
    RuleId.LAST_BUS: lambda profile: replace(profile, leaves_by_minute=None),
    RuleId.PICKUP: lambda profile: replace(profile, support_drives=True),
    RuleId.FEE: lambda profile: replace(profile, fee_limit_yen=None),
    RuleId.PEOPLE: lambda profile: replace(profile, people_limit=None),
    RuleId.LANGUAGE: lambda profile: replace(profile, languages=frozenset()),
    RuleId.ACCESS: lambda profile: replace(profile, access_needs=frozenset()),
    RuleId.STAFF: lambda profile: replace(profile, musts=profile.musts - STAFF, must_nots=frozenset()),
    RuleId.KIND: lambda profile: replace(
        profile, kinds_now=frozenset(), kinds_to_try=frozenset(), as_is=False
    ),
    **{rule: _of_scale(scale) for rule, scale in SCALE_OF.items()},
    **{rule: _of_feature(feature) for rule, feature in FEATURE_OF.items()},
}


def can_be_lifted(rule: RuleId) -> bool:
    """Whether a preview can leave this limit out. What a programme or a host demands is not ours to leave out."""
    return rule in _LIFTS


def without(profile: NeedProfile, rule: RuleId) -> NeedProfile:
    """The profile as if the person had never named this limit; for looking, never for saving."""
    lift = _LIFTS.get(rule)
    return lift(profile) if lift else profile


def token_of_limit(rule: RuleId, *, need_id: str) -> str:
    """The name of a limit in an address of the pages of a need."""
    return token_of(rule.value, need_id=need_id)


def limits_named(tokens: Collection[str], *, need_id: str) -> tuple[RuleId, ...]:
    """The limits of these names that a preview can leave out; what is no name for this need is passed over."""
    return tuple(
        rule for rule in RuleId if can_be_lifted(rule) and token_of_limit(rule, need_id=need_id) in tokens
    )
