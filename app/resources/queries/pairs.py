"""The pairs of the catalogue that may be the same place.

Finding them takes some tenths of a second for ten thousand entries, and people turn the pages of the list: what was
found is kept in the process until an entry changes. How the entries stand is asked anew each time, with one statement
that reads no text.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.duplicate_facts import KeySort, are_brought_together, terms_in
from app.resources.engine.duplicates import Likeness, compare
from app.resources.models import DistinctPair, Resource, ResourceKind
from app.resources.queries.duplicates import AT_ONCE, CROWD, KEYS, STILL_THERE, find_facts

_KEPT_MOST: Final = 8

_Edition = tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two entries that may be the same, the older first, and what was seen."""

    first_id: int
    second_id: int
    likeness: Likeness


@dataclass
class _Kept:
    """What was found last in a database, by whose eyes looked: nobody is handed what another's eyes found."""

    pairs: OrderedDict[Scope, tuple[_Edition, tuple[Pair, ...]]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def find(self, scope: Scope, edition: _Edition) -> tuple[Pair, ...] | None:
        with self.lock:
            kept = self.pairs.get(scope)
            return kept[1] if kept is not None and kept[0] == edition else None

    def keep(self, scope: Scope, edition: _Edition, pairs: tuple[Pair, ...]) -> None:
        with self.lock:
            self.pairs[scope] = edition, pairs
            self.pairs.move_to_end(scope)
            while len(self.pairs) > _KEPT_MOST:
                self.pairs.popitem(last=False)


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def list_pairs(session: Session, *, scope: Scope) -> list[Pair]:
    """Return the pairs of the catalogue that may be the same and of which nobody said otherwise, the likeliest first."""
    kept = _KEPT.setdefault(session.get_bind().engine, _Kept())
    edition = _edition(session, scope)
    pairs = kept.find(scope, edition)
    if pairs is None:
        pairs = tuple(_find_pairs(session, scope))
        kept.keep(scope, edition, pairs)
    apart = _find_distinct(session, scope)
    return [pair for pair in pairs if (pair.first_id, pair.second_id) not in apart]


def _edition(session: Session, scope: Scope) -> _Edition:
    """Return numbers that change whenever an entry comes, goes or is changed: each change moves its version on."""
    entries = (
        sa.select(
            sa.func.count(Resource.id),
            sa.func.coalesce(sa.func.sum(Resource.version), 0),
            sa.func.coalesce(sa.func.sum(sa.cast(Resource.id, sa.BigInteger) * Resource.version), 0),
        )
        .where(*STILL_THERE)
        .execution_options(scope=scope)
    )
    kinds = sa.select(
        sa.func.count(ResourceKind.id), sa.func.coalesce(sa.func.sum(ResourceKind.version), 0)
    ).execution_options(scope=scope)
    return tuple(
        int(number)
        for row in (session.execute(entries).one(), session.execute(kinds).one())
        for number in row
    )


def _find_pairs(session: Session, scope: Scope) -> list[Pair]:
    terms = _terms_by_id(session, scope)
    blocks: dict[str, list[int]] = defaultdict(list)
    for key, held in terms.items():
        for term, sort in held.items():
            if sort is not KeySort.NAME:
                blocks[term].append(key)
    pairs = {
        pair
        for holders in blocks.values()
        if 1 < len(holders) <= CROWD
        for pair in combinations(sorted(holders), 2)
        if are_brought_together(terms[pair[0]], terms[pair[1]])
    }
    facts = find_facts(session, {key for pair in pairs for key in pair}, scope=scope)
    found = [
        Pair(first, second, likeness)
        for first, second in pairs
        if first in facts and second in facts and (likeness := compare(facts[first], facts[second])).is_enough
    ]
    return sorted(found, key=lambda pair: (-pair.likeness.weight, pair.first_id, pair.second_id))


def _find_distinct(session: Session, scope: Scope) -> set[tuple[int, int]]:
    rows = session.execute(
        sa.select(DistinctPair.first_id, DistinctPair.second_id).execution_options(scope=scope)
    )
    return {(first, second) for first, second in rows}


def _terms_by_id(session: Session, scope: Scope) -> dict[int, dict[str, KeySort]]:
    rows = session.execute(
        sa.select(Resource.id, KEYS)
        .where(*STILL_THERE)
        .order_by(Resource.id)
        .execution_options(scope=scope, yield_per=AT_ONCE)
    )
    return {key: terms_in(text) for key, text in rows}
