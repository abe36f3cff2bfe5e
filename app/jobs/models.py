"""The tables of jobs and of daily duties."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Role, Scope
from app.db.base import Base, Moment, Word, safe
from app.db.scope import Guarded
from app.jobs.policies import Record
from app.jobs.vocabulary import JobState


class Job(Guarded, Base):
    """One piece of work. Whoever asked for it sees it; nobody else does, since a file may hold a secret refuge."""

    __tablename__ = "job"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    kind: Mapped[str] = safe(sa.String(60))
    # What people call it: the name of the file.
    label: Mapped[str] = safe(sa.String(200))
    state: Mapped[JobState] = safe(Word(JobState))
    # In bytes, of the file whose parts lie in `job_part`; nothing when the job has none, or none any more.
    file_size: Mapped[int] = safe(sa.Integer)
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


class JobPart(Guarded, Base):
    """A part of the file of a job. All but the last are `PART_SIZE` long.

    Files lie apart from the jobs, since every note of progress writes the row of its job anew, and in parts, so that
    neither the database nor the worker ever holds a whole one.
    """

    __tablename__ = "job_part"

    job_id: Mapped[int] = safe(sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = safe(sa.Integer, primary_key=True, autoincrement=False)
    # As in the job.
    created_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    data: Mapped[bytes] = safe(sa.LargeBinary)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Those of one's own jobs; the product itself reaches all."""
        if scope.system:
            return sa.true()
        return sa.false() if scope.account_id is None else cls.created_by == scope.account_id

    def is_within(self, scope: Scope) -> bool:
        """Tell whether this scope may write the part."""
        return bool(scope.system) or (scope.account_id is not None and self.created_by == scope.account_id)


class JobDuty(Guarded, Base):
    """How the runs of one daily duty went. The admin reads it; the product alone writes it."""

    __tablename__ = "job_duty"

    name: Mapped[str] = safe(sa.String(60), primary_key=True)
    # The day that the last successful run was for, which is not the day of the clock when a missed one is made up.
    last_run_on: Mapped[date | None] = safe(sa.Date)
    last_started_at: Mapped[datetime | None] = safe(Moment)
    last_ended_at: Mapped[datetime | None] = safe(Moment)
    # Of the last run, for people; empty when it went well.
    last_error: Mapped[str | None] = safe(sa.Text)
    # The day that is being tried, how often it was, and when it may be again.
    tried_for: Mapped[date | None] = safe(sa.Date)
    tries: Mapped[int] = safe(sa.Integer)
    next_try_at: Mapped[datetime | None] = safe(Moment)
    lease: Mapped[str | None] = safe(sa.String(64))
    lease_until: Mapped[datetime | None] = safe(Moment)

    @property
    def record(self) -> Record:
        """What decides whether the duty is due."""
        return Record(self.last_run_on, self.tried_for, self.tries, self.next_try_at)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The product itself and admins."""
        return sa.true() if scope.system or scope.holds(Role.ADMIN) else sa.false()

    def is_within(self, scope: Scope) -> bool:
        """Tell whether this scope may write the row."""
        return scope.system is not None
