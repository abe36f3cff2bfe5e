"""The order in which places are shown. It never depends on who else is in the list."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.matching.engine.scoring import Scores
from app.matching.engine.travel import Ways
from app.matching.engine.verdicts import VerdictTable
from app.matching.engine.weights import FULL_POINTS
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.distances import LIMITS_M, NO_PLACE

SEED: Final = 20261101
"""Where two places are equal, a hash of this, the person and the place says which stands first. It stays as it is: another
one would change everybody's order."""


def tie_keys(columns: CandidateColumns, *, seed: int, person_key: str) -> NDArray[np.uint64]:
    """A number for each row that depends on seed, person and place alone, shape (n,).

    Where two places are equal somebody has to stand first. By id it would be the same one for everybody.
    """
    digest = blake2b(f"{seed}:{person_key}".encode(), digest_size=8).digest()
    person = np.uint64(int.from_bytes(digest))
    mixed = _mix(columns.resource_id.astype(np.uint64) ^ person)
    return _mix(mixed ^ columns.opening_id.astype(np.uint64))


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # splitmix64 (Steele, Lea & Flood, OOPSLA 2014): spreads neighbouring ids over all 64 bits, in five operations.
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def rank_rows(
    scores: Scores, verdicts: VerdictTable, columns: CandidateColumns, ties: NDArray[np.uint64]
) -> NDArray[np.intp]:
    """Rows that pass and carry a score, best first.

    A place whose score is a range stands at the middle of it. At the lower end 不明 would count as NO, and a place
    that nobody has visited would sink and never be visited. At the upper end it would count as YES, and the emptiest
    card would win. Of two with one middle the better known stands first; then fewer open questions; then the tie key.
    """
    rows = np.flatnonzero(verdicts.passes & ~columns.is_light)
    return rows[np.lexsort((ties[rows], _position_key(rows, scores, verdicts)))]


def order_fallen(scores: Scores, verdicts: VerdictTable, ties: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Rows that fell out, nearest to fitting first: by the number of failed rules, then as the ranking."""
    rows = np.flatnonzero(~verdicts.passes)
    return rows[np.lexsort((ties[rows], _position_key(rows, scores, verdicts)))]


def _position_key(rows: NDArray[np.intp], scores: Scores, verdicts: VerdictTable) -> NDArray[np.int64]:
    """Failed rules, then the middle, then the width, then the questions, as the digits of one number: lower is first.

    One sort instead of four. Rows with one tie key stay in the order of the columns, which is that of their ids.
    """
    low, high = scores.total_low[rows], scores.total_high[rows]
    # The sum of both ends stands for the middle, so that it stays whole.
    key = verdicts.fail_count[rows] * (2 * FULL_POINTS + 1) + (2 * FULL_POINTS - low - high)
    key = key * (FULL_POINTS + 1) + (high - low)
    return np.asarray(key * (len(verdicts.rules) + 1) + verdicts.unknown_count[rows], dtype=np.int64)


def distance_classes(ways: Ways) -> NDArray[np.int64]:
    """The class of each row's distance as the catalogue counts them (`app.resources.engine.distances`), shape (n,)."""
    classes = np.searchsorted(np.array(LIMITS_M), ways.metres)
    return np.where(np.isnan(ways.metres), NO_PLACE, classes)


def order_light(columns: CandidateColumns, ways: Ways, ties: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Light cards by distance class and, within one, by the tie key: they are not compared with each other."""
    rows = np.flatnonzero(columns.is_light)
    classes = distance_classes(ways)[rows]
    return rows[np.lexsort((ties[rows], classes))]
