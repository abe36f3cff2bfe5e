"""Plans, the city's decision, and on what a start rests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.cases import policies, queries
from app.cases.models import Case, Plan, StartBasis
from app.cases.service.log import record_case_event
from app.cases.vocabulary import BasisKind, CaseState, PlanState, PlanText
from app.db.sealing import new_row_id, read_sealed, write_sealed
from app.web.errors import Refused


def write_plan(
    session: Session,
    *,
    case_id: str,
    text: PlanText,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write the plan of the present round, or begin the next one after a decision; return its id."""
    case = _open_case_of_team(session, case_id, by)
    plan = queries.find_latest_plan(session, case_id, scope=by.scope)
    if plan is not None and plan.state is PlanState.SUBMITTED:
        raise Refused("このプランは決定を待っています。直すときは、先に取り下げてください。")
    case.move_on(seen_version)
    if plan is None or plan.state is PlanState.DECIDED:
        plan = Plan(
            id=new_row_id(),
            team_id=case.team_id,
            case_id=case.id,
            round=(plan.round if plan else 0) + 1,
            made_by=by.account_id,
            made_at=at,
        )
        document: dict[str, object] = {"writers": [], "returned_because": ""}
        session.add(plan)
    else:
        document = read_sealed(session, plan)
    plan.state = PlanState.DRAFT
    writers = sorted({*_ids(document["writers"]), *_ids([by.account_id])})
    write_sealed(session, plan, {**document, "text": text.document, "writers": writers})
    record_case_event(session, case_id=case.id, action="plan.written", by=by, at=at, round=plan.round)
    return plan.id


def submit_plan(
    session: Session, *, case_id: str, seen_version: int | None = None, by: Actor, at: datetime
) -> None:
    """Ask the city for its decision; from now on its officers see the case until they have decided."""
    case = _open_case_of_team(session, case_id, by)
    plan = queries.find_latest_plan(session, case_id, scope=by.scope)
    if plan is None or plan.state is not PlanState.DRAFT:
        raise Refused("決定に出せるプランがありません。先にプランを書いてください。")
    text = PlanText.from_document(read_sealed(session, plan)["text"])
    if not text.goals.strip() or not text.offer.strip():
        raise Refused("「めざすこと」と「すること」を書いてから、決定に出してください。")
    case.move_on(seen_version)
    plan.state, case.awaits_decision = PlanState.SUBMITTED, True
    record_case_event(session, case_id=case.id, action="plan.submitted", by=by, at=at, round=plan.round)


def take_plan_back(session: Session, *, case_id: str, by: Actor, at: datetime) -> None:
    """Undo the submission, as long as nothing was decided."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    plan = queries.find_latest_plan(session, case_id, scope=by.scope)
    if plan is None or plan.state is not PlanState.SUBMITTED:
        raise Refused("取り下げるプランがありません。先に決定されたか、差し戻されています。")
    case.move_on(None)
    plan.state, case.awaits_decision = PlanState.DRAFT, False
    record_case_event(session, case_id=case.id, action="plan.taken_back", by=by, at=at, round=plan.round)


def decide_plan(
    session: Session,
    *,
    case_id: str,
    seen_version: int | None = None,
    decided_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Decide on support (支援決定); the start may rest on it from now on. Raises `Refused` for whoever may not."""
    case, plan = _asked_decision(session, case_id, seen_version, by)
    plan.state, plan.decided_by, plan.decided_on = PlanState.DECIDED, by.account_id, decided_on or at.date()
    case.awaits_decision = False
    _add_basis(session, case, BasisKind.DECISION, "", by, at, plan_id=plan.id)
    record_case_event(session, case_id=case.id, action="plan.decided", by=by, at=at, round=plan.round)


def return_plan(
    session: Session, *, case_id: str, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> None:
    """Give a plan back with a reason; it is reworked and handed in again."""
    if not reason.strip():
        raise Refused("差し戻す理由と、どう直すとよいかを書いてください。", field="reason")
    case, plan = _asked_decision(session, case_id, seen_version, by)
    plan.state, case.awaits_decision = PlanState.RETURNED, False
    write_sealed(session, plan, {**read_sealed(session, plan), "returned_because": reason})
    record_case_event(session, case_id=case.id, action="plan.returned", by=by, at=at, round=plan.round)


def record_basis(
    session: Session,
    *,
    case_id: str,
    kind: BasisKind,
    reason: str,
    confirm_by: date | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Record an early start, or that no plan is made; a decision records itself. Returns the id of the basis."""
    case = _open_case_of_team(session, case_id, by)
    if kind is BasisKind.DECISION:
        raise Refused("支援決定は、市の職員が決定したときに自動で記録されます。", field="kind")
    if not reason.strip():
        raise Refused("理由を書いてください。", field="reason")
    if kind is BasisKind.EARLY:
        problem = policies.confirm_by_problem(confirm_by, today=at.date())
        if problem:
            raise Refused(problem, field="confirm_by")
    elif confirm_by is not None:
        raise Refused("確認の期限は、早期開始のときだけ入力してください。", field="confirm_by")
    basis = _add_basis(session, case, kind, reason, by, at, confirm_by=confirm_by)
    record_case_event(session, case_id=case.id, action="basis.recorded", by=by, at=at, kind=kind.value)
    return basis.id


def _open_case_of_team(session: Session, case_id: str, by: Actor) -> Case:
    case = queries.get_own_case(session, case_id, scope=by.scope)
    if case.state is not CaseState.OPEN:
        raise Refused("この台帳は終わっています。続けるときは、先に「もう一度ひらく」を選んでください。")
    return case


def _asked_decision(session: Session, case_id: str, seen_version: int | None, by: Actor) -> tuple[Case, Plan]:
    case = queries.get_case(session, case_id, scope=by.scope)
    plan = queries.get_submitted_plan(session, case_id, scope=by.scope)
    problem = policies.decision_problem(by, writers=_ids(read_sealed(session, plan)["writers"]))
    if problem:
        raise Refused(problem)
    case.move_on(seen_version)
    return case, plan


def _add_basis(
    session: Session,
    case: Case,
    kind: BasisKind,
    reason: str,
    by: Actor,
    at: datetime,
    *,
    plan_id: str | None = None,
    confirm_by: date | None = None,
) -> StartBasis:
    basis = StartBasis(
        id=new_row_id(),
        team_id=case.team_id,
        case_id=case.id,
        kind=kind,
        plan_id=plan_id,
        confirm_by=confirm_by,
        recorded_by=by.account_id,
        recorded_at=at,
    )
    write_sealed(session, basis, {"reason": reason})
    session.add(basis)
    return basis


def _ids(values: object) -> list[int]:
    return [value for value in values if isinstance(value, int)] if isinstance(values, (list, tuple)) else []
