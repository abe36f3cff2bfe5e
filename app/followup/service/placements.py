"""A placement from its start over its stages to its end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.cases import queries as cases
from app.cases.policies import CASE_IS_OVER
from app.cases.vocabulary import CaseState
from app.db.sealing import new_row_id
from app.followup import policies, queries
from app.followup.models import Placement, PlacementStep
from app.followup.policies import Cover
from app.followup.service.contacts import plan_contact
from app.followup.vocabulary import (
    CONTACT_DAYS,
    FAREWELL_AFTER,
    Cause,
    EndReason,
    Occasion,
    Party,
    Stage,
)
from app.matching import queries as matching
from app.matching.service import close_proposal
from app.matching.vocabulary import ProposalState, holder_of
from app.people import queries as people
from app.people.policies import NOT_HERE
from app.resources.queries import catalogue, openings
from app.resources.service import seats
from app.web.errors import Refused

_A_MOMENT = timedelta(minutes=1)


def start_placement(
    session: Session,
    *,
    case_id: str,
    resource_id: int,
    opening_id: int | None = None,
    slot_ids: Collection[int] = (),
    stage: Stage,
    starts_on: date,
    avoided: Collection[int],
    proposal_id: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Begin taking part and return the placement's id; raise `Refused` with what to do where a rule says no.

    `avoided` is `queries.list_places_to_avoid`, asked of a session of the product: whom the person must not meet may
    belong to another team, whose rows this session does not reach. It has no default, so that nobody forgets it.
    What a proposal holds in these slots becomes the placement's, the rest is given back, all under the same locks.
    """
    # Every change waits at the head of the log anyway. Waiting there first, the second of two presses sees the first.
    get_locked_head(session)
    case = cases.get_own_case(session, case_id, scope=by.scope)
    if case.state is not CaseState.OPEN:
        raise Refused(CASE_IS_OVER)
    if stage not in policies.STAGES_TO_START_IN:
        raise Refused("見学・体験・継続のどれから始めるかを選んでください。", field="stage")
    if abs(starts_on - at.date()) > policies.START_WITHIN:
        raise Refused(policies.START_IS_FAR, field="starts_on")
    basis = cases.find_basis(session, case_id, on=starts_on, scope=by.scope)
    if basis is None:
        raise Refused(policies.NO_BASIS)
    exclusions = people.get_exclusions(session, case.person_id, scope=by.scope)
    if resource_id in exclusions.resource_ids or resource_id in avoided:
        raise Refused(NOT_HERE)
    _refuse_place(
        session,
        resource_id=resource_id,
        opening_id=opening_id,
        slot_ids=slot_ids,
        stage=stage,
        on=starts_on,
        is_start=True,
        by=by,
    )
    _refuse_second(session, case_id, resource_id, by)
    if proposal_id is not None:
        _refuse_proposal(session, proposal_id, case_id, resource_id, by)
    placement = Placement(
        id=new_row_id(),
        team_id=case.team_id,
        case_id=case.id,
        resource_id=resource_id,
        opening_id=opening_id,
        proposal_id=proposal_id,
        basis_id=basis.basis_id,
        stage=stage,
        started_on=starts_on,
        steps=[_step(case.team_id, stage, starts_on, by, at)],
    )
    session.add(placement)
    session.flush()
    if proposal_id is not None:
        # What was held for the person goes over to the placement as it is, even where the host offers less by now.
        seats.pass_seats(
            session, holder=holder_of(proposal_id), to=placement.id, slot_ids=slot_ids, by=by, at=at
        )
        close_proposal(session, proposal_id=proposal_id, by=by, at=at)
    for slot_id in sorted(slot_ids):
        # Held for a moment and taken at once: the slot stays locked until all is written.
        seats.hold_seat(
            session,
            slot_id=slot_id,
            holder=placement.id,
            starts_on=starts_on,
            held_until=at + _A_MOMENT,
            by=by,
            at=at,
        )
    seats.take_seats(session, holder=placement.id, starts_on=starts_on, by=by, at=at)
    _plan_contacts(session, placement, by)
    _record(
        session,
        "placement.started",
        placement,
        by,
        at,
        case=case.id,
        resource=resource_id,
        basis=basis.basis_id,
        stage=stage.value,
        on=starts_on.isoformat(),
    )
    return placement.id


def move_stage(
    session: Session, *, placement_id: str, stage: Stage, on: date, by: Actor, at: datetime
) -> None:
    """Go on to another stage, in any direction; `end_placement` ends."""
    placement = queries.get_placement(session, placement_id, scope=by.scope)
    if stage not in policies.STAGES_TO_START_IN:
        raise Refused("終わるときは「参加を終える」から、理由と一緒に記録してください。", field="stage")
    _refuse_step(placement, stage, on, at)
    _refuse_place(
        session,
        resource_id=placement.resource_id,
        opening_id=placement.opening_id,
        stage=stage,
        on=on,
        is_start=False,
        by=by,
    )
    came_from, placement.stage = placement.stage, stage
    placement.steps.append(_step(placement.team_id, stage, on, by, at))
    _record(
        session,
        "placement.moved",
        placement,
        by,
        at,
        came_from=came_from.value,
        stage=stage.value,
        on=on.isoformat(),
    )


