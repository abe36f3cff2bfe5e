"""What is remembered of files: which column means what, under which other names a resource comes, and what is not one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Right, Scope
from app.db.base import Base, Moment, safe
from app.db.scope import Guarded
from app.resources.models.catalogue import Resource
from app.resources.policies import KEEPERS


def _open_places() -> sa.Select[int]:
    return sa.select(Resource.id).where(Resource.is_refuge.is_(False))


def _may_keep(scope: Scope) -> bool:
    return bool(scope.system) or not KEEPERS.isdisjoint(scope.roles)


class ResourceAlias(Guarded, Base):
    """A further identity by which files name a resource; see `app.resources.exchange.identity`.

    It comes with a merge, or when somebody says at an import that a row is a resource that is there already. `batch` is
    the step that brought it: with that step it goes again.
    """

    __tablename__ = "resource_alias"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    identity: Mapped[str] = safe(sa.String(300), unique=True)
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    batch: Mapped[str] = safe(sa.String(32), index=True)
    account_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Keepers; of a refuge the right's holders only."""
        if scope.system:
            return sa.true()
        if scope.account_id is None or KEEPERS.isdisjoint(scope.roles):
            return sa.false()
        if Right.PLACE_IN_REFUGE in scope.rights:
            return sa.true()
        return cls.resource_id.in_(_open_places())

    def is_within(self, scope: Scope) -> bool:
        """Keepers of the catalogue."""
        return _may_keep(scope)


class DistinctPair(Guarded, Base):
    """Two resources that look alike and are not the same, as somebody said: nobody is asked again."""

    __tablename__ = "distinct_pair"

    first_id: Mapped[int] = safe(sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = safe(
        sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    account_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    said_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (sa.CheckConstraint("first_id < second_id", name="order"),)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Keepers; where one of the two is a refuge, the right's holders only."""
        if scope.system:
            return sa.true()
        if scope.account_id is None or KEEPERS.isdisjoint(scope.roles):
            return sa.false()
        if Right.PLACE_IN_REFUGE in scope.rights:
            return sa.true()
        return sa.and_(cls.first_id.in_(_open_places()), cls.second_id.in_(_open_places()))

    def is_within(self, scope: Scope) -> bool:
        """Keepers of the catalogue."""
        return _may_keep(scope)


class ImportMapping(Base):
    """What the columns of a file with these headers mean, where somebody mended it: the next edition is read alike.

    `columns` is header → value of `exchange.columns.Column`, or the name of a trait, or '' for a column that is not
    read. The whole town shares it: it says something about a publisher's layout and nothing about a row.
    """

    __tablename__ = "import_mapping"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    # SHA-256 of the header keys in their order.
    headers_digest: Mapped[str] = safe(sa.String(64), unique=True)
    columns: Mapped[dict[str, str]] = safe(sa.JSON)
    account_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    changed_at: Mapped[datetime] = safe(Moment)
