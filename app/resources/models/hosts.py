"""Hosts, their openings, and the seats that are taken."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from app.db.base import Base, Moment, Versioned, Word, safe
from app.resources.vocabulary import AskBy, DayPart, HoldState, Pay, TrainingForm


class Host(Versioned, Base):
    """Who takes people in (受け入れ先). What stands here is the organisation's, not a private person's."""

    __tablename__ = "host"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    published_id: Mapped[str] = safe(sa.String(60))
    name: Mapped[str] = safe(sa.String(160))
    trade: Mapped[str | None] = safe(sa.String(60))
    phone: Mapped[str | None] = safe(sa.String(40))
    email: Mapped[str | None] = safe(sa.String(254))
    postal_address: Mapped[str | None] = safe(sa.String(300))
    # How the host wants to be asked whether its openings still stand.
    ask_by: Mapped[AskBy | None] = safe(Word(AskBy))
    introduction: Mapped[str | None] = safe(sa.Text)
    # The governor's recognition for 就労訓練.
    recognition: Mapped[str | None] = safe(sa.String(40))
    keeper_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    is_active: Mapped[bool] = safe(sa.Boolean)
    # The host pressed 「電話がほしい」; a coordinator clears it after the call.
    call_asked_at: Mapped[datetime | None] = safe(Moment)
    # What workers tell each other about the host; never shown to it.
    staff_note: Mapped[str | None] = safe(sa.Text)

    __table_args__ = (sa.UniqueConstraint("municipality_code", "published_id"),)


class Opening(Versioned, Base):
    """A task that a host has cut out of its work, with seats by weekday and part of the day."""

    __tablename__ = "opening"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    published_id: Mapped[str] = safe(sa.String(60))
    host_id: Mapped[int] = safe(sa.ForeignKey("host.id"), index=True)
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id"), index=True)
    task: Mapped[str] = safe(sa.String(100))
    steps: Mapped[str | None] = safe(sa.Text)
    shortest_minutes: Mapped[int | None] = safe(sa.Integer)
    frequency: Mapped[str | None] = safe(sa.String(60))
    period: Mapped[str | None] = safe(sa.String(60))
    allows_visit: Mapped[bool | None] = safe(sa.Boolean)
    allows_trial: Mapped[bool | None] = safe(sa.Boolean)
    allows_ongoing: Mapped[bool | None] = safe(sa.Boolean)
    pay: Mapped[Pay | None] = safe(Word(Pay))
    pay_note: Mapped[str | None] = safe(sa.String(100))
    training: Mapped[TrainingForm | None] = safe(Word(TrainingForm))
    # 1 light, 2 medium, 3 heavier.
    body_load: Mapped[int | None] = safe(sa.Integer)
    people_load: Mapped[int | None] = safe(sa.Integer)
    pace_load: Mapped[int | None] = safe(sa.Integer)
    interests: Mapped[str | None] = safe(sa.String(200))
    insurance: Mapped[str | None] = safe(sa.String(60))
    insurance_holder: Mapped[str | None] = safe(sa.String(100))
    insured_from: Mapped[date | None] = safe(sa.Date)
    insured_to: Mapped[date | None] = safe(sa.Date)
    tutor: Mapped[str | None] = safe(sa.String(60))
    # Where in the host's premises, and what to bring or wear.
    place_note: Mapped[str | None] = safe(sa.String(200))
    # 狭間枠: seats that a welfare facility opens to people outside its service, and on what that rests.
    is_gap: Mapped[bool] = safe(sa.Boolean, default=False)
    gap_basis: Mapped[str | None] = safe(sa.String(200))
    refusal: Mapped[str | None] = safe(sa.String(200))
    # A pause ends by itself.
    paused_until: Mapped[date | None] = safe(sa.Date)
    # How many people may begin in a month; spread over its weeks by the count of free seats.
    monthly_limit: Mapped[int | None] = safe(sa.Integer)
    confirmed_on: Mapped[date | None] = safe(sa.Date)
    # Not offered any more; who has a seat keeps it.
    ended_on: Mapped[date | None] = safe(sa.Date)

    host: Mapped[Host] = relationship("Host", lazy="joined", innerjoin=True)
    slots: Mapped[list[OpeningSlot]] = relationship(
        "OpeningSlot", cascade="all, delete-orphan", order_by="OpeningSlot.weekday, OpeningSlot.part"
    )

    __table_args__ = (
        sa.UniqueConstraint("municipality_code", "published_id"),
        *(
            sa.CheckConstraint(f"{load} IS NULL OR {load} BETWEEN 1 AND 3", name=load)
            for load in ("body_load", "people_load", "pace_load")
        ),
        sa.CheckConstraint("NOT is_gap OR gap_basis IS NOT NULL", name="gap_has_basis"),
    )


class OpeningSlot(Base):
    """Seats of an opening on a weekday (0 is Monday) in a part of the day."""

    __tablename__ = "opening_slot"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    opening_id: Mapped[int] = safe(sa.ForeignKey("opening.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = safe(sa.Integer)
    part: Mapped[DayPart] = safe(Word(DayPart))
    seats: Mapped[int] = safe(sa.Integer)
    # Minutes since midnight where the host said them; else the hours of the place.
    begins_minute: Mapped[int | None] = safe(sa.Integer)
    ends_minute: Mapped[int | None] = safe(sa.Integer)
    # Of a 狭間枠: how many fit, and how many seats the facility's own users need. Theirs come first.
    capacity: Mapped[int | None] = safe(sa.Integer)
    original_users: Mapped[int | None] = safe(sa.Integer)

    # Only for asking whether anybody has, or ever had, a seat here.
    reservations: Mapped[list[Reservation]] = relationship("Reservation", viewonly=True)

    __table_args__ = (
        sa.UniqueConstraint("opening_id", "weekday", "part"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("seats >= 0", name="seats"),
        sa.CheckConstraint(
            "original_users IS NULL OR capacity IS NULL OR seats + original_users <= capacity",
            name="own_users_first",
        ),
        sa.CheckConstraint(
            "begins_minute IS NULL OR ends_minute IS NULL OR begins_minute < ends_minute", name="hours"
        ),
    )


class Reservation(Base):
    """A seat in a slot, held or taken for somebody whom this table does not know: the one thing that capacity counts."""

    __tablename__ = "reservation"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    slot_id: Mapped[int] = safe(sa.ForeignKey("opening_slot.id"), index=True)
    # An opaque id of an upper slice; equal holders are the same proposal or placement.
    holder: Mapped[str] = safe(sa.String(60), index=True)
    state: Mapped[HoldState] = safe(Word(HoldState))
    starts_on: Mapped[date] = safe(sa.Date)
    ends_on: Mapped[date | None] = safe(sa.Date)
    # A seat that is only held falls back by itself.
    held_until: Mapped[datetime | None] = safe(Moment)
    made_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
    )
