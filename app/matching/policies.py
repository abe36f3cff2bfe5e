"""Rules of matching, pure: what a proposal may become, until when an answer is awaited, who decides about the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from app.accounts.vocabulary import TEAM_ROLES, Role
from app.matching.vocabulary import ProposalReason, ProposalState, Side

RULE_READERS: Final = (*sorted(TEAM_ROLES), Role.CITY_OFFICER, Role.PLANNER, Role.ADMIN)
"""Who reads by which rules places are proposed: everybody who works with cases or answers for them."""

RULE_WRITERS: Final = (Role.CITY_OFFICER, Role.ADMIN)
"""Who decides about them, for the whole town."""

HOST_ANSWERS_WITHIN: Final = timedelta(days=14)
SEAT_WAITS_FOR_START: Final = timedelta(days=60)
"""How long a seat stays held for somebody who was accepted and has not begun yet."""

_DUE_AFTER: Final = {
    # When somebody asks how it is going. Only the host's answer has an end: nobody is hurried into a wish.
    ProposalState.SHOWN: timedelta(days=14),
    ProposalState.AGREED: timedelta(days=3),
    ProposalState.ASKED: HOST_ANSWERS_WITHIN,
    ProposalState.ACCEPTED: timedelta(days=14),
}

_LEADS_TO: Final[Mapping[ProposalState, frozenset[ProposalState]]] = {
    ProposalState.DRAFT: frozenset({ProposalState.SHOWN, ProposalState.WITHDRAWN}),
    ProposalState.SHOWN: frozenset(
        {ProposalState.DRAFT, ProposalState.AGREED, ProposalState.DECLINED, ProposalState.WITHDRAWN}
    ),
    ProposalState.AGREED: frozenset({ProposalState.ASKED, ProposalState.DECLINED, ProposalState.WITHDRAWN}),
    ProposalState.ASKED: frozenset(
        {
            ProposalState.ACCEPTED,
            ProposalState.DECLINED,
            ProposalState.WITHDRAWN,
            ProposalState.EXPIRED,
        }
    ),
    ProposalState.ACCEPTED: frozenset({ProposalState.WITHDRAWN}),
}

COMES_TO_NOTHING: Final = frozenset({ProposalState.DECLINED, ProposalState.WITHDRAWN})
"""Where somebody has ended it, and is asked who and why."""

HOLDS_SEAT: Final = frozenset({ProposalState.ASKED, ProposalState.ACCEPTED})


def due_of(state: ProposalState, *, at: datetime) -> datetime | None:
    """Until when the next answer is looked for, None where nothing is awaited."""
    wait = _DUE_AFTER.get(state)
    return at + wait if wait else None


def state_now(state: ProposalState, due_at: datetime | None, *, now: datetime) -> ProposalState:
    """The state as it is shown: a host that has not answered in time has let it lapse, though no job has said so yet."""
    lapsed = state is ProposalState.ASKED and due_at is not None and due_at <= now
    return ProposalState.EXPIRED if lapsed else state


def steps_from(state: ProposalState, *, due_at: datetime | None) -> frozenset[ProposalState]:
    """What a proposal may become next."""
    if state is ProposalState.ACCEPTED and due_at is None:
        return frozenset()
    return _LEADS_TO.get(state, frozenset())


def step_problem(state: ProposalState, to: ProposalState, *, due_at: datetime | None) -> str | None:
    """Say why a proposal cannot become this, None when it can. An accepted one without a date has led to a start."""
    if state is ProposalState.ACCEPTED and due_at is None:
        return "この提案からは、もう参加が始まっています。参加の画面で進めてください。"
    if to in steps_from(state, due_at=due_at):
        return None
    return f"この提案は、いま「{state.label}」です。画面を開き直して、いまできることを確かめてください。"


def end_problem(
    to: ProposalState, side: Side | None, reason: ProposalReason | None
) -> tuple[str, str] | None:
    """Say which field is missing where a proposal comes to nothing: who said so, and why."""
    if to not in COMES_TO_NOTHING:
        return None
    if side is None:
        return "side", "どなたの側の事情かを選んでください。"
    if reason is None:
        return "reason", "理由を選んでください。"
    return None
