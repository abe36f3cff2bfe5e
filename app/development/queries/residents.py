"""Reading what residents sent. Content is opened one by one, on a page that notes the reading before it shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sealing import read_sealed
from app.development.models import Helper, Notice, NoticeWindow, Offer, Sending
from app.development.policies.residents import FIRST_WINDOWS
from app.development.vocabulary.residents import (
    OFFER_OPEN,
    Handling,
    NoticeContent,
    NoticeState,
    NoticeTopic,
    OfferContent,
    OfferKind,
    OfferState,
    Window,
)
from app.web.errors import Missing


@dataclass(frozen=True)
class OfferFilter:
    """What a list of offers shows. Without a state: what is still open."""

    state: OfferState | None = None
    with_closed: bool = False


@dataclass(frozen=True)
class HelperFilter:
    """What a list of helpers shows."""

    what: OfferKind | None = None
    district_id: int | None = None
    with_ended: bool = False


def select_offers(*, scope: Scope) -> sa.Select[Offer]:
    """Return the offers that the scope reads."""
    return sa.select(Offer).where(Offer.visible_to(scope)).execution_options(scope=scope)


def get_offer(session: Session, offer_id: str, *, scope: Scope) -> Offer:
    """Return an offer; raise `Missing` for whoever does not read offers."""
    offer = session.scalars(select_offers(scope=scope).where(Offer.id == offer_id)).one_or_none()
    if offer is None:
        raise Missing
    return offer


def get_offer_content(session: Session, offer: Offer, *, scope: Scope) -> OfferContent | None:
    """Open what an offer says; None once it was kept long enough."""
    if not offer.is_within(scope):
        raise Missing
    return OfferContent.from_document(read_sealed(session, offer)) if offer.sealed else None


def list_offers(
    session: Session, wanted: OfferFilter, *, first: int = 0, most: int, scope: Scope
) -> Sequence[Offer]:
    """Return offers, new ones first, in each the longest waiting first."""
    return session.scalars(
        _narrowed(select_offers(scope=scope), wanted)
        .order_by(Offer.state != OfferState.NEW, Offer.closed_at.is_not(None), Offer.received_at, Offer.id)
        .offset(first)
        .limit(most)
    ).all()


def count_offers(session: Session, wanted: OfferFilter, *, scope: Scope) -> int:
    """Count the offers that a filter finds."""
    counted = _narrowed(select_offers(scope=scope), wanted).with_only_columns(sa.func.count(Offer.id))
    return session.scalars(counted).one()


def _narrowed(offers: sa.Select[Offer], wanted: OfferFilter) -> sa.Select[Offer]:
    if wanted.state is not None:
        return offers.where(Offer.state == wanted.state)
    return offers if wanted.with_closed else offers.where(Offer.state.in_(OFFER_OPEN))


def select_helpers(*, scope: Scope) -> sa.Select[Helper]:
    """Return the helpers that the scope reads."""
    return sa.select(Helper).where(Helper.visible_to(scope)).execution_options(scope=scope)


def get_helper(session: Session, helper_id: str, *, scope: Scope) -> Helper:
    """Return a helper; raise `Missing` for whoever does not read them."""
    helper = session.scalars(select_helpers(scope=scope).where(Helper.id == helper_id)).one_or_none()
    if helper is None:
        raise Missing
    return helper


def get_helper_content(session: Session, helper: Helper, *, scope: Scope) -> OfferContent | None:
    """Open what a helper gives, and how they are reached; None once it was kept long enough."""
    if not helper.is_within(scope):
        raise Missing
    return OfferContent.from_document(read_sealed(session, helper)) if helper.sealed else None


def find_helper_of_offer(session: Session, offer_id: str, *, scope: Scope) -> Helper | None:
    """Return the helper who was made from an offer."""
    return session.scalars(select_helpers(scope=scope).where(Helper.offer_id == offer_id)).one_or_none()


def list_helpers(
    session: Session, wanted: HelperFilter, *, on: date, first: int = 0, most: int, scope: Scope
) -> Sequence[Helper]:
    """Return helpers, who came last first."""
    return session.scalars(
        _of_helpers(wanted, on, scope).order_by(Helper.since.desc(), Helper.id).offset(first).limit(most)
    ).all()


def count_helpers(session: Session, wanted: HelperFilter, *, on: date, scope: Scope) -> int:
    """Count the helpers that a filter finds."""
    return session.scalars(_of_helpers(wanted, on, scope).with_only_columns(sa.func.count(Helper.id))).one()


def _of_helpers(wanted: HelperFilter, on: date, scope: Scope) -> sa.Select[Helper]:
    helpers = select_helpers(scope=scope)
    if wanted.what is not None:
        helpers = helpers.where(Helper.what == wanted.what)
    if wanted.district_id is not None:
        helpers = helpers.where(Helper.district_id == wanted.district_id)
    if not wanted.with_ended:
        helpers = helpers.where(sa.or_(Helper.active_until.is_(None), Helper.active_until >= on))
    return helpers


def select_notices(*, scope: Scope) -> sa.Select[Notice]:
    """Return the notices that lie at the scope's windows."""
    return sa.select(Notice).where(Notice.visible_to(scope)).execution_options(scope=scope)


