"""Reading cases. `scope` is whoever asks and stands in each statement beside the filter of the session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.accounts.queries import select_barring_team_ids
from app.accounts.vocabulary import Scope
from app.audit.queries import get_locked_head
from app.cases.models import Case, CaseLedger, Plan, StartBasis
from app.cases.vocabulary import (
    Basis,
    BasisKind,
    CaseLabel,
    CaseRow,
    CaseState,
    CaseStory,
    CaseView,
    ClosingReason,
    PlanState,
    PlanText,
    PlanView,
    Referral,
    ReferralRoute,
    ReferralRow,
)
from app.db.sealing import read_sealed
from app.people import queries as people
from app.web.errors import Missing

_SORTS: dict[str, InstrumentedAttribute[str] | InstrumentedAttribute[date]] = {
    "number": Case.number,
    "opened": Case.opened_on,
}
SORT_KEYS = tuple(_SORTS)


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to; None leaves it open."""

    state: CaseState | None = None
    route: ReferralRoute | None = None
    is_own: bool = False


def select_cases(*, scope: Scope) -> sa.Select[Case]:
    """Return the cases that the scope sees."""
    return sa.select(Case).where(Case.visible_to(scope))


def get_case(session: Session, case_id: str, *, scope: Scope) -> Case:
    """Return a case that the scope sees; raise `Missing` for all others."""
    return _one(session, select_cases(scope=scope).where(Case.id == case_id))


def get_own_case(session: Session, case_id: str, *, scope: Scope) -> Case:
    """Return a case of the scope's teams; raise `Missing` for all others, also for one that waits for a decision."""
    return _one(session, sa.select(Case).where(Case.id == case_id, Case.belongs_to(scope)))


def _one(session: Session, statement: sa.Select[Case]) -> Case:
    case = session.scalars(statement).one_or_none()
    if case is None:
        raise Missing
    return case


def find_case_id(session: Session, number: str, *, scope: Scope) -> str | None:
    """Return the id of the case with this number, when the scope sees it."""
    return session.scalars(
        sa.select(Case.id).where(Case.number == number, Case.visible_to(scope))
    ).one_or_none()


def find_person_id(session: Session, number: str, *, scope: Scope) -> str | None:
    """Return the opaque id of the person whose case has this number, when the scope sees the case."""
    return session.scalars(
        sa.select(Case.person_id).where(Case.number == number, Case.visible_to(scope))
    ).one_or_none()


def list_case_rows(
    session: Session,
    *,
    asked: CaseFilter,
    sort_key: str = "opened",
    descending: bool = True,
    first: int = 0,
    most: int,
    scope: Scope,
) -> list[CaseRow]:
    """Return `most` of the cases that the scope sees, from the one after the `first` on."""
    column = _SORTS[sort_key]
    cases = session.scalars(
        sa.select(Case)
        .where(*_wanted(asked, scope))
        .order_by(column.desc() if descending else column, Case.number)
        .offset(first)
        .limit(most)
    ).all()
    return _rows(session, cases, scope)


def count_cases(session: Session, *, asked: CaseFilter, scope: Scope) -> int:
    """Count the cases that the scope sees."""
    return session.scalars(sa.select(sa.func.count(Case.id)).where(*_wanted(asked, scope))).one()


def _wanted(asked: CaseFilter, scope: Scope) -> list[sa.ColumnElement[bool]]:
    wanted = [Case.visible_to(scope)]
    if asked.state is not None:
        wanted.append(Case.state == asked.state)
    if asked.route is not None:
        wanted.append(Case.route == asked.route)
    if asked.is_own:
        wanted.append(Case.belongs_to(scope))
    return wanted


def list_awaiting(session: Session, *, scope: Scope) -> list[CaseRow]:
    """Return the cases whose plan waits for the city's decision, oldest first."""
    cases = session.scalars(
        select_cases(scope=scope).where(Case.awaits_decision).order_by(Case.opened_on, Case.number)
    ).all()
    return _rows(session, cases, scope)


