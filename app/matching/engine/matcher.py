"""The whole pass: who is in, what the rules say, what it scores, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.profile import NeedProfile
from app.matching.engine.ranking import distance_classes, order_fallen, order_light, rank_rows, tie_keys
from app.matching.engine.rule_set import DEFAULT_RULES, TownRules
from app.matching.engine.rules.rule import Inputs, Rule
from app.matching.engine.scoring import Scores, score_all
from app.matching.engine.verdicts import VerdictTable, judge_all, rules_not_used
from app.matching.engine.words import Idf
from app.resources.engine.candidates import NO_OPENING
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.distances import class_label

ENGINE_VERSION: Final = "2"
"""Raised when the same need, places and rules of the town may be answered otherwise: a limit, a part or a formula is
another. Each proposal keeps the one by which it was computed."""


@dataclass(frozen=True, eq=False)
class Match:
    """The outcome for one profile. Row numbers are those of `given.columns`, which holds only who may appear.

    `ranked` are the rows that pass, best first; `fallen` those that a rule forbids, nearest to fitting first; `light`
    the light cards (近くのつながり), by distance class, without a score.
    """

    engine_version: str
    idf: Idf
    given: Inputs
    verdicts: VerdictTable
    scores: Scores
    ranked: NDArray[np.intp]
    fallen: NDArray[np.intp]
    light: NDArray[np.intp]

    @property
    def columns(self) -> CandidateColumns:
        """The rows that may appear."""
        return self.given.columns

    @property
    def profile(self) -> NeedProfile:
        """The need."""
        return self.given.profile

    @property
    def weights_version(self) -> str:
        """Which weights the parts were given."""
        return self.scores.weights.version

    @property
    def idf_version(self) -> str:
        """Which frozen table said how telling words are."""
        return self.idf.version

    @property
    def rules_version(self) -> int:
        """Which rule set of the town it was computed by, 0 for the product's own."""
        return self.given.rules.version

    @property
    def not_used(self) -> tuple[Rule, ...]:
        """Limits of this need that the town does not use: no place fell out by them."""
        return rules_not_used(self.given)

    def key_of(self, row: int) -> tuple[int, int]:
        """Resource and opening (-1 for none) of a row."""
        return int(self.columns.resource_id[row]), int(self.columns.opening_id[row])

    def row_of(self, resource_id: int, opening_id: int | None) -> int | None:
        """The row of a place or of one of its openings; None where it does not appear to this profile."""
        return self.columns.row_of(resource_id, NO_OPENING if opening_id is None else opening_id)

    @cached_property
    def open_places(self) -> NDArray[np.bool_]:
        """Places of which a row passes, light cards among them: bool, indexed by `columns.place`."""
        place = self.columns.place
        found = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.bool_)
        found[place[self.verdicts.passes]] = True
        return found

    def count_places(self, rows: NDArray[np.intp]) -> int:
        """How many distinct places these rows stand for."""
        return int(np.unique(self.columns.place[rows]).size)

    def distance_of(self, row: int) -> str:
        """How far a light card lies, as a class in words."""
        return class_label(int(distance_classes(self.given.ways)[row]))


def present_rows(profile: NeedProfile, columns: CandidateColumns) -> NDArray[np.intp]:
    """Rows that may appear to this profile at all.

    Left out are paused rows, refuges, and every row of a place of which any row carries an excluded id: another
    opening there would still lead to the same door.
    """
    left_out = columns.is_paused | columns.is_refuge
    forbidden = [columns.exclusions[name] for name in profile.excluded if name in columns.exclusions]
    if forbidden:
        places = np.zeros(int(columns.place.max()) + 1, dtype=np.bool_)
        places[columns.place[np.concatenate(forbidden)]] = True
        left_out = left_out | places[columns.place]
    if profile.wants_nothing:
        left_out = np.ones_like(left_out)
    return np.flatnonzero(~left_out)


def match(
    profile: NeedProfile,
    columns: CandidateColumns,
    *,
    idf: Idf,
    rules: TownRules = DEFAULT_RULES,
    seed: int = 0,
) -> Match:
    """Judge, score and order every place for one need by the rules of a town. Equal arguments give an equal outcome."""
    rows = present_rows(profile, columns)
    # Dropped before everything: nothing below can count, name or hint at a row that is not there.
    given = Inputs.of(profile, columns.take(rows), rules)
    verdicts = judge_all(given)
    scores = score_all(given, idf=idf)
    ties = tie_keys(given.columns, seed=seed, person_key=profile.person_key)
    return Match(
        engine_version=ENGINE_VERSION,
        idf=idf,
        given=given,
        verdicts=verdicts,
        scores=scores,
        ranked=rank_rows(scores, verdicts, given.columns, ties),
        fallen=order_fallen(scores, verdicts, ties),
        light=order_light(given.columns, given.ways, ties),
    )
