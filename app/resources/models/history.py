"""What was changed in the catalogue: one row for each field, so that it can be read, decided on and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Right, Scope
from app.db.base import Base, Moment, Word, safe
from app.db.scope import Guarded
from app.resources.models.catalogue import Resource
from app.resources.models.hosts import Opening
from app.resources.policies import KEEPERS, KIND_KEEPERS
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject


class Change(Guarded, Base):
    """A field of a row of the catalogue, before and after.

    Changes made in one step share a `batch` and are taken back together. An empty `field` says that the row itself
    came (`before` is empty) or went.
    """

    __tablename__ = "catalogue_change"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    batch: Mapped[str] = safe(sa.String(32), index=True)
    cause: Mapped[ChangeCause] = safe(Word(ChangeCause))
    state: Mapped[ChangeState] = safe(Word(ChangeState))
    subject: Mapped[ChangeSubject] = safe(Word(ChangeSubject))
    subject_id: Mapped[int] = safe(sa.Integer)
    # Kept on the row itself, so that no join can be forgotten where it protects somebody.
    is_refuge: Mapped[bool] = safe(sa.Boolean)
    field: Mapped[str] = safe(sa.String(60))
    before: Mapped[Any | None] = safe(sa.JSON(none_as_null=True))
    after: Mapped[Any | None] = safe(sa.JSON(none_as_null=True))
    made_at: Mapped[datetime] = safe(Moment)
    # Who: an account, a host by its link, or the product itself when both are empty.
    account_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    host_id: Mapped[int | None] = safe(sa.ForeignKey("host.id"))
    decided_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (
        sa.Index(None, "subject", "subject_id"),
        sa.Index(None, "state", "made_at"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Whoever works here sees the history, of refuges the right's holders only; a host sees what it did itself."""
        if scope.system or (scope.account_id is not None and Right.PLACE_IN_REFUGE in scope.rights):
            return sa.true()
        if scope.account_id is not None:
            return sa.and_(cls.is_refuge.is_(False), cls._is_of_an_open_place())
        if scope.subject is not None:
            return cls.host_id == scope.subject[1]
        return sa.false()

    @classmethod
    def _is_of_an_open_place(cls) -> sa.ColumnElement[bool]:
        """Asked anew each time: a host whose only place turns out to be secret has no history from then on."""
        open_places = sa.select(Resource.id).where(Resource.is_refuge.is_(False))
        open_hosts = sa.select(Opening.host_id).where(Opening.resource_id.in_(open_places))
        open_openings = sa.select(Opening.id).where(Opening.resource_id.in_(open_places))
        return sa.or_(
            cls.subject.not_in([ChangeSubject.HOST, ChangeSubject.OPENING]),
            sa.and_(
                cls.subject == ChangeSubject.HOST,
                sa.or_(cls.subject_id.not_in(sa.select(Opening.host_id)), cls.subject_id.in_(open_hosts)),
            ),
            sa.and_(cls.subject == ChangeSubject.OPENING, cls.subject_id.in_(open_openings)),
        )

    def is_within(self, scope: Scope) -> bool:
        """Who keeps the catalogue writes its history; a host notes its own changes."""
        if scope.system:
            return True
        if scope.account_id is None:
            return scope.subject is not None and self.host_id == scope.subject[1]
        writers = KEEPERS | KIND_KEEPERS if self.subject is ChangeSubject.KIND else KEEPERS
        return not writers.isdisjoint(scope.roles) and (
            not self.is_refuge or Right.PLACE_IN_REFUGE in scope.rights
        )
