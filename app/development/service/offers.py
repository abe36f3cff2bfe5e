"""What becomes of an offer: a call, a helper, a lead, or a no. Each reading of its content stands in the log."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.db.sealing import new_row_id, write_sealed
from app.development.models import Helper, Offer
from app.development.policies.residents import offer_may_become
from app.development.queries import residents as queries
from app.development.service.leads import open_lead
from app.development.vocabulary.leads import LeadFacts, LeadOrigin
from app.development.vocabulary.residents import OfferState
from app.web.errors import Refused

_IS_OVER = "この申し出は、もう「{}」になっています。画面を開き直して確かめてください。"
_IS_PURGED = (
    "この申し出は、1年がすぎて中身を消しました。もう一度お願いするときは、新しい申し出を受けてください。"
)


def record_offer_read(session: Session, *, offer_id: str, by: Actor, at: datetime) -> None:
    """Note that an offer is about to be shown; raise `Missing` when it is not for them, so that nothing is."""
    offer = queries.get_offer(session, offer_id, scope=by.scope)
    _record(session, "offer.read", "offer", offer.id, by, at)


def record_helper_read(session: Session, *, helper_id: str, by: Actor, at: datetime) -> None:
    """Note that a helper's page is about to be shown; raise `Missing` when it is not for them."""
    helper = queries.get_helper(session, helper_id, scope=by.scope)
    _record(session, "helper.read", "helper", helper.id, by, at)


def record_helpers_listed(session: Session, *, count: int, by: Actor, at: datetime) -> None:
    """Note that a list with the names of so many helpers is about to be shown."""
    record_event(
        session,
        action="helper.listed",
        subject_kind="page",
        subject_id="helpers",
        by=by.account_id,
        at=at,
        detail={"count": count},
    )


def note_offer_contacted(session: Session, *, offer_id: str, by: Actor, at: datetime) -> None:
    """Say that the sender was called or written to."""
    _become(session, _offer(session, offer_id, by), OfferState.CONTACTED, by, at)


def decline_offer(session: Session, *, offer_id: str, by: Actor, at: datetime) -> None:
    """Close an offer that was declined or taken back."""
    _become(session, _offer(session, offer_id, by), OfferState.DECLINED, by, at)


def make_helper(session: Session, *, offer_id: str, by: Actor, at: datetime) -> str:
    """Take somebody at their word: a helper since today with all that they offered; return its id."""
    offer = _offer(session, offer_id, by)
    _become(session, offer, OfferState.HELPER, by, at)
    content = queries.get_offer_content(session, offer, scope=by.scope)
    if content is None:
        raise Refused(_IS_PURGED)
    helper = Helper(
        id=new_row_id(),
        what=offer.what,
        district_id=offer.district_id,
        since=at.date(),
        offer_id=offer.id,
        made_at=at,
        made_by=by.account_id,
    )
    write_sealed(session, helper, content.as_document())
    session.add(helper)
    session.flush()
    _record(session, "helper.made", "helper", helper.id, by, at, what=helper.what.value)
    return helper.id


def make_lead(session: Session, *, offer_id: str, by: Actor, at: datetime) -> int:
    """Open a lead from an offer and return its key.

    A name of an organisation goes along. A private person's name, telephone and words stay sealed in the offer, which
    the lead's page leads to: a lead is read by more people than an offer.
    """
    offer = _offer(session, offer_id, by)
    _become(session, offer, OfferState.LEAD, by, at)
    content = queries.get_offer_content(session, offer, scope=by.scope)
    if content is None:
        raise Refused(_IS_PURGED)
    return open_lead(
        session,
        organisation=content.organisation or f"住民の申し出（受付 {offer.receipt}）",
        facts=LeadFacts(
            district_id=offer.district_id,
            origin=LeadOrigin.OFFER,
            owner_id=by.account_id,
            next_step="申し出た人に連絡して、話を聞く",
            next_on=at.date(),
        ),
        offer_id=offer.id,
        by=by,
        at=at,
    )


def end_helper(session: Session, *, helper_id: str, until: date, by: Actor, at: datetime) -> None:
    """Say until when somebody helps; they drop out of the list after that day."""
    helper = queries.get_helper(session, helper_id, scope=by.scope)
    if until < helper.since:
        raise Refused("始めた日より後の日付にしてください。", field="until")
    helper.active_until = until
    _record(session, "helper.ended", "helper", helper.id, by, at)


def _offer(session: Session, offer_id: str, by: Actor) -> Offer:
    return queries.get_offer(session, offer_id, scope=by.scope)


def _become(session: Session, offer: Offer, state: OfferState, by: Actor, at: datetime) -> None:
    if state not in offer_may_become(offer.state):
        raise Refused(_IS_OVER.format(offer.state.label))
    offer.state = state
    offer.closed_at = None if state is OfferState.CONTACTED else at
    _record(session, "offer.moved", "offer", offer.id, by, at, state=state.value)


def _record(
    session: Session, action: str, kind: str, subject: str, by: Actor, at: datetime, **detail: str
) -> None:
    record_event(
        session, action=action, subject_kind=kind, subject_id=subject, by=by.account_id, at=at, detail=detail
    )
