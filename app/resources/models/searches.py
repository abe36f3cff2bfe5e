"""Searches that somebody keeps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Scope
from app.db.base import Base, Moment, safe
from app.db.scope import Guarded


class SavedSearch(Guarded, Base):
    """A question to the catalogue under a name, and since when its answers are not new any more. Its owner's alone:
    what somebody looks for may tell for whom.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = safe(sa.String(60))
    # The query string of the catalogue's address, as `forms.catalogue` reads it.
    question: Mapped[str] = safe(sa.String(1000))
    made_at: Mapped[datetime] = safe(Moment)
    seen_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (sa.UniqueConstraint("account_id", "name"),)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Whoever keeps it."""
        if scope.system:
            return sa.true()
        return sa.false() if scope.account_id is None else cls.account_id == scope.account_id

    def is_within(self, scope: Scope) -> bool:
        """Whoever keeps it."""
        return bool(scope.system) or (scope.account_id is not None and self.account_id == scope.account_id)