def list_by_alias(session: Session, alias: str, *, scope: Scope) -> list[CaseRow]:
    """Return the cases of the scope's teams whose alias holds these letters. Aliases are sealed: each is opened."""
    cases = session.scalars(sa.select(Case).where(Case.belongs_to(scope)).order_by(Case.number)).all()
    return [row for row in _rows(session, cases, scope) if row.alias and alias in row.alias]


def list_by_persons(session: Session, person_ids: Collection[str], *, scope: Scope) -> list[CaseRow]:
    """Return the cases of these persons, by number."""
    cases = session.scalars(
        select_cases(scope=scope).where(Case.person_id.in_(person_ids)).order_by(Case.number)
    ).all()
    return _rows(session, cases, scope)


def list_case_labels(session: Session, case_ids: Collection[str], *, scope: Scope) -> dict[str, CaseLabel]:
    """Return number and alias of cases, by id: two statements, however many."""
    found = session.scalars(select_cases(scope=scope).where(Case.id.in_(case_ids))).all()
    facts = people.list_facts(session, {case.person_id for case in found}, scope=scope)
    return {
        case.id: CaseLabel(case.number, facts[case.person_id].alias, facts[case.person_id].is_protected)
        for case in found
        if case.person_id in facts
    }


def list_case_ids_of(session: Session, person_ids: Collection[str], *, scope: Scope) -> Sequence[str]:
    """Return the cases of these persons."""
    return session.scalars(
        sa.select(Case.id).where(Case.person_id.in_(person_ids), Case.visible_to(scope)).order_by(Case.number)
    ).all()


def select_unprotected_persons(*, scope: Scope) -> sa.Select[str, str]:
    """Return the cases that the scope sees, each with its person, without those under protection.

    For sums over people: whoever is protected is in none of them, so that no sum can change by them.
    """
    return sa.select(Case.id, Case.person_id).where(
        Case.visible_to(scope), Case.person_id.not_in(people.select_protected_ids(scope=scope))
    )


def _rows(session: Session, cases: Sequence[Case], scope: Scope) -> list[CaseRow]:
    facts = people.list_facts(session, {case.person_id for case in cases}, scope=scope)
    rows = []
    for case in cases:
        known, document = facts.get(case.person_id), read_sealed(session, case)
        rows.append(
            CaseRow(
                case_id=case.id,
                number=case.number,
                alias=known.alias if known else None,
                wish=document["story"]["wish"],
                state=case.state,
                route=case.route,
                opened_on=case.opened_on,
                awaits_decision=case.awaits_decision,
                is_protected=known is not None and known.is_protected,
                is_light=document["story"]["follow_up_on"] is not None,
            )
        )
    return rows


def get_case_view(session: Session, case_id: str, *, scope: Scope) -> CaseView:
    """Return a case as its page shows it; raise `Missing` when the scope does not see it."""
    case = _one(
        session,
        select_cases(scope=scope)
        .where(Case.id == case_id)
        .options(selectinload(Case.plans), selectinload(Case.bases)),
    )
    document = read_sealed(session, case)
    closing = document["closings"][-1] if document["closings"] and case.closed_on else None
    return CaseView(
        case_id=case.id,
        number=case.number,
        person_id=case.person_id,
        team_id=case.team_id,
        state=case.state,
        route=case.route,
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        counting_area_id=case.counting_area_id,
        origin_mesh=case.origin_mesh,
        awaits_decision=case.awaits_decision,
        version=case.version,
        story=CaseStory.from_document(document["story"]),
        referral=Referral.from_document(document["referral"]),
        closing=closing["note"] if closing else "",
        closing_reason=ClosingReason(closing["reason"]) if closing else None,
        reply=document["reply"],
        plans=tuple(_plan_view(session, plan) for plan in case.plans),
        bases=tuple(_basis(session, basis) for basis in case.bases),
        is_member=_is_member(session, case, scope),
    )