def end_placement(
    session: Session,
    *,
    placement_id: str,
    reason: EndReason,
    cause: Cause,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """End taking part: seats fall back, planned contacts are dropped, and one last one is planned to say thank you."""
    placement = queries.get_placement(session, placement_id, scope=by.scope)
    _refuse_step(placement, Stage.ENDED, on, at)
    placement.stage, placement.ended_on = Stage.ENDED, on
    placement.end_reason, placement.end_cause = reason, cause
    placement.steps.append(_step(placement.team_id, Stage.ENDED, on, by, at))
    seats.release_seats(session, holder=placement.id, on=on, by=by, at=at)
    dropped = queries.list_planned(session, placement.case_id, placement_id=placement.id, scope=by.scope)
    owner_id = next((planned.owner_id for planned in dropped), None)
    for planned in dropped:
        planned.dropped_at = at
    plan_contact(
        session,
        team_id=placement.team_id,
        case_id=placement.case_id,
        placement_id=placement.id,
        party=Party.PERSON,
        occasion=Occasion.FAREWELL,
        due_on=max(on + FAREWELL_AFTER, at.date()),
        owner_id=owner_id,
        by=by,
    )
    _record(
        session,
        "placement.ended",
        placement,
        by,
        at,
        reason=reason.value,
        cause=cause.value,
        on=on.isoformat(),
        dropped=len(dropped),
    )


def _refuse_place(
    session: Session,
    *,
    resource_id: int,
    opening_id: int | None,
    slot_ids: Collection[int] = (),
    stage: Stage,
    on: date,
    is_start: bool,
    by: Actor,
) -> None:
    """Raise when the place takes nobody in, or when there is no cover for work; a pause keeps out new people only."""
    resource = catalogue.get_resource(session, resource_id, scope=by.scope)
    offered = openings.list_openings(session, resource_ids=[resource_id], scope=by.scope)
    opening = next((one for one in offered if one.id == opening_id), None)
    seats_offered = {slot.id for slot in opening.slots} if opening else set()
    if (opening is None and opening_id is not None) or not set(slot_ids) <= seats_offered:
        raise Refused(
            "この場の受け入れ枠を1つ選び、その枠の中から曜日と時間を選んでください。", field="slot_ids"
        )
    cover, allowed = Cover(resource.kind.group), None
    if opening is not None:
        allowed = {
            Stage.VISIT: opening.allows_visit,
            Stage.TRIAL: opening.allows_trial,
            Stage.ONGOING: opening.allows_ongoing,
        }[stage]
        cover = Cover(
            group=resource.kind.group,
            has_opening=True,
            pay=opening.pay,
            training=opening.training,
            insurance=opening.insurance,
            holder=opening.insurance_holder,
            since=opening.insured_from,
            until=opening.insured_to,
            recognition=opening.host.recognition,
        )
    paused_until = opening.paused_until if opening and is_start else None
    problem = policies.place_problem(
        resource.state, paused_until=paused_until, allowed=allowed, stage=stage, on=on
    ) or policies.cover_problem(cover, on=on)
    if problem:
        raise Refused(problem, field="slot_ids" if is_start else "stage")


def _refuse_second(session: Session, case_id: str, resource_id: int, by: Actor) -> None:
    running = queries.list_running_placements(session, case_id, scope=by.scope)
    if any(placement.resource_id == resource_id for placement in running):
        raise Refused("この場への参加は、もう始まっています。段階を変えるときは、その参加の画面からどうぞ。")


def _refuse_proposal(session: Session, proposal_id: str, case_id: str, resource_id: int, by: Actor) -> None:
    """Raise unless both sides have said yes to this proposal, which is of this case and of this place."""
    proposal = matching.get_locked_proposal(session, proposal_id, scope=by.scope)
    if (proposal.case_id, proposal.resource_id) != (case_id, resource_id):
        raise Refused("この提案は、別のケースか別の場のものです。提案の画面から始め直してください。")
    if proposal.state is not ProposalState.ACCEPTED:
        raise Refused(
            "この提案は、まだ受け入れが決まっていません。本人と受け入れ先の返事を記録してから始めてください。"
        )
    if queries.find_placement_of(session, proposal_id, scope=by.scope) is not None:
        raise Refused("この提案からの参加は、もう始まっています。ケースの画面で確かめてください。")


def _refuse_step(placement: Placement, stage: Stage, on: date, at: datetime) -> None:
    last_on = placement.steps[-1].happened_on
    problem = policies.step_problem(stage, current=placement.stage, last_on=last_on, on=on, today=at.date())
    if problem:
        raise Refused(problem, field="on")


def _step(team_id: int, stage: Stage, on: date, by: Actor, at: datetime) -> PlacementStep:
    return PlacementStep(
        team_id=team_id, stage=stage, happened_on=on, recorded_by=by.account_id, recorded_at=at
    )


def _plan_contacts(session: Session, placement: Placement, by: Actor) -> None:
    """Plan both sides' contacts, each on its own: the host worries too, and the person need not be there."""
    for party in Party:
        for days in CONTACT_DAYS:
            plan_contact(
                session,
                team_id=placement.team_id,
                case_id=placement.case_id,
                placement_id=placement.id,
                party=party,
                occasion=Occasion.REGULAR,
                due_on=placement.started_on + timedelta(days=days),
                by=by,
            )


def _record(
    session: Session, action: str, placement: Placement, by: Actor, at: datetime, **detail: str | int
) -> None:
    record_event(
        session,
        action=action,
        subject_kind="placement",
        subject_id=placement.id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
