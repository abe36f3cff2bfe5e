"""Reading needs, and what matching may know of the person behind one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.audit.queries import count_noted_since
from app.cases import queries as cases
from app.cases.vocabulary import CaseState
from app.db.sealing import read_sealed
from app.matching.engine.origin import origin_of
from app.matching.engine.profile import NeedProfile
from app.matching.exchange import NeedContent, content_of
from app.matching.models import Need
from app.people import queries as people
from app.web.errors import Missing

COSTS_PAGE: Final = "need_costs"
"""The page under which the log notes that somebody had the costs of limits counted."""

_SITTING: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class NeedFacts:
    """What a case and its person say to matching: no name, no address, no birth date."""

    case_id: str
    person_id: str
    team_id: int
    number: str
    alias: str
    is_open: bool
    is_protected: bool
    counting_area_id: int | None
    origin_mesh: str | None
    age: int | None
    excluded: frozenset[str]

    @property
    def origin_radius_m(self) -> float | None:
        """How wide the square is from which journeys are reckoned, None without one."""
        origin = origin_of(self.origin_mesh)
        return origin[1] if origin else None

    def completed(self, profile: NeedProfile, avoided: Collection[int]) -> NeedProfile:
        """The profile with what is known of the person on the day; `avoided` are further places to be kept from."""
        origin = origin_of(self.origin_mesh)
        return replace(
            profile,
            person_key=self.case_id,
            age=self.age,
            origin=origin[0] if origin else None,
            origin_radius_m=origin[1] if origin else 0.0,
            excluded=self.excluded | _places(avoided),
        )


def get_facts(session: Session, case_id: str, *, on: date, scope: Scope) -> NeedFacts:
    """Return what matching may know of a case of the scope's teams; raise `Missing` for all others."""
    case = cases.get_own_case(session, case_id, scope=scope)
    known = people.find_facts(session, case.person_id, scope=scope)
    if known is None:
        raise Missing
    exclusions = people.get_exclusions(session, case.person_id, scope=scope)
    return NeedFacts(
        case_id=case.id,
        person_id=case.person_id,
        team_id=case.team_id,
        number=case.number,
        alias=known.alias,
        is_open=case.state is CaseState.OPEN,
        is_protected=known.is_protected,
        counting_area_id=None if known.is_protected else case.counting_area_id,
        origin_mesh=case.origin_mesh,
        age=people.find_age(session, case.person_id, on=on, scope=scope),
        excluded=frozenset(
            {*_places(exclusions.resource_ids), *(f"account:{key}" for key in exclusions.account_ids)}
        ),
    )


def _places(resource_ids: Collection[int]) -> frozenset[str]:
    """Places under the names by which the columns of the catalogue know them."""
    return frozenset(f"resource:{resource_id}" for resource_id in resource_ids)


@dataclass(frozen=True)
class NeedView:
    """One version of a need as pages show it."""

    need_id: str
    version: int
    is_draft: bool
    content: NeedContent
    feasible_places: int | None
    binding_rule: str | None
    made_by: int | None
    made_at: datetime


def find_need(session: Session, case_id: str, *, with_drafts: bool = False, scope: Scope) -> NeedView | None:
    """Return the current need of a case: the newest version, drafts only where they are asked for."""
    wanted = sa.select(Need).where(Need.case_id == case_id, Need.visible_to(scope))
    if not with_drafts:
        wanted = wanted.where(Need.is_draft.is_(False))
    need = session.scalars(wanted.order_by(Need.version.desc()).limit(1)).one_or_none()
    return _need_view(session, need) if need else None


def count_costs_noted(session: Session, case_id: str, *, at: datetime, scope: Scope) -> int:
    """Count how often the log says that the one who asks had the costs of a case's limits counted in this sitting."""
    return count_noted_since(
        session,
        action=f"{COSTS_PAGE}.read",
        subject_kind="case",
        subject_id=case_id,
        actor_id=scope.account_id,
        since=at - _SITTING,
    )


def list_need_versions(session: Session, case_id: str, *, scope: Scope) -> list[NeedView]:
    """Return every version of a need, newest first: what was wished before stays readable."""
    needs = session.scalars(
        sa.select(Need).where(Need.case_id == case_id, Need.visible_to(scope)).order_by(Need.version.desc())
    )
    return [_need_view(session, need) for need in needs]


def _need_view(session: Session, need: Need) -> NeedView:
    return NeedView(
        need_id=need.id,
        version=need.version,
        is_draft=need.is_draft,
        content=content_of(read_sealed(session, need), person_key=need.case_id),
        feasible_places=need.feasible_places,
        binding_rule=need.binding_rule,
        made_by=need.made_by,
        made_at=need.made_at,
    )
