"""What residents send: offers and the helpers that they became, notices and the windows that they go to."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Role, Scope
from app.db.base import Base, Moment, Versioned, Word, personal, safe
from app.db.scope import Guarded
from app.db.sealing import ID_LENGTH, new_row_id
from app.development.policies.residents import reads_notice
from app.development.vocabulary.residents import (
    OFFER_ROLES,
    PLACE_ROLES,
    SEVERAL_BODIES,
    WINDOW_ROLES,
    HelperTerm,
    NoticeState,
    NoticeTopic,
    OfferKind,
    OfferState,
    Window,
)

_RECEIPT_LENGTH = 9


class OfOfferers(Guarded):
    """Mixin for rows about residents who gave their name so that they can be asked."""

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Those who ask around in the town, and nobody else."""
        return sa.true() if scope.system or scope.holds(*OFFER_ROLES) else sa.false()

    def is_within(self, scope: Scope) -> bool:
        """The same may write; what a resident sends is taken in by the product itself."""
        return scope.system is not None or scope.holds(*OFFER_ROLES)


class Offer(OfOfferers, Versioned, Base):
    """「場所・仕事・手を出せます」: what a resident or a business offers."""

    __tablename__ = "resident_offer"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    receipt: Mapped[str] = safe(sa.String(_RECEIPT_LENGTH), unique=True)
    what: Mapped[OfferKind] = safe(Word(OfferKind))
    district_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)
    # `OfferContent`; empty once it was kept long enough.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)
    state: Mapped[OfferState] = safe(Word(OfferState))
    received_at: Mapped[datetime] = safe(Moment)
    closed_at: Mapped[datetime | None] = safe(Moment)
    purged_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("(state IN ('new', 'contacted')) = (closed_at IS NULL)", name="closed_at"),
        sa.CheckConstraint("(sealed IS NULL) = (purged_at IS NOT NULL)", name="purged_at"),
        sa.Index(None, "state", "received_at"),
    )


class Helper(OfOfferers, Versioned, Base):
    """担い手: somebody who gives a place, hands, a skill or a job. Whether they also receive is not known here."""

    __tablename__ = "helper"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    what: Mapped[OfferKind] = safe(Word(OfferKind))
    district_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)
    # `OfferContent`, under the row's own name; empty once it was kept long enough.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)
    since: Mapped[date] = safe(sa.Date)
    active_until: Mapped[date | None] = safe(sa.Date)
    offer_id: Mapped[str | None] = safe(sa.ForeignKey("resident_offer.id"), unique=True)
    made_at: Mapped[datetime] = safe(Moment)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    purged_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("active_until IS NULL OR active_until >= since", name="period"),
        sa.CheckConstraint("(sealed IS NULL) = (purged_at IS NOT NULL)", name="purged_at"),
    )

    @property
    def term(self) -> HelperTerm:
        """From when until when."""
        return HelperTerm(self.since, self.active_until)


class Notice(Guarded, Versioned, Base):
    """気づき: what worries a resident, or what is not true in the catalogue."""

    __tablename__ = "resident_notice"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    receipt: Mapped[str] = safe(sa.String(_RECEIPT_LENGTH), unique=True)
    topic: Mapped[NoticeTopic] = safe(Word(NoticeTopic))
    # Where it lies now. The words are kept along, since the table of windows may change.
    window_role: Mapped[Role] = safe(Word(Role))
    window_name: Mapped[str] = safe(sa.String(100))
    # Set when it was sent from the card of a resource.
    resource_id: Mapped[int | None] = safe(sa.ForeignKey("resource.id"), index=True)
    # `NoticeContent`, and under "handled" what the windows did; empty once it was kept long enough.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)
    state: Mapped[NoticeState] = safe(Word(NoticeState))
    received_at: Mapped[datetime] = safe(Moment)
    closed_at: Mapped[datetime | None] = safe(Moment)
    purged_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("state <> 'done' OR closed_at IS NOT NULL", name="closed_at"),
        sa.CheckConstraint("closed_at IS NULL OR state IN ('done', 'forwarded')", name="closed_state"),
        sa.CheckConstraint("(sealed IS NULL) = (purged_at IS NOT NULL)", name="purged_at"),
        sa.CheckConstraint("resource_id IS NULL OR topic = 'place'", name="resource_of_place"),
        sa.Index(None, "window_role", "state"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The window that it lies at and the city; what is wrong in the catalogue, who keeps that."""
        if scope.system:
            return sa.true()
        about_place = cls.topic == NoticeTopic.PLACE
        allowed: list[sa.ColumnElement[bool]] = [sa.false()]
        if scope.holds(*PLACE_ROLES):
            allowed.append(about_place)
        if scope.holds(Role.CITY_OFFICER):
            allowed.append(sa.not_(about_place))
        elif scope.roles:
            one_body = scope.roles - set(SEVERAL_BODIES)
            at_window = sa.or_(
                cls.window_role.in_(sorted(one_body)),
                sa.and_(
                    cls.window_role.in_(sorted(scope.roles - one_body)), _is_named_in(scope, cls.window_name)
                ),
            )
            allowed.append(sa.and_(sa.not_(about_place), at_window))
        return sa.or_(*allowed)

    def is_within(self, scope: Scope) -> bool:
        """Whoever read it may write it, also in the moment in which it goes to another window."""
        if scope.system:
            return True
        if self.topic is NoticeTopic.PLACE:
            window = Window(self.window_role, self.window_name)
            return reads_notice(self.topic, window, scope.roles, scope.organisation)
        return scope.holds(*WINDOW_ROLES)


def _is_named_in(scope: Scope, named: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """Whether the name of a window is part of the scope's office, as `Window.is_kept_by` asks it."""
    name: sa.ColumnElement[str] = sa.type_coerce(named, sa.String())
    for sign in ("\\", "%", "_"):
        name = sa.func.replace(name, sign, f"\\{sign}", type_=sa.String())
    return sa.literal(scope.organisation).like(sa.literal("%") + name + sa.literal("%"), escape="\\")


class NoticeWindow(Base):
    """Which window a topic goes to in this town; a topic without a row goes where the product was delivered with."""

    __tablename__ = "notice_window"

    topic: Mapped[NoticeTopic] = safe(Word(NoticeTopic), primary_key=True)
    role: Mapped[Role] = safe(Word(Role))
    organisation: Mapped[str] = safe(sa.String(100))
    changed_at: Mapped[datetime] = safe(Moment)
    changed_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))


class Sending(Base):
    """That something was sent, from a network address as a keyed fingerprint, for a day: against floods only."""

    __tablename__ = "resident_sending"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    address_digest: Mapped[str] = safe(sa.String(64), index=True)
    at: Mapped[datetime] = safe(Moment, index=True)