def get_notice(session: Session, notice_id: str, *, scope: Scope) -> Notice:
    """Return a notice; raise `Missing` when it lies at another window."""
    notice = session.scalars(select_notices(scope=scope).where(Notice.id == notice_id)).one_or_none()
    if notice is None:
        raise Missing
    return notice


def get_notice_content(
    session: Session, notice: Notice, *, scope: Scope
) -> tuple[NoticeContent | None, list[Handling]]:
    """Open what a notice says and what the windows did, first to last; nothing once it was kept long enough."""
    if not notice.is_within(scope):
        raise Missing
    if not notice.sealed:
        return None, []
    document = read_sealed(session, notice)
    handled = [
        Handling(NoticeState(step["state"]), step["words"], step["by"], datetime.fromisoformat(step["at"]))
        for step in document["handled"]
    ]
    return NoticeContent.from_document(document), handled


def list_notices(
    session: Session, *, with_closed: bool, first: int = 0, most: int, scope: Scope
) -> Sequence[Notice]:
    """Return notices: what is not over first, in each the longest waiting first."""
    return session.scalars(
        _open_or_all(with_closed, scope)
        .order_by(
            Notice.closed_at.is_not(None),
            Notice.state == NoticeState.RECEIVED,
            Notice.received_at,
            Notice.id,
        )
        .offset(first)
        .limit(most)
    ).all()


def count_notices(session: Session, *, with_closed: bool, scope: Scope) -> int:
    """Count the notices at the scope's windows."""
    return session.scalars(_open_or_all(with_closed, scope).with_only_columns(sa.func.count(Notice.id))).one()


def count_waiting_notices(session: Session, *, scope: Scope) -> int:
    """Count the notices at the scope's own windows that nobody has taken yet.

    The city reads all of them and is not told of each: only of those that lie at it.
    """
    waiting = select_notices(scope=scope).where(
        Notice.state.in_((NoticeState.NEW, NoticeState.FORWARDED)), Notice.closed_at.is_(None)
    )
    roles = sorted(scope.roles)
    own = sa.or_(Notice.window_role.in_(roles), Notice.topic == NoticeTopic.PLACE)
    return session.scalars(waiting.where(own).with_only_columns(sa.func.count(Notice.id))).one()


def _open_or_all(with_closed: bool, scope: Scope) -> sa.Select[Notice]:
    notices = select_notices(scope=scope)
    return notices if with_closed else notices.where(Notice.closed_at.is_(None))


def list_windows(session: Session, *, scope: Scope) -> dict[NoticeTopic, Window]:
    """Return the window of each topic about people: the town's own, else the one that the product came with."""
    rows = session.scalars(
        sa.select(NoticeWindow).order_by(NoticeWindow.topic).execution_options(scope=scope)
    )
    return {**FIRST_WINDOWS, **{row.topic: Window(row.role, row.organisation) for row in rows}}


def find_window_row(session: Session, topic: NoticeTopic, *, scope: Scope) -> NoticeWindow | None:
    """Return the town's own entry for a topic."""
    return session.scalars(
        sa.select(NoticeWindow).where(NoticeWindow.topic == topic).execution_options(scope=scope)
    ).one_or_none()


def list_sendings(
    session: Session, *, since: datetime, address_digest: str | None = None, scope: Scope
) -> list[datetime]:
    """Return when something was sent since, from one address or in all, oldest first."""
    times = (
        sa.select(Sending.at)
        .where(Sending.at > since)
        .order_by(Sending.at, Sending.id)
        .execution_options(scope=scope)
    )
    if address_digest is not None:
        times = times.where(Sending.address_digest == address_digest)
    return list(session.scalars(times))


def list_receipt_numbers(session: Session, numbers: Sequence[str], *, scope: Scope) -> set[str]:
    """Return which of these receipt numbers are given already, to offers or to notices."""
    given = session.scalars(
        sa.union_all(
            select_offers(scope=scope).with_only_columns(Offer.receipt).where(Offer.receipt.in_(numbers)),
            select_notices(scope=scope).with_only_columns(Notice.receipt).where(Notice.receipt.in_(numbers)),
        ).execution_options(scope=scope)
    )
    return set(given)


def list_purgeable(
    session: Session, *, closed_before: datetime, scope: Scope
) -> tuple[Sequence[Offer], Sequence[Notice], Sequence[Helper]]:
    """Return what was over before a moment and still says something: offers, notices, helpers who have stopped."""
    offers = session.scalars(
        select_offers(scope=scope)
        .where(Offer.sealed.is_not(None), Offer.closed_at < closed_before)
        .order_by(Offer.id)
    ).all()
    notices = session.scalars(
        select_notices(scope=scope)
        .where(Notice.sealed.is_not(None), Notice.closed_at < closed_before)
        .order_by(Notice.id)
    ).all()
    helpers = session.scalars(
        select_helpers(scope=scope)
        .where(Helper.sealed.is_not(None), Helper.active_until < closed_before.date())
        .order_by(Helper.id)
    ).all()
    return offers, notices, helpers
