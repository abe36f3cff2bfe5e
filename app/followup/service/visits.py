"""Visits: written down, corrected without losing what stood there before, and opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.cases import queries as cases
from app.db.sealing import new_row_id, read_sealed, write_sealed
from app.followup import policies, queries
from app.followup.models import Touchpoint, Visit
from app.followup.policies import default_sharing
from app.followup.queries import VisitView
from app.followup.service.contacts import plan_contact
from app.followup.vocabulary import Met, Occasion, Party, SharingBasis, VisitFacts
from app.web.errors import Refused

_CHANGED_MEANWHILE = "ほかの画面で先に訂正されています。開き直して、いまの内容を確かめてください。"


def log_visit(
    session: Session,
    *,
    case_id: str,
    placement_id: str | None = None,
    touchpoint_id: str | None = None,
    facts: VisitFacts,
    by: Actor,
    at: datetime,
) -> str:
    """Write a visit down and return its id; raise `Refused` with the field that cannot stand.

    It answers the planned contact that it was opened from, and those that were due with a side that was met. A promise
    becomes the next contact with the same side. Whoever met nobody has made an attempt: the contact stays planned,
    unless a new day was promised for it.
    """
    case = cases.get_own_case(session, case_id, scope=by.scope)
    if by.account_id is None:
        raise RuntimeError("a visit has an author; take history over with add_past_visits")
    asked = _asked(session, case_id, touchpoint_id, by)
    if asked is not None:
        placement_id = asked.placement_id
    elif placement_id is not None and (
        queries.get_placement(session, placement_id, scope=by.scope).case_id != case_id
    ):
        raise Refused("このケースの参加から選んでください。", field="placement_id")
    _refuse_facts(facts, today=at.date())
    if problem := policies.promise_problem(facts.next_on, today=at.date()):
        raise Refused(problem, field="next_on")
    basis = _sharing_basis(session, case.person_id, facts, by)
    visit = Visit(
        id=new_row_id(),
        team_id=case.team_id,
        case_id=case.id,
        placement_id=placement_id,
        author_id=by.account_id,
    )
    _write(session, visit, facts, basis, former=[], at=at)
    session.add(visit)
    session.flush()
    answered = _answer(session, visit, asked, facts, by)
    if facts.next_on is not None:
        party = asked.party if asked else policies.party_promised(facts.note.met)
        _plan_next(session, visit, party, facts.next_on, by)
    _record(
        session,
        "visit.logged",
        visit.id,
        by,
        at,
        case=case.id,
        placement=placement_id or "",
        basis=basis.value,
        answered=len(answered),
    )
    return visit.id


def correct_visit(
    session: Session,
    *,
    visit_id: str,
    facts: VisitFacts,
    seen_version: int,
    by: Actor,
    at: datetime,
) -> None:
    """Write a visit anew; what stood there before is kept whole and stays readable. Only its author corrects it.

    Who may read is a matter of the visit, not of one version: a note that was shared by mistake is closed as a whole.
    """
    visit = queries.get_visit(session, visit_id, scope=by.scope)
    if visit.author_id != by.account_id:
        raise Refused("訂正できるのは、この記録を書いた人だけです。補うときは、新しい記録を書いてください。")
    if visit.version != seen_version:
        raise Refused(_CHANGED_MEANWHILE)
    _refuse_facts(facts, today=at.date())
    person_id = cases.get_own_case(session, visit.case_id, scope=by.scope).person_id
    basis = _sharing_basis(session, person_id, facts, by)
    before = queries.get_visit_view(session, visit_id, scope=by.scope)
    former = [*read_sealed(session, visit)["former"], before.current.document]
    _write(session, visit, facts, basis, former=former, at=at)
    _record(
        session,
        "visit.corrected",
        visit.id,
        by,
        at,
        basis=basis.value,
        former_basis=before.current.sharing_basis.value,
        versions=len(former) + 1,
    )


def record_visit_read(session: Session, *, visit_id: str, by: Actor, at: datetime) -> VisitView:
    """Write into the log that a visit was opened in full, and return it. Without the line nobody sees it."""
    view = queries.get_visit_view(session, visit_id, scope=by.scope)
    _record(session, "visit.read", visit_id, by, at, case=view.case_id)
    return view


def _asked(session: Session, case_id: str, touchpoint_id: str | None, by: Actor) -> Touchpoint | None:
    if touchpoint_id is None:
        return None
    touchpoint = queries.get_touchpoint(session, touchpoint_id, scope=by.scope)
    if not touchpoint.is_open:
        raise Refused(policies.CONTACT_IS_OVER)
    if touchpoint.case_id != case_id:
        raise Refused("この約束は、別のケースのものです。「きょう」の画面から開き直してください。")
    return touchpoint


def _refuse_facts(facts: VisitFacts, *, today: date) -> None:
    if problem := policies.met_problem(facts.note.met):
        raise Refused(problem, field="met")
    if problem := policies.happened_problem(facts.happened_on, today=today):
        raise Refused(problem, field="happened_on")


def _sharing_basis(session: Session, person_id: str, facts: VisitFacts, by: Actor) -> SharingBasis:
    found = queries.find_sharing_default(session, person_id, on=facts.happened_on, scope=by.scope)
    has_consent = found is SharingBasis.CONSENT
    if facts.sharing_basis is None:
        return default_sharing(has_consent=has_consent)
    if problem := policies.sharing_problem(facts.sharing_basis, has_consent=has_consent):
        raise Refused(problem, field="sharing_basis")
    return facts.sharing_basis


def _write(
    session: Session,
    visit: Visit,
    facts: VisitFacts,
    basis: SharingBasis,
    *,
    former: Iterable[object],
    at: datetime,
) -> None:
    visit.happened_on, visit.means, visit.attendance = facts.happened_on, facts.means, facts.attendance
    visit.sharing_basis, visit.next_on, visit.recorded_at = basis, facts.next_on, at
    write_sealed(session, visit, {**facts.note.document, "former": list(former)})


def _answer(
    session: Session, visit: Visit, asked: Touchpoint | None, facts: VisitFacts, by: Actor
) -> Collection[Touchpoint]:
    is_attempt = Met.NOBODY in facts.note.met
    due = queries.list_answered_by(
        session,
        visit.case_id,
        placement_id=visit.placement_id,
        parties=policies.parties_met(facts.note.met),
        on=facts.happened_on,
        scope=by.scope,
    )
    answered = {touchpoint.id: touchpoint for touchpoint in due}
    if asked is not None and (not is_attempt or facts.next_on is not None):
        answered[asked.id] = asked
    for touchpoint in answered.values():
        touchpoint.visit_id = visit.id
    return answered.values()


def _plan_next(session: Session, visit: Visit, party: Party, next_on: date, by: Actor) -> None:
    """Plan what was promised, unless that day is planned already."""
    planned = queries.list_planned(session, visit.case_id, placement_id=visit.placement_id, scope=by.scope)
    if any(one.due_on == next_on and one.party is party for one in planned):
        return
    plan_contact(
        session,
        team_id=visit.team_id,
        case_id=visit.case_id,
        placement_id=visit.placement_id,
        party=party,
        occasion=Occasion.PROMISE,
        due_on=next_on,
        owner_id=visit.author_id,
        by=by,
    )


def _record(
    session: Session, action: str, visit_id: str, by: Actor, at: datetime, **detail: str | int
) -> None:
    record_event(
        session,
        action=action,
        subject_kind="visit",
        subject_id=visit_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
