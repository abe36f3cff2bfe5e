"""How a case begins: at a window, by a referral, or on the light path without a name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.vocabulary import Actor, Role
from app.cases import queries
from app.cases.models import Case
from app.cases.service.log import record_case_event
from app.cases.service.plans import record_basis
from app.cases.vocabulary import BasisKind, CaseState, CaseStory, Referral, ReferralRoute
from app.db.sealing import new_row_id, write_sealed
from app.people import service as people
from app.people.vocabulary import ConsentItem, ConsentWay, Identity, RecipientKind
from app.web.errors import Refused

_TEAM_IS_TOLD = (ConsentItem.ALIAS, ConsentItem.NAME, ConsentItem.CONTACT, ConsentItem.NEEDS)


def open_case(
    session: Session,
    *,
    identity: Identity,
    route: ReferralRoute,
    story: CaseStory,
    referral: Referral | None = None,
    consent_way: ConsentWay | None = None,
    household_of: str | None = None,
    member_ids: Collection[int] | None = None,
    referred_by: int | None = None,
    opened_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Open a case with its person, its team and its number, and return it.

    The team is `by`, unless `member_ids` names others. `consent_way` says how consent was given (同意あり); without one
    the case is of the form 同意なし, and nothing of it flows anywhere. Raises `Refused` with the field that is wrong.
    """
    day = opened_on or at.date()
    if day > at.date():
        raise Refused("受付日は、今日か、今日より前の日付にしてください。", field="opened_on")
    own = set() if by.account_id is None else {by.account_id}
    members = own if member_ids is None else set(member_ids)
    team_id = accounts.open_team(session, account_ids=members, since=day, by=by, at=at)
    person_id = people.register_person(
        session, team_id=team_id, identity=identity, household_of=household_of, by=by, at=at
    )
    told = referral or Referral()
    case = Case(
        id=new_row_id(),
        number=_next_number(session, by),
        team_id=team_id,
        person_id=person_id,
        state=CaseState.OPEN,
        opened_on=day,
        route=route,
        referred_by=referred_by,
        awaits_decision=False,
    )
    sender = Referral(told.sender, told.asked, told.alias or identity.alias, consent_way is not None)
    write_sealed(
        session,
        case,
        {"story": story.document, "referral": sender.document, "closings": [], "reply": ""},
    )
    session.add(case)
    session.flush()
    record_case_event(
        session, case_id=case.id, action="case.opened", by=by, at=at, consent=consent_way is not None
    )
    if consent_way is not None:
        people.add_consent(
            session,
            person_id=person_id,
            items=_TEAM_IS_TOLD,
            recipient_kind=RecipientKind.SUPPORT_TEAM,
            purpose="参加支援の相談",
            way=consent_way,
            since=day,
            taken_by=by.account_id or min(members),
            by=_opening(by),
            at=at,
        )
    return case


def open_light_case(
    session: Session,
    *,
    nickname: str,
    wish: str,
    place: str,
    follow_up_on: date,
    mind: str = "",
    opened_on: date | None = None,
    member_ids: Collection[int] | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Open a case without a name (プランを作らない参加): five answers, no plan, and it can grow."""
    if follow_up_on < (opened_on or at.date()):
        raise Refused("次に様子を聞く日は、今日か、今日より後の日付にしてください。", field="follow_up_on")
    case = open_case(
        session,
        identity=Identity(name="", kana="", alias=nickname),
        route=ReferralRoute.PLACE,
        story=CaseStory(wish=wish, mind=mind, place=place, follow_up_on=follow_up_on),
        opened_on=opened_on,
        member_ids=member_ids,
        by=by,
        at=at,
    )
    record_basis(
        session,
        case_id=case.id,
        kind=BasisKind.WITHOUT_PLAN,
        reason="呼び名だけで始める、プランを作らない参加",
        by=_opening(by),
        at=at,
    )
    return case


def note_referral(
    session: Session,
    *,
    identity: Identity,
    asked: str,
    sender: str,
    consent_way: ConsentWay | None,
    receiver_id: int,
    by: Actor,
    at: datetime,
) -> Case:
    """Take down a 支援依頼: the case belongs to who receives it, and the sender learns only what becomes of it."""
    if not by.holds(Role.REFERRER):
        raise Refused("支援依頼を送れるのは、相談窓口の役割がある人です。")
    return open_case(
        session,
        identity=identity,
        route=ReferralRoute.AGENCY,
        story=CaseStory(),
        referral=Referral(sender=sender, asked=asked, alias=identity.alias),
        consent_way=consent_way,
        member_ids={receiver_id},
        referred_by=by.account_id,
        by=by,
        at=at,
    )


def _next_number(session: Session, by: Actor) -> str:
    ledger = queries.get_ledger(session, scope=by.scope)
    ledger.last += 1
    return f"T-{ledger.last:04d}"


def _opening(by: Actor) -> Actor:
    """Return who acts, reaching the case that is just being made: who sends somebody belongs to no team of theirs."""
    return replace(by, reason=by.reason or "opening a case")
