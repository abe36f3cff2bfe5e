"""Reading needs and proposals. `scope` is whoever asks and stands in each statement beside the filter of the session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.vocabulary import Scope
from app.cases import queries as cases
from app.cases.vocabulary import CaseState
from app.db.sealing import read_sealed
from app.matching.engine.frozen import IDF, SEED
from app.matching.engine.matcher import Match, match
from app.matching.engine.origin import origin_of
from app.matching.engine.profile import NeedProfile
from app.matching.exchange import NeedContent, Snapshot, content_of
from app.matching.models import Need, Proposal
from app.matching.vocabulary import ProposalState
from app.people import queries as people
from app.resources.queries import candidates
from app.web.errors import Missing

_OPEN = tuple(state for state in ProposalState if state.is_open)
_GOES_ON = (*_OPEN, ProposalState.ACCEPTED)


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

    def completed(self, profile: NeedProfile, avoided: Collection[int] = ()) -> NeedProfile:
        """The profile with what is known of the person on the day; `avoided` are further places to be kept from."""
        origin = origin_of(self.origin_mesh)
        return replace(
            profile,
            person_key=self.case_id,
            age=self.age,
            origin=origin[0] if origin else None,
            origin_radius_m=origin[1] if origin else 0.0,
            excluded=self.excluded | {f"resource:{resource_id}" for resource_id in avoided},
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
            {f"resource:{resource_id}" for resource_id in exclusions.resource_ids}
            | {f"account:{account_id}" for account_id in exclusions.account_ids}
        ),
    )


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


def get_match(session: Session, profile: NeedProfile, *, at: datetime, scope: Scope) -> Match:
    """Compute the candidates of a completed profile from the catalogue as it stands."""
    columns = candidates.get_columns(session, at=at, scope=scope)
    return match(profile, columns, idf=IDF, seed=SEED)


def list_places_to_avoid(session: Session, person_id: str, *, scope: Scope) -> frozenset[int]:
    """Return the places where somebody must not be sent: named, or proposed to whom they must not meet.

    The others belong to other teams, so the session has to be the product's own; what leaves here are ids of places.
    """
    kept_away = people.get_exclusions(session, person_id, scope=scope)
    others = cases.list_case_ids_of(session, kept_away.person_ids, scope=scope)
    proposed = session.scalars(
        sa.select(Proposal.resource_id).where(
            Proposal.visible_to(scope), Proposal.case_id.in_(others), Proposal.state.in_(_GOES_ON)
        )
    )
    return kept_away.resource_ids | frozenset(proposed)


@dataclass(frozen=True)
class StepView:
    """One step of a proposal; `by` is None when the product moved it."""

    state: ProposalState
    at: datetime
    by: int | None


@dataclass(frozen=True)
class ProposalView:
    """A proposal as pages show it, with what was computed then."""

    proposal_id: str
    case_id: str
    resource_id: int
    opening_id: int | None
    slot_id: int | None
    state: ProposalState
    owner_id: int
    due_at: datetime | None
    ended_side: str | None
    ended_reason: str | None
    made_at: datetime
    version: int
    snapshot: Snapshot
    steps: tuple[StepView, ...]


def get_proposal(session: Session, proposal_id: str, *, scope: Scope) -> Proposal:
    """Return a proposal; raise `Missing` for another team's."""
    return _one(session, _select_proposals(scope).where(Proposal.id == proposal_id))


def get_locked_proposal(session: Session, proposal_id: str, *, scope: Scope) -> Proposal:
    """Return a proposal that nobody else can move until the transaction ends; raise `Missing` for another team's.

    PostgreSQL locks the row; on the embedded database the transaction holds the writer's lock already.
    """
    return _one(
        session,
        _select_proposals(scope)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True),
    )


def _select_proposals(scope: Scope) -> sa.Select[Proposal]:
    return sa.select(Proposal).where(Proposal.visible_to(scope))


