"""Entries that may be the same place as a row of a file or as one another; the list of all pairs is in `pairs`.

Candidates come from the index by their keys (see `app.resources.engine.duplicate_facts`), so neither a file nor a page
asks for the whole catalogue. A refuge has no keys and is left out once more by its column: nobody is shown one here,
whatever their rights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.held_terms import holds_one_of
from app.db.sets import is_one_of
from app.resources.engine.duplicate_facts import (
    Facts,
    KeySort,
    are_brought_together,
    facts_of,
    key_terms,
    terms_in,
)
from app.resources.engine.duplicates import Likeness, compare
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.report import Alike
from app.resources.models import DistinctPair, Resource, ResourceAlias, ResourceKind
from app.resources.models.derived import COMPARED
from app.resources.queries.leaving import AGREED_TO_LEAVE
from app.resources.queries.merges import find_survivors
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from app.text.terms import TERMS_AT_THE_END

MOST_ALIKE: Final = 3
"""So many entries are named for a row of a file."""

STILL_THERE: Final = (Resource.is_refuge.is_(False), Resource.state != ResourceState.ENDED)
"""What is compared at all: no refuge, and nothing that has ended."""

CROWD: Final = 24
"""What more entries share than this, such as the telephone of the town hall, tells none of them from the others."""
AT_ONCE: Final = 2_000
"""So many rows are read in one go."""

KEYS: Final[sa.ColumnElement[str]] = sa.case(
    (
        sa.func.length(Resource.search_terms) > TERMS_AT_THE_END,
        sa.func.substr(Resource.search_terms, sa.func.length(Resource.search_terms) - TERMS_AT_THE_END + 1),
    ),
    else_=Resource.search_terms,
)
"""The end of an entry's terms, where its keys stand: the words before it are many times as long."""


def find_alike(session: Session, rows: Sequence[CheckedRow], *, scope: Scope) -> dict[int, tuple[Alike, ...]]:
    """Return by line which entries may be the same as a row, best first; rows that resemble none are left out.

    Two statements, however many rows there are: pass a thousand at a time.
    """
    said = {row.line: _facts_of_row(row) for row in rows if not row.is_refuge}
    keys = {line: _sorted_terms(facts) for line, facts in said.items()}
    held_by = _holders(session, {term for of_row in keys.values() for term in of_row}, scope)
    candidates = {line: _candidates(of_row, held_by) for line, of_row in keys.items()}
    wanted = {key for of_row in candidates.values() for key in of_row}
    known = find_facts(session, wanted, scope=scope) if wanted else {}
    found = {
        line: _best(said[line], {key: known[key] for key in of_row if key in known})
        for line, of_row in candidates.items()
    }
    return {line: alike for line, alike in found.items() if alike}


def find_likeness(session: Session, first_id: int, second_id: int, *, scope: Scope) -> Likeness | None:
    """Return what two entries have in common, whether or not it is enough; None when one is not for these pages."""
    facts = find_facts(session, {first_id, second_id}, scope=scope)
    if len(facts) != 2:
        return None
    return compare(facts[first_id], facts[second_id])


