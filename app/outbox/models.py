"""The table of deliveries."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, object_session

from app.accounts.vocabulary import Right, Scope
from app.db.base import Base, Moment, Word, personal, safe
from app.db.scope import Guarded
from app.db.sealing import ID_LENGTH, read_sealed
from app.outbox.vocabulary import SENDERS, Channel, ChannelReason, Content, DeliveryState, MailTrouble


class Delivery(Guarded, Base):
    """One text on its way to one addressee. The account it is for sees a notice; senders see mails and letters."""

    __tablename__ = "delivery"

    # Random: it stands in addresses of pages and in the Message-ID, where a number would tell how many there are.
    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True)
    channel: Mapped[Channel] = safe(Word(Channel))
    channel_reason: Mapped[ChannelReason] = safe(Word(ChannelReason))
    purpose: Mapped[str] = safe(sa.String(60))
    subject_kind: Mapped[str] = safe(sa.String(40))
    subject_id: Mapped[str] = safe(sa.String(40))
    account_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"), index=True)
    needs_right: Mapped[Right | None] = safe(Word(Right))
    # Title, text, addressee, addresses and link in one sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    state: Mapped[DeliveryState] = safe(Word(DeliveryState))
    due_on: Mapped[date] = safe(sa.Date)
    made_at: Mapped[datetime] = safe(Moment)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    # When it was sent, printed or withdrawn.
    done_at: Mapped[datetime | None] = safe(Moment)
    read_at: Mapped[datetime | None] = safe(Moment)
    attempts: Mapped[int] = safe(sa.Integer)
    next_try_at: Mapped[datetime | None] = safe(Moment)
    error: Mapped[MailTrouble | None] = safe(Word(MailTrouble))
    # Who is sending just now, and until when nobody else may.
    lease: Mapped[str | None] = safe(sa.String(64))
    lease_until: Mapped[datetime | None] = safe(Moment)
    dedup_key: Mapped[str] = safe(sa.String(120))

    __table_args__ = (
        sa.UniqueConstraint("dedup_key"),
        sa.CheckConstraint("(channel = 'in_app') = (account_id IS NOT NULL)", name="notice_has_account"),
        sa.CheckConstraint("read_at IS NULL OR channel = 'in_app'", name="only_notices_are_read"),
        sa.Index(None, "channel", "state", "due_on"),
        sa.Index(None, "subject_kind", "subject_id"),
    )

    @property
    def content(self) -> Content:
        """What is said in it, opened; raises `SealBroken` when it is not as it was written."""
        session = object_session(self)
        assert session is not None, "a delivery is read inside its session"
        return Content.from_document(read_sealed(session, self))

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """One's own notices; mails and letters for senders who have the right that each needs."""
        if scope.system:
            return sa.true()
        if scope.account_id is None:
            return sa.false()
        own = sa.and_(cls.channel == Channel.IN_APP, cls.account_id == scope.account_id)
        if not scope.holds(*SENDERS):
            return own
        allowed = sa.or_(cls.needs_right.is_(None), cls.needs_right.in_(sorted(scope.rights)))
        return sa.or_(own, sa.and_(cls.channel != Channel.IN_APP, allowed))

    def is_within(self, scope: Scope) -> bool:
        """What one sees may be changed. A new one may be added by whoever's work calls for it, for anybody."""
        if scope.system or sa.inspect(self).pending:
            return True
        if self.channel is Channel.IN_APP:
            return self.account_id == scope.account_id
        return scope.holds(*SENDERS) and (self.needs_right is None or self.needs_right in scope.rights)
