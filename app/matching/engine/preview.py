"""A profile as if one limit had never been named: for looking at what it keeps away, never for saving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.matching.engine.profile import STAFF, NeedProfile
from app.matching.vocabulary import RuleId
from app.resources.engine.traits import Feature, Scale

_SCALES: Final = {
    RuleId.NOISE: Scale.NOISE,
    RuleId.INTERACTION: Scale.INTERACTION,
    RuleId.LOAD: Scale.LOAD,
    RuleId.PACE: Scale.PACE,
}
_FEATURES: Final = {
    RuleId.LOOK_AROUND: Feature.LOOK_AROUND,
    RuleId.ANONYMOUS: Feature.ANONYMOUS,
    RuleId.LEAVE_MIDWAY: Feature.LEAVE_MIDWAY,
    RuleId.COMPANION: Feature.COMPANION,
    RuleId.REMOTE: Feature.REMOTE,
}
_LIFTS: Final[Mapping[RuleId, Callable[[NeedProfile], NeedProfile]]] = {
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
}


def can_be_lifted(rule: RuleId) -> bool:
    """Whether a preview can leave this limit out. What a programme or a host demands is not ours to leave out."""
    return rule in _LIFTS or rule in _SCALES or rule in _FEATURES


def without(profile: NeedProfile, rule: RuleId) -> NeedProfile:
    """The profile as if the person had never named this limit; for looking, never for saving."""
    if rule in _SCALES:
        # What was a limit stays a wish: the preview shows more places, and still the gentler ones first.
        scale = _SCALES[rule]
        limits = {known: level for known, level in profile.limits.items() if known is not scale}
        wishes = {known: level for known, level in profile.limits.items() if known is scale}
        return replace(profile, limits=limits, wishes={**wishes, **profile.wishes})
    if rule in _FEATURES:
        return replace(profile, musts=profile.musts - {_FEATURES[rule]})
    lift = _LIFTS.get(rule)
    return lift(profile) if lift else profile
