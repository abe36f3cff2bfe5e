"""The table of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Scope
from app.db.base import Base, Moment, Word, safe
from app.db.scope import Guarded
from app.jobs.vocabulary import JobState


class Job(Guarded, Base):
    """One piece of work. Whoever asked for it sees it; nobody else does, since a file may hold a secret refuge."""

    __tablename__ = "job"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    kind: Mapped[str] = safe(sa.String(60))
    # What people call it: the name of the file.
    label: Mapped[str] = safe(sa.String(200))
    state: Mapped[JobState] = safe(Word(JobState))
    # Emptied when the work is done.
    payload: Mapped[bytes] = safe(sa.LargeBinary, deferred=True)
    options: Mapped[dict[str, Any]] = safe(sa.JSON)
    result: Mapped[dict[str, Any] | None] = safe(sa.JSON(none_as_null=True), deferred=True)
    # Why it failed, for people.
    message: Mapped[str | None] = safe(sa.Text)
    done: Mapped[int] = safe(sa.Integer)
    total: Mapped[int] = safe(sa.Integer)
    # A worker that still has the job knows this word; one that was too slow does not any more.
    lease: Mapped[str | None] = safe(sa.String(64))
    lease_until: Mapped[datetime | None] = safe(Moment)
    attempts: Mapped[int] = safe(sa.Integer)
    created_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = safe(Moment)
    changed_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (sa.Index(None, "state", "lease_until"),)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """One's own jobs; the product itself reaches all."""
        if scope.system:
            return sa.true()
        return sa.false() if scope.account_id is None else cls.created_by == scope.account_id

    def is_within(self, scope: Scope) -> bool:
        """Tell whether this scope may write the job."""
        return bool(scope.system) or (scope.account_id is not None and self.created_by == scope.account_id)
