"""The catalogue as columns: one row for each place or opening, one array for each fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.geo.geocoding import PositionPrecision
from app.resources.engine.candidates import Candidate, Hours
from app.resources.engine.term_index import TermIndex
from app.resources.engine.traits import SLOT_COUNT, Scale, mask_of
from app.resources.vocabulary import KindGroup

UNKNOWN: Final = -1
"""不明 in a column of integers; a column of floats holds NaN."""

GROUPS: Final = tuple(KindGroup)
PRECISIONS: Final = tuple(PositionPrecision)


@dataclass(frozen=True, eq=False)
class YesNo:
    """What is known to be there and known not to be: two masks of shape (n,); neither bit set is 不明."""

    yes: NDArray[np.uint32]
    no: NDArray[np.uint32]

    def take(self, rows: NDArray[np.intp]) -> YesNo:
        """The same for `rows` only."""
        return YesNo(self.yes[rows], self.no[rows])

    @classmethod
    def of(cls, answers: Sequence[Mapping[Any, bool]]) -> YesNo:
        """From one mapping of members to answers for each row."""
        return cls(_masks(answers, True), _masks(answers, False))


@dataclass(frozen=True, eq=False)
class CandidateColumns:
    """Every array has shape (n,) but for `levels` (4, n) and the hours of the slots (21, n). Nothing in here names or concerns a person.

    Distances are not stored, since they depend on who asks. `resource_id` with `opening_id` (-1 for a resource
    without openings) is the key of a row, and rows stand in the order of their keys, so that nothing depends on the
    order in which a database gave them. `place` numbers the distinct resources, for counting places and not rows.
    """

    resource_id: NDArray[np.int64]
    opening_id: NDArray[np.int64]
    place: NDArray[np.int32]
    group: NDArray[np.int8]
    is_light: NDArray[np.bool_]
    is_paused: NDArray[np.bool_]
    is_refuge: NDArray[np.bool_]
    confirmed_days: NDArray[np.int32]

    # Mask of `TakingPart`, -1 not known.
    taking_part: NDArray[np.int32]
    purposes: YesNo

    # Degrees, NaN not known; `precision` is an index into PRECISIONS.
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    precision: NDArray[np.int8]

    # Mask of 21 slots, -1 not known; minutes, -1 not known; weeks of a month, NaN not known.
    slots: NDArray[np.int32]
    session_minutes: NDArray[np.int32]
    weeks_per_month: NDArray[np.float64]
    shortest_stay_minutes: NDArray[np.int32]
    # Of each slot, shape (21, n): from which minute of the day one may come, and when it ends; -1 not known.
    slot_begins: NDArray[np.int16]
    slot_ends: NDArray[np.int16]

    free_seats: NDArray[np.int32]
    age_from: NDArray[np.int32]
    age_to: NDArray[np.int32]
    # 1 yes, 0 no, -1 not known.
    gap_welcome: NDArray[np.int8]
    # Yen each time, NaN not known.
    fee_yen: NDArray[np.float64]

    access: YesNo
    features: YesNo
    languages: YesNo
    # Row `Scale`, 1 gentlest to 3, -1 not known.
    levels: NDArray[np.int8]
    people: NDArray[np.int32]

    # Members of `Cover` and `Recognition`.
    cover: NDArray[np.int8]
    recognition: NDArray[np.int8]

    has_terms: NDArray[np.bool_]
    terms: TermIndex
    # Opaque id → rows that carry it.
    exclusions: Mapping[str, NDArray[np.intp]]

    def __len__(self) -> int:
        return int(self.resource_id.size)

    def take(self, rows: NDArray[np.intp]) -> CandidateColumns:
        """Columns that hold only `rows`, ascending: for the rest of a run the others do not exist.

        What the rows are excluded by is left behind, so that nothing later can tell it.
        """
        kept: dict[str, Any] = {}
        for column in fields(self):
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray):
                kept[column.name] = value[..., rows]
            elif isinstance(value, YesNo | TermIndex):
                kept[column.name] = value.take(rows)
        return replace(self, **kept, exclusions={})

    def row_of(self, resource_id: int, opening_id: int = UNKNOWN) -> int | None:
        """The row with this key, None when there is none."""
        rows = np.flatnonzero((self.resource_id == resource_id) & (self.opening_id == opening_id))
        return int(rows[0]) if rows.size else None

    @classmethod
    def from_candidates(cls, candidates: Sequence[Candidate]) -> CandidateColumns:
        """Turn candidates into columns; do this once for each version of the catalogue, not for each person.

        Raises:
            ValueError: two candidates have the same key.
        """
        rows = sorted(candidates, key=lambda row: (row.resource_id, row.opening_id))
        keys = {(row.resource_id, row.opening_id) for row in rows}
        if len(keys) != len(rows):
            raise ValueError("two candidates have the same resource and opening")
        ids = np.array([row.resource_id for row in rows], dtype=np.int64)
        levels = [[row.levels.get(scale, UNKNOWN) for row in rows] for scale in Scale]
        return cls(
            resource_id=ids,
            opening_id=np.array([row.opening_id for row in rows], dtype=np.int64),
            place=np.unique(ids, return_inverse=True)[1].astype(np.int32),
            group=np.array([GROUPS.index(row.group) for row in rows], dtype=np.int8),
            is_light=np.array([row.is_light for row in rows], dtype=np.bool_),
            is_paused=np.array([row.is_paused for row in rows], dtype=np.bool_),
            is_refuge=np.array([row.is_refuge for row in rows], dtype=np.bool_),
            confirmed_days=_integers([row.confirmed_days for row in rows]),
            taking_part=_integers(
                [None if row.taking_part is None else mask_of(row.taking_part) for row in rows]
            ),
            purposes=YesNo(
                np.array([mask_of(row.purposes_served) for row in rows], dtype=np.uint32),
                np.array([mask_of(row.purposes_unserved) for row in rows], dtype=np.uint32),
            ),
            lon=_floats([row.point.lon if row.point else None for row in rows]),
            lat=_floats([row.point.lat if row.point else None for row in rows]),
            precision=np.array([PRECISIONS.index(row.precision) for row in rows], dtype=np.int8),
            slots=_integers([row.slots for row in rows]),
            session_minutes=_integers([row.session_minutes for row in rows]),
            weeks_per_month=_floats([row.weeks_per_month for row in rows]),
            shortest_stay_minutes=_integers([row.shortest_stay_minutes for row in rows]),
            slot_begins=_hours([row.slot_hours for row in rows], 0),
            slot_ends=_hours([row.slot_hours for row in rows], 1),
            free_seats=_integers([row.free_seats for row in rows]),
            age_from=_integers([row.age_from for row in rows]),
            age_to=_integers([row.age_to for row in rows]),
            gap_welcome=_integers([row.gap_welcome for row in rows]).astype(np.int8),
            fee_yen=_floats([row.fee_yen for row in rows]),
            access=YesNo.of([row.access for row in rows]),
            features=YesNo.of([row.features for row in rows]),
            languages=YesNo.of([row.languages for row in rows]),
            levels=np.array(levels, dtype=np.int8).reshape(len(Scale), len(rows)),
            people=_integers([row.people for row in rows]),
            cover=np.array([row.cover for row in rows], dtype=np.int8),
            recognition=np.array([row.recognition for row in rows], dtype=np.int8),
            has_terms=np.array([bool(row.search_terms) for row in rows], dtype=np.bool_),
            terms=TermIndex.build([row.search_terms for row in rows]),
            exclusions=_rows_by_id([row.exclusion_ids for row in rows]),
        )


def _masks(answers: Sequence[Mapping[IntEnum, bool]], answer: bool) -> NDArray[np.uint32]:
    masks = [mask_of(member for member, said in row.items() if said is answer) for row in answers]
    return np.array(masks, dtype=np.uint32)


def _integers(values: Sequence[int | None]) -> NDArray[np.int32]:
    return np.array([UNKNOWN if value is None else value for value in values], dtype=np.int32)


def _floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _hours(rows: Sequence[Mapping[int, Hours]], end: int) -> NDArray[np.int16]:
    minutes = np.full((SLOT_COUNT, len(rows)), UNKNOWN, dtype=np.int16)
    for row, hours in enumerate(rows):
        for slot, known in hours.items():
            minute = known[end]
            if minute is not None:
                minutes[slot, row] = minute
    return minutes


def _rows_by_id(ids: Sequence[frozenset[str]]) -> dict[str, NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for row, names in enumerate(ids):
        for name in names:
            rows.setdefault(name, []).append(row)
    return {name: np.array(found, dtype=np.intp) for name, found in rows.items()}
