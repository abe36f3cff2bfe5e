"""Reading the frozen words. A table has some ten thousand terms, so it is read once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.matching.engine.words import FLAT, Idf, idf_of
from app.matching.models import WordTable


@dataclass(frozen=True)
class WordTableFacts:
    """Which table of words counts, from how many texts, who made it (None: the product itself) and when."""

    version: int
    texts: int
    made_by: int | None
    made_at: datetime


_LATEST: Final[WeakKeyDictionary[sa.Engine, tuple[WordTableFacts, Idf]]] = WeakKeyDictionary()


def find_word_table_facts(session: Session, *, scope: Scope) -> WordTableFacts | None:
    """Return what is to be told of the table that counts; None while every word tells as much as every other."""
    row = session.execute(
        sa.select(WordTable.version, WordTable.texts, WordTable.made_by, WordTable.made_at)
        .order_by(WordTable.version.desc())
        .limit(1)
        .execution_options(scope=scope)
    ).one_or_none()
    return WordTableFacts(row.version, row.texts, row.made_by, row.made_at) if row else None


def get_idf(session: Session, *, scope: Scope) -> Idf:
    """Return how telling words are by the table that counts, and alike where there is none."""
    facts = find_word_table_facts(session, scope=scope)
    if facts is None:
        return FLAT
    engine = session.get_bind().engine
    known = _LATEST.get(engine)
    if known is None or known[0] != facts:
        # Two threads may both read it; they read the same, and the later assignment wins.
        document = session.execute(
            sa.select(WordTable.document)
            .where(WordTable.version == facts.version)
            .execution_options(scope=scope)
        ).scalar_one()
        known = facts, idf_of(facts.version, document)
        _LATEST[engine] = known
    return known[1]
