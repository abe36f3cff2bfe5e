"""When a host is asked whether its openings still stand, pure: what was said before and the day come in as arguments.

A cycle begins with a confirmation and is known by it, so that running the same day twice, or after days that were
missed, comes to the same words: nothing is asked twice and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.resources.engine.freshness import Freshness, Rhythm

DAYS_BETWEEN: Final = 14
"""A host hears from us at most so often, whatever falls due."""


class AskStep(StrEnum):
    """What is said to a host."""

    ASK = "ask"
    REMIND = "remind"
    LEFT = "left"


@dataclass(frozen=True)
class Asked:
    """A step, and the word by which it is known: of equal words only the first is ever said."""

    step: AskStep
    word: str


def due_step(openings: Sequence[tuple[int, Rhythm]], *, told: Collection[str], on: date) -> Asked | None:
    """Return what is still to be said about openings (key, rhythm) on a day; None when all has been said.

    A host whose opening has left the proposals is told that, and not asked beside it.
    """
    states = {key: rhythm.on(on) for key, rhythm in openings}
    asking = [(key, rhythm) for key, rhythm in openings if states[key].asks]
    if not asking:
        return None
    gone = [
        (rhythm.leaves_on, key)
        for key, rhythm in asking
        if states[key] is Freshness.STALE and rhythm.leaves_on is not None
    ]
    if gone:
        day, key = max(gone)
        return _unless_told(AskStep.LEFT, f"{day.isoformat()}/{key}", told)
    cycle = _cycle(asking)
    first = _unless_told(AskStep.ASK, cycle, told)
    if first is not None:
        return first
    if Freshness.DUE in states.values():
        return _unless_told(AskStep.REMIND, cycle, told)
    return None


def may_ask(last_asked: date | None, on: date) -> bool:
    """Tell whether a host has had its rest since it last heard from us."""
    return last_asked is None or (on - last_asked).days >= DAYS_BETWEEN


def _cycle(asking: Sequence[tuple[int, Rhythm]]) -> str:
    known = [rhythm.confirmed_on for _, rhythm in asking if rhythm.confirmed_on is not None]
    if known:
        return min(known).isoformat()
    return f"never/{max(key for key, _ in asking)}"


def _unless_told(step: AskStep, cycle: str, told: Collection[str]) -> Asked | None:
    word = f"{step.value}/{cycle}"
    return None if word in told else Asked(step, word)
