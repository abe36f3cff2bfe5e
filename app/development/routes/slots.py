"""What this room adds to きょう."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.accounts.vocabulary import Actor
from app.clock import today
from app.development.queries import leads, residents
from app.development.queries.residents import OfferFilter
from app.development.vocabulary.leads import LEAD_ROLES
from app.development.vocabulary.residents import NOTICE_ROLES, OFFER_ROLES, OfferState
from app.web.transaction import session

MOST_LEADS = 5


def render_today(actor: Actor) -> Markup:
    """The part of きょう: notices that nobody has taken, new offers, and leads whose day has come."""
    scope, due, offers, notices = actor.scope, [], 0, 0
    if actor.holds(*NOTICE_ROLES):
        notices = residents.count_waiting_notices(session(), scope=scope)
    if actor.holds(*OFFER_ROLES):
        offers = residents.count_offers(session(), OfferFilter(OfferState.NEW), scope=scope)
    if actor.holds(*LEAD_ROLES) and actor.account_id is not None:
        due = list(
            leads.list_due(
                session(), owner_id=actor.account_id, until=today(), most=MOST_LEADS + 1, scope=scope
            )
        )
    if not (due or offers or notices):
        return Markup("")
    return Markup(  # noqa: S704 -- escaped by the template
        render_template(
            "development/today.html",
            due=due[:MOST_LEADS],
            has_more=len(due) > MOST_LEADS,
            offers=offers,
            notices=notices,
        )
    )
