"""Rules of what residents send: how often, to whom it goes, what may follow, how long it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.accounts.vocabulary import Role
from app.development.vocabulary.residents import (
    PLACE_ROLES,
    WINDOW_ROLES,
    NoticeState,
    NoticeTopic,
    OfferState,
    Window,
)

KEPT_AFTER_CLOSING: Final = timedelta(days=365)
"""What was said goes a year after it is over; that something came, when and what became of it stays to be counted."""

COUNTED_FOR: Final = timedelta(hours=1)
MOST_FROM_ONE_ADDRESS: Final = 8
"""A library's computer or a house with several people sends more than one; nobody sends nine in an hour."""
MOST_IN_ALL: Final = 200

FIRST_WINDOWS: Final[Mapping[NoticeTopic, Window]] = {
    NoticeTopic.AGE: Window(Role.REFERRER, "地域包括支援センター"),
    NoticeTopic.DISABILITY: Window(Role.REFERRER, "障害の相談窓口"),
    NoticeTopic.CHILDREN: Window(Role.REFERRER, "こどもの相談窓口"),
    NoticeTopic.POVERTY: Window(Role.REFERRER, "くらしの相談窓口"),
    NoticeTopic.UNSURE: Window(Role.MULTI_AGENCY, "まるごと相談"),
}
"""Where notices go until a town says otherwise; the town's own table comes first."""

PLACE_WINDOW: Final = Window(PLACE_ROLES[0], "社会資源の一覧の担当")
"""Not a matter of choice: who keeps the catalogue mends it."""


def wait_before_sending(
    from_address: Sequence[datetime], in_all: Sequence[datetime], *, now: datetime
) -> timedelta:
    """Return how long the next sending has to wait; the times lie within `COUNTED_FOR`, oldest first."""
    return max(_wait(from_address, MOST_FROM_ONE_ADDRESS, now), _wait(in_all, MOST_IN_ALL, now), timedelta())


def _wait(times: Sequence[datetime], most: int, now: datetime) -> timedelta:
    return times[-most] + COUNTED_FOR - now if len(times) >= most else timedelta()


def offer_may_become(state: OfferState) -> tuple[OfferState, ...]:
    """Return what can follow. What is over stays over: a new offer is sent anew."""
    follow = {
        OfferState.NEW: (OfferState.CONTACTED, OfferState.HELPER, OfferState.LEAD, OfferState.DECLINED),
        OfferState.CONTACTED: (OfferState.HELPER, OfferState.LEAD, OfferState.DECLINED),
    }
    return follow.get(state, ())


def notice_may_become(state: NoticeState) -> tuple[NoticeState, ...]:
    """Return what can follow. It is taken first, so that a sender can be told that somebody has it."""
    return {
        NoticeState.NEW: (NoticeState.RECEIVED,),
        NoticeState.RECEIVED: (NoticeState.DONE, NoticeState.FORWARDED),
        NoticeState.FORWARDED: (NoticeState.RECEIVED,),
        NoticeState.DONE: (),
    }[state]


def window_problem(role: Role) -> str | None:
    """Say why notices about people cannot go to a role, None when they can."""
    if role in WINDOW_ROLES:
        return None
    return "この役割の人は、住民の気づきを読めません。並んでいるものから選んでください。"


def reads_notice(topic: NoticeTopic, window: Window, roles: Collection[Role], organisation: str) -> bool:
    """Tell whether somebody of an office reads a notice: its window and the city, or who keeps the catalogue."""
    if topic is NoticeTopic.PLACE:
        return not set(PLACE_ROLES).isdisjoint(roles)
    return window.is_kept_by(roles, organisation) or Role.CITY_OFFICER in roles
