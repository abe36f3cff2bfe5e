"""The course of a lead: which state may follow which, what belongs to it, and how the last change is undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

from app.development.vocabulary.leads import WORKING, LeadState, Side, Step

NOTHING_TO_UNDO: Final = "取り消せる変更は、もうありません。"
NOT_OPENED: Final = "まだ枠になっていません。「枠になった」にしてから、受け入れ先を選んでください。"
IS_OPENED: Final = "もう枠になっています。続きは受け入れ先の画面で進めてください。まちがいのときは「ひとつ前に戻す」を押します。"

CANNOT_BE_WITHDRAWN: Final = (
    "もう書きこみのある開拓メモなので、取り消せません。進めないときは「見送り」か「また今度」にしてください。"
)


class Opened(Protocol):
    """What a lead tells of whether anybody has worked on it."""

    @property
    def rule(self) -> str | None: ...
    @property
    def made_by(self) -> int | None: ...
    @property
    def state(self) -> LeadState: ...
    @property
    def version(self) -> int: ...
    @property
    def contacts(self) -> Sequence[object]: ...


def next_states(state: LeadState) -> tuple[LeadState, ...]:
    """Return where a lead can go from here.

    Steps may be left out, since one talk can go from finding to a proposal, and nobody is pressed: what waits or was
    declined can be taken up again at any step. What became an opening goes on as a host, and no further here.
    """
    if state is LeadState.OPENED:
        return ()
    working = WORKING[WORKING.index(state) + 1 :] if state in WORKING else WORKING[1:]
    parked = (LeadState.LATER,) if state is LeadState.DECLINED else (LeadState.LATER, LeadState.DECLINED)
    return (*working, LeadState.OPENED, *parked)


def step_problem(current: LeadState, step: Step, *, today: date) -> tuple[str, str] | None:
    """Say which field of a step cannot stand and how to mend it, None when all can."""
    if current is LeadState.OPENED:
        return "state", IS_OPENED
    if step.state not in next_states(current):
        return "state", f"「{current.label}」からは選べません。並んでいるものから選んでください。"
    if step.state is LeadState.DECLINED and step.reason is None:
        return "reason", "見送りの理由を選んでください。次に声をかけるときの手がかりになります。"
    if step.state is LeadState.DECLINED and step.side is None:
        return "side", "どちらの側の理由かを選んでください。"
    if step.state is LeadState.LATER and (step.back_on is None or step.back_on <= today):
        return "back_on", "いつ戻すかを、明日以降の日付で入れてください。その日に「きょう」に出ます。"
    return None


def trimmed(step: Step) -> Step:
    """Return the step with only what belongs to its state."""
    declined, later = step.state is LeadState.DECLINED, step.state is LeadState.LATER
    side: Side | None = step.side if declined else None
    return Step(step.state, step.reason if declined else None, side, step.back_on if later else None)


def state_before(steps: Sequence[Step]) -> Step | None:
    """Return the step that counts again once the last is undone; None when only the first is left."""
    return steps[-2] if len(steps) > 1 else None


def may_be_withdrawn(lead: Opened, account_id: int | None) -> bool:
    """Whether a lead that the matcher proposed is as it was opened, and this account opened it."""
    return (
        lead.rule is not None
        and lead.made_by == account_id
        and lead.state is LeadState.FOUND
        and lead.version == 1
        and not lead.contacts
    )