def list_mergeable(session: Session, resource_ids: Collection[int], *, scope: Scope) -> dict[int, Resource]:
    """Return these entries by key, without refuges and without what has ended."""
    rows = session.scalars(
        sa.select(Resource)
        .where(is_one_of(Resource.id, resource_ids), *STILL_THERE)
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    return {row.id: row for row in rows}


def find_alias(session: Session, identity: str, *, scope: Scope) -> ResourceAlias | None:
    """Return to which entry an identity leads beside its own one; None where it leads nowhere else."""
    return session.scalars(
        sa.select(ResourceAlias).where(ResourceAlias.identity == identity).execution_options(scope=scope)
    ).one_or_none()


def find_distinct(session: Session, first_id: int, second_id: int, *, scope: Scope) -> DistinctPair | None:
    """Return what was said of two entries; None when nobody said that they are different."""
    low, high = sorted((first_id, second_id))
    return session.scalars(
        sa.select(DistinctPair)
        .where(DistinctPair.first_id == low, DistinctPair.second_id == high)
        .execution_options(scope=scope)
    ).one_or_none()


def list_distinct(session: Session, *, most: int, scope: Scope) -> Sequence[DistinctPair]:
    """Return the pairs of which somebody said last that they are different."""
    return session.scalars(
        sa.select(DistinctPair)
        .order_by(DistinctPair.said_at.desc(), DistinctPair.first_id, DistinctPair.second_id)
        .limit(most)
        .execution_options(scope=scope)
    ).all()


def get_survivor_id(session: Session, resource_id: int, *, scope: Scope) -> int | None:
    """Return the entry that goes on after this one was put into it; None where it was put into none."""
    end = find_survivors(session, [resource_id], with_refuges=False, scope=scope)[resource_id]
    return end if end != resource_id else None


def find_open_survivor_id(session: Session, resource_id: int, *, scope: Scope) -> int | None:
    """Return the same for whoever may not see the former entry: None as well unless everybody knew of that one.

    That an entry for partners, a refuge or a gathering that never agreed to stand in a list became this public place is
    more than the place says.
    """
    known = session.scalar(
        sa.select(Resource.id)
        .join(Resource.kind)
        .where(
            Resource.id == resource_id,
            Resource.disclosure == Disclosure.PUBLIC,
            ResourceKind.group != KindGroup.REFUGE,
            AGREED_TO_LEAVE,
        )
        .execution_options(scope=scope)
    )
    return get_survivor_id(session, resource_id, scope=scope) if known is not None else None


def _sorted_terms(facts: Facts) -> dict[str, KeySort]:
    return terms_in(" ".join(key_terms(facts)))


def _holders(
    session: Session, terms: Collection[str], scope: Scope
) -> dict[str, list[tuple[int, dict[str, KeySort]]]]:
    """Return by key which entries hold it, each with all of its keys; a key of a crowd is left out."""
    asked = sorted(term for term in terms if terms_in(term)[term] is not KeySort.NAME)
    if not asked:
        return {}
    rows = session.execute(
        sa.select(Resource.id, KEYS)
        .where(holds_one_of(Resource.search_terms, Resource.id, asked), *STILL_THERE)
        .order_by(Resource.id)
        .execution_options(scope=scope, yield_per=AT_ONCE)
    )
    wanted, found = set(asked), defaultdict[str, list[tuple[int, dict[str, KeySort]]]](list)
    for key, text in rows:
        held = terms_in(text)
        for term in wanted & held.keys():
            if len(found[term]) <= CROWD:
                found[term].append((key, held))
    return {term: holders for term, holders in found.items() if len(holders) <= CROWD}


def _candidates(
    terms: Mapping[str, KeySort], held_by: Mapping[str, list[tuple[int, dict[str, KeySort]]]]
) -> set[int]:
    return {key for term in terms for key, held in held_by.get(term, ()) if are_brought_together(terms, held)}


def _best(said: Facts, known: Mapping[int, Facts]) -> tuple[Alike, ...]:
    likely = [
        (-likeness.weight, key, likeness)
        for key, facts in known.items()
        if (likeness := compare(said, facts)).is_enough
    ]
    return tuple(
        Alike(key, known[key].name, likeness.reasons + likeness.against)
        for _, key, likeness in sorted(likely, key=lambda each: each[:2])[:MOST_ALIKE]
    )


def find_facts(session: Session, ids: Collection[int], *, scope: Scope) -> dict[int, Facts]:
    """Return what is compared of these entries, without refuges and without what has ended."""
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            Resource.id,
            ResourceKind.label,
            Resource.point.ST_X(),
            Resource.point.ST_Y(),
            *(getattr(Resource, name) for name in COMPARED),
        )
        .join(Resource.kind)
        .where(is_one_of(Resource.id, ids), *STILL_THERE)
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    return {key: _facts(kind, lon, lat, columns) for key, kind, lon, lat, *columns in rows}


def _facts(kind: str, lon: float | None, lat: float | None, columns: Sequence[Any]) -> Facts:
    point = (lon, lat) if lon is not None and lat is not None else None
    return facts_of({"kind": kind, "point": point, **dict(zip(COMPARED, columns, strict=True))})


def _facts_of_row(row: CheckedRow) -> Facts:
    return facts_of({**row.defaults, **row.values, "name": row.name, "kind": row.kind})
