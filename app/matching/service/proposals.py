"""Proposals: from the person to the host, each step once. A seat is held from the question to the host on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.cases.policies import CASE_IS_OVER
from app.db.sealing import new_row_id, write_sealed
from app.matching import policies, queries
from app.matching.engine.explanation import explain
from app.matching.engine.profile import NeedProfile
from app.matching.engine.week_pool import for_a_week
from app.matching.exchange import Snapshot, snapshot_of
from app.matching.models import Proposal, ProposalStep
from app.matching.vocabulary import ProposalReason, ProposalState, Side, holder_of
from app.people.policies import NOT_HERE
from app.resources.queries.seats import list_free_slots
from app.resources.service import seats
from app.web.errors import CHANGED_MEANWHILE, Refused

ALREADY_PROPOSED = (
    "この場は、もう本人への提案に入っています。ケースの画面の「ニーズと候補」で確かめてください。"
)
LAPSED = (
    "返事の期限が過ぎ、仮おさえの席は空きに戻りました。続けるときは、候補の画面からもう一度提案してください。"
)


def propose_place(
    session: Session,
    *,
    case_id: str,
    resource_id: int,
    opening_id: int | None = None,
    slot_id: int | None = None,
    in_week: bool = False,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> str:
    """Propose a place to the person of a case and return the proposal's id.

    The place is judged anew: whom to keep away may have been written down since the page was opened. What was computed
    is frozen with it. As one of several places of a week (`in_week`) it need not fill the wished hours and times alone.
    """
    assert by.account_id is not None, "a proposal has an owner"
    facts = queries.get_facts(session, case_id, on=at.date(), scope=by.scope)
    if not facts.is_open:
        raise Refused(CASE_IS_OVER)
    need = queries.find_need(session, case_id, scope=by.scope)
    if need is None:
        raise Refused("先に、本人のニーズを書いてください。")
    _refuse_slot(session, opening_id, slot_id, by, at)
    profile = facts.completed(need.content.profile, avoided)
    snapshot = _judge(
        session,
        profile=for_a_week(profile) if in_week else profile,
        resource_id=resource_id,
        opening_id=opening_id,
        version=need.version,
        by=by,
        at=at,
    )
    if queries.find_running_proposal(session, case_id, resource_id, opening_id, scope=by.scope):
        raise Refused(ALREADY_PROPOSED)
    proposal = Proposal(
        id=new_row_id(),
        team_id=facts.team_id,
        case_id=case_id,
        need_id=need.need_id,
        resource_id=resource_id,
        opening_id=opening_id,
        slot_id=slot_id,
        state=ProposalState.SHOWN,
        owner_id=by.account_id,
        due_at=policies.due_of(ProposalState.SHOWN, at=at),
        made_at=at,
        steps=[_step(facts.team_id, ProposalState.SHOWN, by, at)],
    )
    write_sealed(session, proposal, snapshot.document)
    session.add(proposal)
    session.flush()
    _record(session, proposal, by, at)
    return proposal.id


def _judge(
    session: Session,
    *,
    profile: NeedProfile,
    resource_id: int,
    opening_id: int | None,
    version: int,
    by: Actor,
    at: datetime,
) -> Snapshot:
    """Compute the place for the person as it stands; raise `Refused` when it is not there or does not fit."""
    outcome = queries.get_match(session, profile, at=at, scope=by.scope)
    row = outcome.row_of(resource_id, opening_id)
    if row is None or outcome.columns.is_light[row]:
        raise Refused(NOT_HERE)
    explained = explain(outcome, row)
    if explained.failed:
        names = "・".join(evidence.name for evidence in explained.failed)
        raise Refused(f"いまの条件に合わない場です（{names}）。ニーズを見直すか、別の場を選んでください。")
    position = outcome.ranked.tolist().index(row) + 1
    return snapshot_of(outcome, explained, need_version=version, position=position)


def move_proposal(
    session: Session,
    *,
    proposal_id: str,
    to: ProposalState,
    slot_id: int | None = None,
    side: Side | None = None,
    reason: ProposalReason | None = None,
    seen_version: int | None = None,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> None:
    """Move a proposal on; of two who do so at once one is told that somebody was first.

    Before the host is asked, and before it is settled that they take the person in, whom to keep away is asked again.
    """
    # Every change waits at the head of the log anyway. Waiting there before the proposal, as whoever begins taking part
    # does, two who come at once never wait for each other in a circle.
    get_locked_head(session)
    proposal = queries.get_locked_proposal(session, proposal_id, scope=by.scope)
    if seen_version is not None and proposal.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)
    now_state = policies.state_now(proposal.state, proposal.due_at, now=at)
    if now_state is not proposal.state:
        raise Refused(LAPSED)
    problem = policies.step_problem(proposal.state, to, due_at=proposal.due_at)
    if problem:
        raise Refused(problem)
    ended = policies.end_problem(to, side, reason)
    if ended:
        raise Refused(ended[1], field=ended[0])
    due = policies.due_of(to, at=at)
    if to in policies.HOLDS_SEAT:
        _refuse_meeting(session, proposal, avoided, by, at)
        _hold_seat(session, proposal, to, slot_id, by, at)
    elif proposal.state in policies.HOLDS_SEAT:
        seats.release_seats(session, holder=holder_of(proposal.id), on=at.date(), by=by, at=at)
    proposal.state, proposal.due_at = to, due
    if to in policies.COMES_TO_NOTHING:
        proposal.ended_side, proposal.ended_reason = side, reason
    proposal.steps.append(_step(proposal.team_id, to, by, at))
    session.flush()
    _record(session, proposal, by, at)


def close_proposal(session: Session, *, proposal_id: str, by: Actor, at: datetime) -> None:
    """Note that an accepted proposal has led to a start: it waits for nobody any more, and cannot be taken back."""
    get_locked_head(session)
    proposal = queries.get_locked_proposal(session, proposal_id, scope=by.scope)
    if proposal.state is not ProposalState.ACCEPTED:
        raise Refused(
            f"この提案は、いま「{proposal.state.label}」です。受け入れが決まってから始めてください。"
        )
    proposal.due_at = None
    session.flush()
    _record(session, proposal, by, at, action="proposal.closed")


def _hold_seat(
    session: Session,
    proposal: Proposal,
    to: ProposalState,
    slot_id: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Hold a seat while the host thinks, and then until the person begins; a place without seats has none to hold."""
    if slot_id is not None and to is ProposalState.ASKED:
        _refuse_slot(session, proposal.opening_id, slot_id, by, at)
        proposal.slot_id = slot_id
    if proposal.opening_id is None:
        return
    if proposal.slot_id is None:
        raise Refused("どの曜日と時間の枠かを選んでください。", field="slot_id")
    wait = policies.HOST_ANSWERS_WITHIN if to is ProposalState.ASKED else policies.SEAT_WAITS_FOR_START
    seats.hold_seat(
        session,
        slot_id=proposal.slot_id,
        holder=holder_of(proposal.id),
        starts_on=at.date(),
        held_until=at + wait,
        by=by,
        at=at,
    )


