"""Persons, households, consents, and whom a person must never meet. What identifies is sealed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, relationship

from app.accounts.queries import OfTeam
from app.db.base import Base, Moment, Word, personal, safe
from app.db.sealing import ID_LENGTH, new_row_id
from app.people.vocabulary import ConsentItem, ConsentWay, NeverMeetKind, RecipientKind


class Household(Base):
    """People who live together. Protection covers them all."""

    __tablename__ = "household"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    is_protected: Mapped[bool] = personal(sa.Boolean)
    protected_since: Mapped[date | None] = personal(sa.Date)
    # When and why protection was begun and lifted, and by whom: a sealed document, none before the first time.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)

    __table_args__ = (
        sa.CheckConstraint("is_protected = (protected_since IS NOT NULL)", name="protected_since"),
    )


class Person(OfTeam, Base):
    """One person supported, seen by the members of their team alone."""

    __tablename__ = "person"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    household_id: Mapped[str] = safe(sa.ForeignKey("household.id"), index=True)
    # Fingerprint of the whole kana: the same person is found again, nobody is listed. Without a name it is a
    # fingerprint of the row itself, so that the column does not tell who has given one.
    kana_index: Mapped[str] = personal(sa.String(64), index=True)
    # `Identity` as a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    created_at: Mapped[datetime] = safe(Moment)
    # Two who correct the same identity: the second is told, instead of undoing the first.
    version: Mapped[int] = safe(sa.Integer)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}

    household: Mapped[Household] = relationship("Household", lazy="joined", innerjoin=True)


class Consent(OfTeam, Base):
    """One consent of a person."""

    __tablename__ = "consent"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    person_id: Mapped[str] = safe(sa.ForeignKey("person.id"), index=True)
    items: Mapped[list[str]] = personal(sa.JSON)
    recipient_kind: Mapped[RecipientKind] = personal(Word(RecipientKind))
    # The id of the resource, where the recipient is one.
    recipient_id: Mapped[int | None] = personal(sa.Integer)
    purpose: Mapped[str] = personal(sa.String(100))
    way: Mapped[ConsentWay] = personal(Word(ConsentWay))
    since: Mapped[date] = personal(sa.Date)
    until: Mapped[date | None] = personal(sa.Date)
    taken_by: Mapped[int] = safe(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None] = personal(Moment)

    @property
    def item_labels(self) -> list[str]:
        """What may be told, as it is called on screen."""
        return [ConsentItem(item).label for item in self.items]

    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="period"),
        sa.CheckConstraint("(recipient_kind = 'resource') = (recipient_id IS NOT NULL)", name="recipient"),
    )


class NeverMeet(OfTeam, Base):
    """Somebody or something that a person must never meet. What it is stays sealed; the team's page alone shows it."""

    __tablename__ = "never_meet"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    person_id: Mapped[str] = safe(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[NeverMeetKind] = personal(Word(NeverMeetKind))
    # The id of what is meant, and why, as a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    created_at: Mapped[datetime] = safe(Moment)
