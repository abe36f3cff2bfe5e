"""The log and its head."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.db.base import Base, Moment, safe


class AuditEvent(Base):
    """One thing that was done or read. Triggers refuse to change or delete a row."""

    __tablename__ = "audit_event"

    number: Mapped[int] = safe(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = safe(Moment)
    # No foreign key: the log outlives the accounts it speaks of.
    actor_id: Mapped[int | None] = safe(sa.Integer)
    action: Mapped[str] = safe(sa.String(60))
    subject_kind: Mapped[str] = safe(sa.String(40))
    subject_id: Mapped[str] = safe(sa.String(64))
    # Canonical JSON of ids, counts and words of vocabularies.
    detail: Mapped[str] = safe(sa.Text)
    previous: Mapped[str] = safe(sa.String(64))
    chained: Mapped[str] = safe(sa.String(64))

    __table_args__ = (sa.Index(None, "subject_kind", "subject_id"),)


class AuditHead(Base):
    """The one row that says where the chain ends; its lock lines the writers up."""

    __tablename__ = "audit_head"

    id: Mapped[int] = safe(sa.Integer, sa.CheckConstraint("id = 1", name="only_one"), primary_key=True)
    number: Mapped[int] = safe(sa.BigInteger)
    chained: Mapped[str] = safe(sa.String(64))
