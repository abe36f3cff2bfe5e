"""Placements with their steps, touchpoints, visits."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from app.accounts.queries import OfTeam
from app.accounts.vocabulary import Scope
from app.db.base import Base, Moment, Versioned, Word, personal, safe
from app.db.sealing import ID_LENGTH, new_row_id
from app.followup.vocabulary import (
    Attendance,
    Cause,
    EndReason,
    Means,
    Occasion,
    Party,
    SharingBasis,
    Stage,
)


class Placement(OfTeam, Versioned, Base):
    """One person at one place."""

    __tablename__ = "placement"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id"), index=True)
    opening_id: Mapped[int | None] = safe(sa.ForeignKey("opening.id"), index=True)
    proposal_id: Mapped[str | None] = safe(sa.ForeignKey("proposal.id"), unique=True)
    basis_id: Mapped[str] = safe(sa.ForeignKey("start_basis.id"))
    stage: Mapped[Stage] = safe(Word(Stage))
    started_on: Mapped[date] = safe(sa.Date)
    ended_on: Mapped[date | None] = safe(sa.Date)
    end_reason: Mapped[EndReason | None] = personal(Word(EndReason))
    end_cause: Mapped[Cause | None] = personal(Word(Cause))

    steps: Mapped[list[PlacementStep]] = relationship("PlacementStep", order_by="PlacementStep.id")

    __table_args__ = (
        sa.CheckConstraint("(stage = 'ended') = (ended_on IS NOT NULL)", name="ended_on"),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="end_reason"),
        sa.CheckConstraint("(end_reason IS NULL) = (end_cause IS NULL)", name="end_cause"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="period"),
    )


class PlacementStep(OfTeam, Base):
    """One step of a placement: to which stage, on which day, by whom."""

    __tablename__ = "placement_step"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    placement_id: Mapped[str] = safe(sa.ForeignKey("placement.id"), index=True)
    stage: Mapped[Stage] = safe(Word(Stage))
    happened_on: Mapped[date] = safe(sa.Date)
    recorded_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = safe(Moment)


class Touchpoint(OfTeam, Versioned, Base):
    """A planned contact with the person or the host of a placement, or with the person of a case."""

    __tablename__ = "touchpoint"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    placement_id: Mapped[str | None] = safe(sa.ForeignKey("placement.id"), index=True)
    party: Mapped[Party] = safe(Word(Party))
    occasion: Mapped[Occasion] = safe(Word(Occasion))
    due_on: Mapped[date] = safe(sa.Date)
    owner_id: Mapped[int] = safe(sa.ForeignKey("account.id"))
    # The visit that it led to.
    visit_id: Mapped[str | None] = safe(sa.ForeignKey("visit.id"))
    dropped_at: Mapped[datetime | None] = safe(Moment)
    # From which day to which it was moved, why and by whom: a sealed document, none before the first time.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)

    __table_args__ = (
        sa.CheckConstraint("visit_id IS NULL OR dropped_at IS NULL", name="one_end"),
        sa.Index(None, "owner_id", "due_on"),
    )

    @property
    def is_open(self) -> bool:
        """Whether it is neither made nor dropped."""
        return self.visit_id is None and self.dropped_at is None


class Visit(OfTeam, Versioned, Base):
    """What happened, when, with whom."""

    __tablename__ = "visit"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"))
    placement_id: Mapped[str | None] = safe(sa.ForeignKey("placement.id"), index=True)
    happened_on: Mapped[date] = safe(sa.Date, index=True)
    means: Mapped[Means] = personal(Word(Means))
    attendance: Mapped[Attendance | None] = personal(Word(Attendance))
    sharing_basis: Mapped[SharingBasis] = safe(Word(SharingBasis))
    # `VisitNote`, and under "former" every version before this one, whole: a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    next_on: Mapped[date | None] = safe(sa.Date)
    author_id: Mapped[int] = safe(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (sa.Index(None, "case_id", "happened_on"),)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The team; what nothing allows to share is read by its author alone."""
        team = super().visible_to(scope)
        if scope.system:
            return team
        shared = cls.sharing_basis != SharingBasis.AUTHOR_ONLY
        return sa.and_(team, sa.or_(shared, cls.author_id == scope.account_id))