def _is_member(session: Session, case: Case, scope: Scope) -> bool:
    own = sa.select(Case.id).where(Case.id == case.id, Case.belongs_to(scope))
    return session.scalars(own).one_or_none() is not None


def _plan_view(session: Session, plan: Plan) -> PlanView:
    document = read_sealed(session, plan)
    return PlanView(
        plan_id=plan.id,
        round=plan.round,
        state=plan.state,
        text=PlanText.from_document(document["text"]),
        writers=tuple(document["writers"]),
        returned_because=document["returned_because"],
        decided_on=plan.decided_on,
    )


def _basis(session: Session, basis: StartBasis) -> Basis:
    return Basis(
        basis_id=basis.id,
        kind=basis.kind,
        plan_id=basis.plan_id,
        confirm_by=basis.confirm_by,
        reason=read_sealed(session, basis)["reason"],
        recorded_on=basis.recorded_at.date(),
    )


def find_latest_plan(session: Session, case_id: str, *, scope: Scope) -> Plan | None:
    """Return the plan of the latest round."""
    return session.scalars(
        sa.select(Plan)
        .where(Plan.case_id == case_id, Plan.visible_to(scope))
        .order_by(Plan.round.desc())
        .limit(1)
    ).one_or_none()


def get_submitted_plan(session: Session, case_id: str, *, scope: Scope) -> Plan:
    """Return the plan of a case that waits for a decision; raise `Missing` when none does."""
    plan = find_latest_plan(session, case_id, scope=scope)
    if plan is None or plan.state is not PlanState.SUBMITTED:
        raise Missing
    return plan


def find_basis(session: Session, case_id: str, *, on: date, scope: Scope) -> Basis | None:
    """Return on what a start of this day may rest: a decision before an early start before none needed."""
    rows = session.scalars(
        sa.select(StartBasis)
        .where(StartBasis.case_id == case_id, StartBasis.visible_to(scope))
        .order_by(StartBasis.recorded_at.desc(), StartBasis.id)
    )
    order = list(BasisKind)
    holding = [basis for basis in (_basis(session, row) for row in rows) if basis.holds_on(on)]
    return min(holding, key=lambda basis: order.index(basis.kind), default=None)


def list_referrals(session: Session, *, scope: Scope) -> list[ReferralRow]:
    """Return what became of those whom this account sent, newest first.

    The sender is no member of the teams, so the session has to be the product's own; what leaves here are the few
    things that a sender may know, and nothing at all of a case from which the account is to be kept away.
    """
    cases = session.scalars(
        sa.select(Case)
        .where(
            Case.referred_by == scope.account_id,
            Case.team_id.not_in(select_barring_team_ids(scope=scope)),
        )
        .options(selectinload(Case.bases))
        .order_by(Case.opened_on.desc(), Case.number.desc())
    ).all()
    return [_referral_row(case, read_sealed(session, case)) for case in cases]


def _referral_row(case: Case, document: dict[str, Any]) -> ReferralRow:
    referral = Referral.from_document(document["referral"])
    return ReferralRow(
        number=case.number,
        alias=referral.alias,
        state=case.state,
        opened_on=case.opened_on,
        has_start=bool(case.bases),
        reply=document["reply"],
    )


def get_ledger(session: Session, *, scope: Scope) -> CaseLedger:
    """Return the ledger of numbers, locked until the transaction ends; raise `Missing` for whoever may not open cases.

    The head of the log is locked first: every change waits there anyway, so that the first row of the ledger is made
    once, and no two transactions wait for each other crosswise.
    """
    if scope.account_id is None and scope.system is None:
        raise Missing
    get_locked_head(session)
    ledger = session.get(CaseLedger, 1, populate_existing=True)
    if ledger is None:
        ledger = CaseLedger(id=1, last=0)
        session.add(ledger)
    return ledger
