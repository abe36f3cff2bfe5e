"""Steps made for real, one place at a time: the catalogue as it would be written if a host or a programme agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import Step
from app.resources.engine.candidates import Candidate
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    AccessItem,
    Cover,
    Feature,
    Recognition,
    Scale,
    TakingPart,
)

_SCALES = {"noise": Scale.NOISE, "interaction": Scale.INTERACTION, "load": Scale.LOAD, "pace": Scale.PACE}
_FEATURES = {
    "look_around": Feature.LOOK_AROUND,
    "anonymous": Feature.ANONYMOUS,
    "leave_midway": Feature.LEAVE_MIDWAY,
    "companion": Feature.COMPANION,
    "remote": Feature.REMOTE,
    "pickup": Feature.PICKUP,
}


def made(
    steps: Sequence[Step], profile: NeedProfile, places: Sequence[Candidate]
) -> tuple[NeedProfile, list[Candidate]]:
    """The need and the places once all the steps are made."""
    changed = list(places)
    for step in steps:
        profile = step.need_after(profile)
        if step.place is not None:
            changed = [_changed(step, place) for place in changed]
    return profile, changed


def _changed(step: Step, place: Candidate) -> Candidate:
    rule, side, *detail = step.family.split(".")
    assert side in ("host", "programme")
    what = detail[0] if detail else ""
    if rule in _SCALES:
        scale = _SCALES[rule]
        levels = dict(place.levels)
        if scale in levels:
            levels[scale] = max(levels[scale] - step.units, 1)
        return replace(place, levels=levels)
    if rule in _FEATURES:
        return _with(place, _FEATURES[rule], True)
    if rule == "staff":
        there = what.startswith("with") and not what.startswith("without")
        return _with(place, Feature(int(what.removeprefix("without").removeprefix("with"))), there)
    return _CHANGES[rule](place, step.units, what)


def _with(place: Candidate, feature: Feature, answer: bool) -> Candidate:
    return replace(place, features={**place.features, feature: answer})


def _less(value: int | None, by: int) -> int | None:
    return None if value is None else max(value - by, 0)


def _seat(place: Candidate, _: int, __: str) -> Candidate:
    return replace(place, free_seats=1 if place.free_seats == 0 else place.free_seats)


def _age(place: Candidate, units: int, _: str) -> Candidate:
    low, high, years = place.age_from, place.age_to, 5 * units
    wider: Any = high if high in (None, AGE_UNLIMITED) else high + years
    return replace(place, age_from=_less(low, years), age_to=wider)


def _slot(place: Candidate, _: int, what: str) -> Candidate:
    return replace(place, slots=(place.slots or 0) | 1 << int(what))


def _kind(place: Candidate, _: int, what: str) -> Candidate:
    return replace(place, taking_part=(place.taking_part or frozenset()) | {TakingPart(int(what))})


def _weeks(place: Candidate, units: int, _: str) -> Candidate:
    weeks = place.weeks_per_month
    return replace(place, weeks_per_month=None if weeks is None else weeks + units)


def _session(place: Candidate, units: int, _: str) -> Candidate:
    minutes = place.session_minutes
    return replace(place, session_minutes=None if minutes is None else minutes + 30 * units)


def _ends(place: Candidate, units: int, _: str) -> Candidate:
    hours = {slot: (begins, _less(ends, 30 * units)) for slot, (begins, ends) in place.slot_hours.items()}
    return replace(place, slot_hours=hours)


def _cover(place: Candidate, _: int, __: str) -> Candidate:
    return replace(place, cover=Cover.VALID if place.cover is Cover.MISSING else place.cover)


def _recognition(place: Candidate, _: int, __: str) -> Candidate:
    missing = place.recognition is Recognition.MISSING
    return replace(place, recognition=Recognition.RECOGNISED if missing else place.recognition)


_CHANGES: dict[str, Callable[[Candidate, int, str], Candidate]] = {
    "vacancy": _seat,
    "gap": lambda place, _, __: replace(place, gap_welcome=True),
    "age": _age,
    "hours": _slot,
    "kind": _kind,
    "frequency": _weeks,
    "weekly_hours": _session,
    "stay": lambda place, units, _: replace(
        place, shortest_stay_minutes=_less(place.shortest_stay_minutes, 30 * units)
    ),
    "last_bus": _ends,
    "people": lambda place, units, _: replace(place, people=_less(place.people, 5 * units)),
    "access": lambda place, _, what: replace(place, access={**place.access, AccessItem(int(what)): True}),
    "insurance": _cover,
    "recognition": _recognition,
}