def _refuse_slot(
    session: Session, opening_id: int | None, slot_id: int | None, by: Actor, at: datetime
) -> None:
    if slot_id is None:
        return
    own = {
        slot.slot_id
        for slot in list_free_slots(
            session, at=at, opening_ids=[] if opening_id is None else [opening_id], scope=by.scope
        )
    }
    if slot_id not in own:
        raise Refused("この枠は、この受け入れ枠のものではありません。選び直してください。", field="slot_id")


def _refuse_meeting(
    session: Session, proposal: Proposal, avoided: Collection[int], by: Actor, at: datetime
) -> None:
    facts = queries.get_facts(session, proposal.case_id, on=at.date(), scope=by.scope)
    outcome = queries.get_match(
        session, facts.completed(NeedProfile(person_key=""), avoided), at=at, scope=by.scope
    )
    if outcome.row_of(proposal.resource_id, proposal.opening_id) is None:
        raise Refused(NOT_HERE)


def expire_proposals(session: Session, *, by: Actor, at: datetime) -> int:
    """Let every question lapse that no host has answered in time, and give its seat back; return how many."""
    get_locked_head(session)
    lapsed = queries.list_lapsed_ids(session, at=at, scope=by.scope)
    count = 0
    for proposal_id in lapsed:
        proposal = queries.get_locked_proposal(session, proposal_id, scope=by.scope)
        if policies.state_now(proposal.state, proposal.due_at, now=at) is not ProposalState.EXPIRED:
            continue
        seats.release_seats(session, holder=holder_of(proposal.id), on=at.date(), by=by, at=at)
        proposal.state, proposal.due_at = ProposalState.EXPIRED, None
        proposal.steps.append(_step(proposal.team_id, ProposalState.EXPIRED, by, at))
        session.flush()
        _record(session, proposal, by, at)
        count += 1
    return count


def _step(team_id: int, state: ProposalState, by: Actor, at: datetime) -> ProposalStep:
    return ProposalStep(team_id=team_id, state=state, at=at, by=by.account_id)


def _record(
    session: Session, proposal: Proposal, by: Actor, at: datetime, *, action: str | None = None
) -> None:
    record_event(
        session,
        action=action or f"proposal.{proposal.state.value}",
        subject_kind="proposal",
        subject_id=proposal.id,
        by=by.account_id,
        at=at,
        detail={"case": proposal.case_id, "resource": proposal.resource_id},
    )
