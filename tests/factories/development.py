"""Leads, offers, helpers and notices for tests: each function opens its own transaction, as a request would.

`OFFERED` and `NOTICED` are the words that must be sealed.
"""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.database import Database
from app.development.queries import residents as queries
from app.development.queries.residents import OfferFilter
from app.development.service import leads, offers, sending
from app.development.vocabulary.leads import LeadFacts, Step
from app.development.vocabulary.residents import Contact, NoticeContent, NoticeTopic, OfferContent, OfferKind

TOWN = Actor.system("test")
RESIDENT = Actor(None, "住民")

OFFER = OfferContent(
    words="縁側で将棋の相手ができます",
    contact=Contact("露木 桂馬", "090-0000-7171", "keima@example.org"),
    organisation="",
    when="雨の日の昼さがり",
    weekdays=0b101,
    introduced_by="床屋の主人",
)
NOTICE = NoticeContent(
    words="雨戸がずっと閉まったままの家がある",
    where="石段の上",
    contact=Contact("知瀬 ラセ子", "090-0000-8282"),
)
OFFERED = ("将棋", "露木", "桂馬", "0000-7171", "keima", "昼さがり", "床屋")
NOTICED = ("雨戸", "石段の上", "知瀬", "8282", "ごみの日の表")

_NUMBERS = itertools.count(1)


def make_lead(database: Database, by: Actor, organisation: str = "みなと食堂", **facts: Any) -> int:
    """A lead that somebody found; `facts` are those of `LeadFacts`."""
    with database.writing(by.scope) as session:
        return leads.open_lead(session, organisation=organisation, facts=LeadFacts(**facts), by=by, at=now())


def move_lead(database: Database, lead_id: int, step: Step, by: Actor, **result: Any) -> None:
    """Move a lead on."""
    with database.writing(by.scope) as session:
        leads.move_lead(session, lead_id=lead_id, step=step, by=by, at=now(), **result)


def make_offer(database: Database, content: OfferContent = OFFER, *, at: datetime | None = None) -> str:
    """An offer as a resident sends it; its id."""
    with database.writing(TOWN.scope) as session:
        receipt = sending.send_offer(
            session,
            what=OfferKind.HANDS,
            district_id=None,
            content=content,
            may_be_contacted=True,
            address_digest=f"test {next(_NUMBERS)}",
            by=RESIDENT,
            at=at or now(),
        )
        found = queries.list_offers(session, OfferFilter(with_closed=True), most=1_000, scope=TOWN.scope)
        return next(offer.id for offer in found if offer.receipt == receipt.number)


def make_helper(database: Database, by: Actor, *, at: datetime | None = None) -> str:
    """A helper from an offer; their id."""
    offer_id = make_offer(database, at=at)
    with database.writing(by.scope) as session:
        return offers.make_helper(session, offer_id=offer_id, by=by, at=at or now())


def make_notice(
    database: Database,
    topic: NoticeTopic = NoticeTopic.UNSURE,
    *,
    content: NoticeContent = NOTICE,
    resource_id: int | None = None,
    at: datetime | None = None,
) -> str:
    """A notice as a resident sends it; its id."""
    with database.writing(TOWN.scope) as session:
        receipt = sending.send_notice(
            session,
            topic=topic,
            content=content,
            resource_id=resource_id,
            address_digest=f"test {next(_NUMBERS)}",
            by=RESIDENT,
            at=at or now(),
        )
        found = queries.list_notices(session, with_closed=True, most=1_000, scope=TOWN.scope)
        return next(notice.id for notice in found if notice.receipt == receipt.number)
