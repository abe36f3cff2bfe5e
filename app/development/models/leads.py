"""Leads with their log. They hold an organisation and never a person: no column leads to a case or a profile."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from app.db.base import Base, Moment, Versioned, Word, safe
from app.development.vocabulary.leads import (
    ContactWay,
    DeclineReason,
    LeadOrigin,
    LeadState,
    Proposal,
    Side,
    Step,
)


class Lead(Versioned, Base):
    """An organisation that might take people in."""

    __tablename__ = "lead"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    organisation: Mapped[str] = safe(sa.String(160))
    trade: Mapped[str | None] = safe(sa.String(60))
    address: Mapped[str | None] = safe(sa.String(200))
    # Of the organisation, as it is found on its sign: a private person's stays with their offer.
    contact: Mapped[str | None] = safe(sa.String(200))
    district_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)

    # What is looked for: bits of `TakingPart`, slots of the week, and the rule that it would open, in words.
    wanted_kinds: Mapped[int] = safe(sa.Integer)
    wanted_slots: Mapped[int | None] = safe(sa.Integer)
    opens_rule: Mapped[str | None] = safe(sa.String(200))
    # Where the matcher proposed it: the rule by its word, and the host or place that could change something.
    rule: Mapped[str | None] = safe(sa.String(40))
    asked_host_id: Mapped[int | None] = safe(sa.ForeignKey("host.id"), index=True)
    asked_resource_id: Mapped[int | None] = safe(sa.ForeignKey("resource.id"), index=True)

    # The task cut out of the organisation's work; one step a line.
    task: Mapped[str | None] = safe(sa.String(100))
    steps_of_task: Mapped[str | None] = safe(sa.Text)
    task_place: Mapped[str | None] = safe(sa.String(160))
    body_load: Mapped[int | None] = safe(sa.Integer)
    people_load: Mapped[int | None] = safe(sa.Integer)
    pace_load: Mapped[int | None] = safe(sa.Integer)

    origin: Mapped[LeadOrigin] = safe(Word(LeadOrigin))
    introduced_by: Mapped[str | None] = safe(sa.String(100))
    state: Mapped[LeadState] = safe(Word(LeadState))
    reason: Mapped[DeclineReason | None] = safe(Word(DeclineReason))
    side: Mapped[Side | None] = safe(Word(Side))
    back_on: Mapped[date | None] = safe(sa.Date)
    owner_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"), index=True)
    next_step: Mapped[str | None] = safe(sa.String(200))
    next_on: Mapped[date | None] = safe(sa.Date)
    host_id: Mapped[int | None] = safe(sa.ForeignKey("host.id"), index=True)
    opening_id: Mapped[int | None] = safe(sa.ForeignKey("opening.id"), index=True)
    offer_id: Mapped[str | None] = safe(sa.ForeignKey("resident_offer.id"), unique=True)
    made_at: Mapped[datetime] = safe(Moment)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))

    steps: Mapped[list[LeadStep]] = relationship("LeadStep", order_by="LeadStep.id")
    contacts: Mapped[list[LeadContact]] = relationship(
        "LeadContact", order_by="LeadContact.happened_on.desc(), LeadContact.id.desc()"
    )

    __table_args__ = (
        sa.CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="reason"),
        sa.CheckConstraint("(reason IS NULL) = (side IS NULL)", name="side"),
        sa.CheckConstraint("(state = 'later') = (back_on IS NOT NULL)", name="back_on"),
        sa.CheckConstraint("opening_id IS NULL OR host_id IS NOT NULL", name="opening_of_host"),
        sa.CheckConstraint("host_id IS NULL OR state = 'opened'", name="host_when_opened"),
        *(
            sa.CheckConstraint(f"{load} IS NULL OR {load} BETWEEN 1 AND 3", name=load)
            for load in ("body_load", "people_load", "pace_load")
        ),
        sa.Index(None, "state", "next_on"),
    )

    @property
    def proposal(self) -> Proposal:
        """The task that was cut out."""
        return Proposal(
            task=self.task or "",
            steps=tuple(line for line in (self.steps_of_task or "").splitlines() if line.strip()),
            place=self.task_place or "",
            body_load=self.body_load,
            people_load=self.people_load,
            pace_load=self.pace_load,
        )

    @property
    def due_on(self) -> date | None:
        """On which day somebody has to do something: the next step, or that it comes back, whichever is first."""
        if self.state is not LeadState.LATER:
            return self.next_on
        return min((day for day in (self.back_on, self.next_on) if day is not None), default=None)


class LeadStep(Base):
    """One change of a lead's state. What was undone stays in the log."""

    __tablename__ = "lead_step"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    lead_id: Mapped[int] = safe(sa.ForeignKey("lead.id"), index=True)
    state: Mapped[LeadState] = safe(Word(LeadState))
    reason: Mapped[DeclineReason | None] = safe(Word(DeclineReason))
    side: Mapped[Side | None] = safe(Word(Side))
    back_on: Mapped[date | None] = safe(sa.Date)
    made_at: Mapped[datetime] = safe(Moment)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    undone_at: Mapped[datetime | None] = safe(Moment)

    @property
    def step(self) -> Step:
        """What was changed."""
        return Step(self.state, self.reason, self.side, self.back_on)


class LeadContact(Base):
    """One talk with the organisation."""

    __tablename__ = "lead_contact"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    lead_id: Mapped[int] = safe(sa.ForeignKey("lead.id"), index=True)
    happened_on: Mapped[date] = safe(sa.Date)
    way: Mapped[ContactWay] = safe(Word(ContactWay))
    said: Mapped[str] = safe(sa.Text)
    promise: Mapped[str | None] = safe(sa.String(200))
    promise_on: Mapped[date | None] = safe(sa.Date)
    recorded_at: Mapped[datetime] = safe(Moment)
    recorded_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