def _one(session: Session, wanted: sa.Select[Proposal]) -> Proposal:
    proposal = session.scalars(wanted).one_or_none()
    if proposal is None:
        raise Missing
    return proposal


def get_proposal_view(session: Session, proposal_id: str, *, scope: Scope) -> ProposalView:
    """Return a proposal with its steps; raise `Missing` for another team's."""
    return _view(session, get_proposal(session, proposal_id, scope=scope))


def list_proposals(session: Session, case_id: str, *, scope: Scope) -> list[ProposalView]:
    """Return the proposals of a case: open ones first, newest first."""
    found = session.scalars(
        _select_proposals(scope)
        .where(Proposal.case_id == case_id)
        .options(selectinload(Proposal.steps))
        .order_by(Proposal.state.not_in(_GOES_ON), Proposal.made_at.desc(), Proposal.id)
    )
    return [_view(session, proposal) for proposal in found]


def _view(session: Session, proposal: Proposal) -> ProposalView:
    return ProposalView(
        proposal_id=proposal.id,
        case_id=proposal.case_id,
        resource_id=proposal.resource_id,
        opening_id=proposal.opening_id,
        slot_id=proposal.slot_id,
        state=proposal.state,
        owner_id=proposal.owner_id,
        due_at=proposal.due_at,
        ended_side=proposal.ended_side.label if proposal.ended_side else None,
        ended_reason=proposal.ended_reason.label if proposal.ended_reason else None,
        made_at=proposal.made_at,
        version=proposal.version,
        snapshot=Snapshot.from_document(read_sealed(session, proposal)),
        steps=tuple(StepView(step.state, step.at, step.by) for step in proposal.steps),
    )


def find_running_proposal(
    session: Session, case_id: str, resource_id: int, opening_id: int | None, *, scope: Scope
) -> Proposal | None:
    """Return what is already under way between a case and a place."""
    return session.scalars(
        _select_proposals(scope)
        .where(
            Proposal.case_id == case_id,
            Proposal.resource_id == resource_id,
            Proposal.opening_id.is_(None) if opening_id is None else Proposal.opening_id == opening_id,
            Proposal.state.in_(_GOES_ON),
        )
        .limit(1)
    ).one_or_none()


def list_running(session: Session, case_id: str, *, scope: Scope) -> dict[int, str]:
    """Return what is under way for a case: the proposal by its place, the latest where there are several."""
    return dict(
        session.execute(
            sa.select(Proposal.resource_id, Proposal.id)
            .where(Proposal.visible_to(scope), Proposal.case_id == case_id, Proposal.state.in_(_GOES_ON))
            .order_by(Proposal.made_at, Proposal.id)
        ).all()
    )


@dataclass(frozen=True)
class DueProposal:
    """A proposal that waits for its owner, as きょう shows it."""

    proposal_id: str
    case_id: str
    resource_id: int
    state: ProposalState
    due_at: datetime


def list_due_proposals(
    session: Session, *, owner_id: int, until: datetime, scope: Scope
) -> list[DueProposal]:
    """Return the proposals of an owner whose date comes before a moment, earliest first."""
    rows = session.execute(
        sa.select(Proposal.id, Proposal.case_id, Proposal.resource_id, Proposal.state, Proposal.due_at)
        .where(
            Proposal.visible_to(scope),
            Proposal.owner_id == owner_id,
            Proposal.state.in_(_GOES_ON),
            Proposal.due_at < until,
        )
        .order_by(Proposal.due_at, Proposal.id)
    )
    return [DueProposal(key, case_id, place, state, due) for key, case_id, place, state, due in rows if due]


def list_lapsed_ids(session: Session, *, at: datetime, scope: Scope) -> Sequence[str]:
    """Return the proposals whose host has not answered in time, oldest first."""
    return session.scalars(
        sa.select(Proposal.id)
        .where(Proposal.visible_to(scope), Proposal.state == ProposalState.ASKED, Proposal.due_at <= at)
        .order_by(Proposal.due_at, Proposal.id)
    ).all()
