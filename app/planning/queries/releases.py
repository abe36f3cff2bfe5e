"""Releases, and the one place where cases are counted for planning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.models import Area
from app.areas.vocabulary import AreaKind
from app.cases.models import Case
from app.cases.vocabulary import CaseState
from app.matching.models import Need, Proposal
from app.matching.vocabulary import ProposalState
from app.planning.engine.finest import Cell, FinestTable
from app.planning.models import Release
from app.planning.vocabulary import Layer, NeedKind

_GOES_ON = (*(state for state in ProposalState if state.is_open), ProposalState.ACCEPTED)
_CAME_TO_NOTHING = (ProposalState.DECLINED, ProposalState.EXPIRED)


def list_releases(session: Session, *, scope: Scope) -> Sequence[Release]:
    """Return all releases, the latest first."""
    return session.scalars(
        sa.select(Release)
        .order_by(Release.counted_on.desc(), Release.id.desc())
        .execution_options(scope=scope)
    ).all()


def find_last_release(session: Session, *, scope: Scope) -> Release | None:
    """Return the latest release."""
    return session.scalars(
        sa.select(Release)
        .order_by(Release.counted_on.desc(), Release.id.desc())
        .limit(1)
        .execution_options(scope=scope)
    ).one_or_none()


def get_finest_table(session: Session, *, scope: Scope) -> FinestTable:
    """Count the open cases of the whole town and give back the rounded table; the counts stay in here.

    The scope has to be the product's own, because a planner reaches no case.
    """
    districts = session.execute(
        sa.select(Area.id, Area.name)
        .where(Area.kind == AreaKind.DISTRICT)
        .order_by(Area.id)
        .execution_options(scope=scope)
    )
    counts: Counter[Cell] = Counter()
    for district, words, in_support, not_found in session.execute(select_counts(scope=scope)):
        for kind in NeedKind.of_words(json.loads(words) if words else []):
            counts[Cell(district, kind, Layer.IN_SUPPORT)] += in_support
            counts[Cell(district, kind, Layer.NOT_FOUND)] += not_found
    return FinestTable.from_counts([(key, name) for key, name in districts], counts)


def select_counts(*, scope: Scope) -> sa.Select[int | None, str | None, int, int]:
    """Build (district or None, kinds as JSON, cases in support, cases without a place), grouped by the first two.

    A case counts by the newest version of its need that is no draft; without one it counts as not decided yet.
    """
    newest = (
        sa.select(Need.case_id, sa.func.max(Need.version).label("version"))
        .where(Need.is_draft.is_(False))
        .group_by(Need.case_id)
        .subquery()
    )
    words = sa.cast(Need.kinds, sa.Text)
    return (
        sa.select(Area.id, words, sa.func.count(), sa.func.sum(sa.case((_found_nothing(), 1), else_=0)))
        .select_from(Case)
        .outerjoin(newest, newest.c.case_id == Case.id)
        .outerjoin(Need, sa.and_(Need.case_id == Case.id, Need.version == newest.c.version))
        .outerjoin(Area, sa.and_(Area.id == _district(), Area.kind == AreaKind.DISTRICT))
        .where(Case.state == CaseState.OPEN)
        .group_by(Area.id, words)
        .execution_options(scope=scope)
    )


def _district() -> sa.ColumnElement[int | None]:
    """Where case and need both name a district, that of the need: one of the two may already be withheld."""
    withheld = sa.or_(
        Case.counting_area_id.is_(None), sa.and_(Need.id.is_not(None), Need.counting_area_id.is_(None))
    )
    return sa.case((withheld, None), else_=sa.func.coalesce(Need.counting_area_id, Case.counting_area_id))


def _found_nothing() -> sa.ColumnElement[bool]:
    """No place was feasible, or what was proposed came to nothing; and nothing else is under way."""

    def proposed(states: Sequence[ProposalState]) -> sa.Exists:
        return sa.select(Proposal.id).where(Proposal.need_id == Need.id, Proposal.state.in_(states)).exists()

    return sa.and_(
        Need.id.is_not(None),
        ~proposed(_GOES_ON),
        sa.or_(Need.feasible_places == 0, proposed(_CAME_TO_NOTHING)),
    )
