"""Drafts and deliveries for tests."""

from __future__ import annotations

import itertools
from typing import Any

from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.db.database import Database
from app.outbox.models import Delivery
from app.outbox.queries import get_delivery
from app.outbox.service.queueing import queue_delivery
from app.outbox.vocabulary import Content, Draft, Sender

BY = Actor.system("test")
SENDER = Sender(organisation="瀬凪市", unit="福祉政策課", person="浜岡", phone="0000-11-2222")

_NUMBERS = itertools.count(1)


def make_draft(**changes: Any) -> Draft:
    """A draft to a shop; a mail unless something else is said."""
    given: dict[str, Any] = {
        "purpose": "host.confirm",
        "subject_kind": "host",
        "subject_id": "12",
        "dedup_key": f"test:{next(_NUMBERS)}",
        "title": "受け入れ内容の確認のお願い",
        "paragraphs": ("いつもありがとうございます。", "変わりがないか、確かめさせてください。"),
        "due_on": today(),
        "sender": SENDER,
        "addressee": "浜のカフェ",
        "mail_address": "cafe@shop.example",
        "postal_address": "瀬凪市本町1-2-3",
        "link": "/h/abc",
    }
    return Draft(**(given | changes))


def make_notice(account_id: int, **changes: Any) -> Draft:
    """A draft to an account."""
    return make_draft(
        **{"account_id": account_id, "addressee": "", "mail_address": "", "link": "/today"} | changes
    )


def queue(database: Database, draft: Draft | None = None, by: Actor = BY) -> str:
    """Queue a draft and return its id."""
    with database.writing(by.scope) as session:
        delivery_id = queue_delivery(session, draft=draft or make_draft(), by=by, at=now())
    assert delivery_id is not None
    return delivery_id


def queue_letter(database: Database, **changes: Any) -> str:
    """Queue a letter."""
    return queue(database, make_draft(**{"mail_address": ""} | changes))


def delivery_of(database: Database, delivery_id: str) -> tuple[Delivery, Content]:
    """A delivery as it stands, and what it says."""
    with database.reading(BY.scope) as session:
        delivery = get_delivery(session, delivery_id, scope=BY.scope)
        return delivery, delivery.content
