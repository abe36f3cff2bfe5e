"""Counting over the proposals of other teams, for what stands beside a score. The session has to be the product's own.

What leaves here are sums by place and by host, never a proposal, a case or a day. What those who ask do themselves is
in no sum: with proposals of their own they could bring it over a threshold, subtract them, and read what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import select_joined_team_ids
from app.accounts.vocabulary import Scope
from app.cases import queries as cases
from app.matching.engine.standing import ASKED_WITHIN, PROPOSED_WITHIN, AskedHost, HostRecord, record_of
from app.matching.models import Proposal, ProposalStep
from app.matching.policies import state_now
from app.matching.vocabulary import ProposalReason, ProposalState, Side
from app.resources.queries.openings import list_openings_of_same_hosts

_ANSWERS: Final = (ProposalState.ACCEPTED, ProposalState.DECLINED)


@dataclass(frozen=True)
class Standing:
    """How the hosts behind some openings answer other teams, and to how many of their people places were proposed."""

    hosts: Mapping[int, HostRecord]
    people: Mapping[int, int]


class _Step(NamedTuple):
    """A step that asks or answers, with the proposal that it belongs to."""

    proposal_id: str
    opening_id: int | None
    state: ProposalState
    due_at: datetime | None
    ended_side: Side | None
    ended_reason: ProposalReason | None
    step: ProposalState
    at: datetime


def get_standing(
    session: Session,
    *,
    resource_ids: Collection[int],
    opening_ids: Collection[int],
    asked_by: Scope,
    at: datetime,
    scope: Scope,
) -> Standing:
    """Return the records of the hosts by opening, and the people by place; `asked_by` is who looks, and not counted."""
    hosts = list_openings_of_same_hosts(session, opening_ids, scope=scope) if opening_ids else {}
    questions: dict[int, list[AskedHost]] = {host: [] for host in hosts.values()}
    if hosts:
        for opening_id, question in _list_questions(session, hosts, asked_by=asked_by, at=at, scope=scope):
            questions[hosts[opening_id]].append(question)
    records = {host: record_of(asked) for host, asked in questions.items()}
    return Standing(
        hosts={opening_id: records[hosts[opening_id]] for opening_id in opening_ids if opening_id in hosts},
        people=_count_people(session, resource_ids, asked_by=asked_by, at=at, scope=scope),
    )


def _list_questions(
    session: Session, opening_ids: Collection[int], *, asked_by: Scope, at: datetime, scope: Scope
) -> list[tuple[int, AskedHost]]:
    """Questions of the last twelve months that the host answered or let lapse.

    What is still open, or was taken back by anybody else, says nothing of the host and does not count.
    """
    rows = session.execute(
        sa.select(
            Proposal.id,
            Proposal.opening_id,
            Proposal.state,
            Proposal.due_at,
            Proposal.ended_side,
            Proposal.ended_reason,
            ProposalStep.state,
            ProposalStep.at,
        )
        .join(ProposalStep, ProposalStep.proposal_id == Proposal.id)
        .where(
            Proposal.visible_to(scope),
            _is_of_others(asked_by),
            Proposal.opening_id.in_(list(opening_ids)),
            ProposalStep.state.in_((ProposalState.ASKED, *_ANSWERS)),
        )
        .order_by(Proposal.id, ProposalStep.at, ProposalStep.id)
    )
    found: list[tuple[int, AskedHost]] = []
    told = (_Step(*row) for row in rows)
    for _, steps in groupby(told, key=lambda one: one.proposal_id):
        asked, *after = steps
        if (
            asked.opening_id is not None
            and asked.step is ProposalState.ASKED
            and asked.at >= at - ASKED_WITHIN
        ):
            answer = after[0] if after else None
            if _has_answered(asked, answer):
                found.append((asked.opening_id, AskedHost(asked.at, answer.at if answer else None)))
            elif _was_silent(asked, at):
                found.append((asked.opening_id, AskedHost(asked.at, None)))
    return found


def _has_answered(asked: _Step, answer: _Step | None) -> bool:
    if answer is None or answer.step is ProposalState.ACCEPTED:
        return answer is not None
    return asked.ended_side is Side.HOST and asked.ended_reason is not ProposalReason.NO_ANSWER


def _was_silent(asked: _Step, at: datetime) -> bool:
    if asked.ended_side is Side.HOST and asked.ended_reason is ProposalReason.NO_ANSWER:
        return True
    # The same as it is shown: no job has to have said so yet.
    return state_now(asked.state, asked.due_at, now=at) is ProposalState.EXPIRED


def _count_people(
    session: Session, resource_ids: Collection[int], *, asked_by: Scope, at: datetime, scope: Scope
) -> dict[int, int]:
    """People to whom a place is shown or was; what was taken back before they said anything counts for nobody."""
    was_wanted = sa.exists().where(
        ProposalStep.proposal_id == Proposal.id, ProposalStep.state == ProposalState.AGREED
    )
    known = cases.select_unprotected_persons(scope=scope).subquery()
    return dict(
        session.execute(
            sa.select(Proposal.resource_id, sa.func.count(sa.distinct(known.c.person_id)))
            .join(known, known.c.id == Proposal.case_id)
            .where(
                Proposal.visible_to(scope),
                _is_of_others(asked_by),
                Proposal.resource_id.in_(list(resource_ids)),
                Proposal.made_at >= at - PROPOSED_WITHIN,
                sa.or_(Proposal.state.not_in((ProposalState.DRAFT, ProposalState.WITHDRAWN)), was_wanted),
            )
            .group_by(Proposal.resource_id)
        ).all()
    )


def _is_of_others(asked_by: Scope) -> sa.ColumnElement[bool]:
    """Of a team in which whoever looks is not and never was, and not their own: what one knows one could subtract."""
    return sa.and_(
        Proposal.team_id.not_in(select_joined_team_ids(scope=asked_by)),
        # A membership that ends on the day it began leaves no trace; what was proposed meanwhile has its owner.
        Proposal.owner_id != asked_by.account_id,
    )
