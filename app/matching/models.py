"""Need profiles and proposals, sealed where they speak of a person; the rules and the words of the town, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from app.accounts.queries import OfTeam
from app.db.base import Base, Moment, Versioned, Word, personal, safe
from app.db.sealing import ID_LENGTH, new_row_id
from app.matching.vocabulary import ProposalReason, ProposalState, Side


class Need(OfTeam, Base):
    """One version of a case's need profile. The newest is the current one; a draft is not matched."""

    __tablename__ = "need"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    version: Mapped[int] = safe(sa.Integer)
    is_draft: Mapped[bool] = safe(sa.Boolean)
    # The profile of `engine.profile`, with own words and what is still unknown: a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    # For planning: the district in which the need counts, none for a protected household.
    counting_area_id: Mapped[int | None] = personal(sa.ForeignKey("area.id"), index=True)
    # Kinds of taking part wished now, as words; a count by district is all that is made of them.
    kinds: Mapped[list[str]] = personal(sa.JSON)
    # Written by the matcher: whether any place was feasible, and which rule bound most when none was.
    feasible_places: Mapped[int | None] = personal(sa.Integer)
    binding_rule: Mapped[str | None] = personal(sa.String(40))
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (sa.UniqueConstraint("case_id", "version"),)


class Proposal(OfTeam, Versioned, Base):
    """A place proposed to one person, with all that was computed then, frozen."""

    __tablename__ = "proposal"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    need_id: Mapped[str] = safe(sa.ForeignKey("need.id"))
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id"), index=True)
    opening_id: Mapped[int | None] = safe(sa.ForeignKey("opening.id"), index=True)
    slot_id: Mapped[int | None] = safe(sa.ForeignKey("opening_slot.id"))
    state: Mapped[ProposalState] = safe(Word(ProposalState))
    # Verdicts, values, parts, reasons, versions of engine and weights: a sealed document that is never rewritten.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    owner_id: Mapped[int] = safe(sa.ForeignKey("account.id"), index=True)
    due_at: Mapped[datetime | None] = safe(Moment)
    ended_side: Mapped[Side | None] = personal(Word(Side))
    ended_reason: Mapped[ProposalReason | None] = personal(Word(ProposalReason))
    made_at: Mapped[datetime] = safe(Moment)

    steps: Mapped[list[ProposalStep]] = relationship("ProposalStep", order_by="ProposalStep.at")

    __table_args__ = (
        sa.CheckConstraint(
            "(state IN ('declined', 'withdrawn')) = (ended_reason IS NOT NULL)", name="ended_reason"
        ),
        sa.CheckConstraint("(ended_reason IS NULL) = (ended_side IS NULL)", name="ended_side"),
        sa.CheckConstraint("slot_id IS NULL OR opening_id IS NOT NULL", name="slot"),
        sa.Index(None, "state", "due_at"),
    )


class ProposalStep(OfTeam, Base):
    """One step of a proposal: to which state, when, by whom."""

    __tablename__ = "proposal_step"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    proposal_id: Mapped[str] = safe(sa.ForeignKey("proposal.id"), index=True)
    state: Mapped[ProposalState] = safe(Word(ProposalState))
    at: Mapped[datetime] = safe(Moment)
    # None when the product itself moved it, because a date had passed.
    by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))


class RuleSet(Base):
    """One version of what a town decided about the matcher. None is rewritten; the newest counts."""

    __tablename__ = "rule_set"

    version: Mapped[int] = safe(sa.Integer, primary_key=True, autoincrement=False)
    # The document of `engine.rule_set`.
    document: Mapped[dict[str, Any]] = safe(sa.JSON)
    # Why it was decided, in words that staff read.
    note: Mapped[str] = safe(sa.Text)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)


class WordTable(Base):
    """How telling the words of the catalogue are, frozen: a place that is added changes nobody's order. The newest counts."""

    __tablename__ = "word_table"

    version: Mapped[int] = safe(sa.Integer, primary_key=True, autoincrement=False)
    # How many texts it was made from; no term of it comes from a refuge or an entry that is not public.
    texts: Mapped[int] = safe(sa.Integer)
    # The document of `engine.words`.
    document: Mapped[dict[str, Any]] = safe(sa.JSON)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)
