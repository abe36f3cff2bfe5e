"""What leads on where nothing fits: questions that would decide, and places that are only too far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.explanation import Question
from app.matching.engine.matcher import Match
from app.matching.engine.relaxation.step import WAY_RULES
from app.matching.vocabulary import RuleId, Verdict


def deciding_questions(outcome: Match) -> tuple[tuple[Question, int], ...]:
    """Questions to the person or the supporters, each with the places about which it says most, the widest first.

    Counted are distinct places that do not pass yet and fail one rule at most: of the others an answer decides nothing.
    """
    verdicts, place = outcome.verdicts, outcome.columns.place
    near = (verdicts.fail_count <= 1) & ~outcome.open_places[place]
    found = []
    for number, rule in enumerate(verdicts.rules):
        missing = rule.missing(outcome.profile)
        concerned = np.unique(place[near & (verdicts.values[number] == Verdict.UNKNOWN)]).size
        if missing is not None and concerned:
            found.append((Question(rule.id, *missing), int(concerned)))
    return tuple(sorted(found, key=lambda item: -item[1]))


def just_out_of_reach(outcome: Match, *, most: int) -> NDArray[np.intp]:
    """Rows that fail nothing but the way there, one for each place, the nearest first."""
    verdicts, place = outcome.verdicts, outcome.columns.place
    ids = [rule.id for rule in verdicts.rules]
    if RuleId.TRAVEL not in ids:
        return np.array([], dtype=np.intp)
    of_way = [number for number, rule in enumerate(ids) if rule in WAY_RULES]
    only_way = (verdicts.fails[of_way].sum(axis=0) == verdicts.fail_count) & verdicts.fails[
        ids.index(RuleId.TRAVEL)
    ]
    rows = np.flatnonzero(only_way & ~outcome.open_places[place])
    ordered = rows[np.lexsort((outcome.columns.resource_id[rows], outcome.given.ways.metres[rows]))]
    _, first = np.unique(place[ordered], return_index=True)
    return ordered[np.sort(first)][:most]
