"""The finite catalogue of steps: for each rule those of the need and those of the places."""

from __future__ import annotations

from app.matching.engine.matcher import Match
from app.matching.engine.relaxation.of_person import OF_NEED
from app.matching.engine.relaxation.of_places import OF_PLACES
from app.matching.engine.relaxation.step import Step


def steps_of(outcome: Match) -> tuple[Step, ...]:
    """Every step that the asked rules which anybody fails have to offer, each once, fewer units first."""
    steps: dict[str, Step] = {}
    for rule, fails in zip(outcome.verdicts.rules, outcome.verdicts.fails, strict=True):
        if fails.any():
            for offered in (OF_NEED, OF_PLACES):
                for step in offered[rule.id](outcome.profile) if rule.id in offered else ():
                    steps.setdefault(step.key, step)
    return tuple(steps.values())
