"""Work in the field: whose area is whose, notes about places, and their photos. Nothing here is about a person.

People write names all the same, and a photo shows who happened to stand there: words and photos are sealed.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.accounts.vocabulary import Right, Scope
from app.db.base import Base, Moment, Word, personal, safe
from app.db.scope import Guarded
from app.db.sealing import ID_LENGTH, new_row_id
from app.resources.models.catalogue import Resource
from app.resources.models.hosts import Opening
from app.resources.policies import KEEPERS
from app.resources.vocabulary import FieldResult, FieldWay, PhotoSize


class KeeperArea(Base):
    """A district or town that an account looks after (わたしの地域)."""

    __tablename__ = "keeper_area"

    account_id: Mapped[int] = safe(sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = safe(sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)


class FieldNote(Guarded, Base):
    """What somebody saw or heard of a place, a host or a town, on a day. It is removed by whoever wrote it."""

    __tablename__ = "field_note"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    resource_id: Mapped[int | None] = safe(sa.ForeignKey("resource.id"), index=True)
    host_id: Mapped[int | None] = safe(sa.ForeignKey("host.id"), index=True)
    # Where it was: chosen, or that of the place when the note was written. Empty is not known.
    town_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)
    how: Mapped[FieldWay] = safe(Word(FieldWay))
    result: Mapped[FieldResult] = safe(Word(FieldResult))
    # The words; empty once a removed note was purged.
    sealed: Mapped[bytes | None] = personal(sa.LargeBinary)
    has_photo: Mapped[bool] = safe(sa.Boolean)
    noted_on: Mapped[date] = safe(sa.Date)
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime] = safe(Moment, index=True)
    removed_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("resource_id IS NULL OR host_id IS NULL", name="one_subject"),
        sa.CheckConstraint("sealed IS NOT NULL OR removed_at IS NOT NULL", name="purged_when_removed"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Keepers of the catalogue; of a refuge, and of a host that has openings there alone, the right's holders."""
        if scope.system:
            return sa.true()
        if scope.account_id is None or KEEPERS.isdisjoint(scope.roles):
            return sa.false()
        if Right.PLACE_IN_REFUGE in scope.rights:
            return sa.true()
        # Said by what may be seen and not by what may not: were the inner select narrowed too, less would be seen.
        open_places = sa.select(Resource.id).where(Resource.is_refuge.is_(False))
        seen_hosts = sa.select(Opening.host_id).where(Opening.resource_id.in_(open_places))
        return sa.and_(
            sa.or_(cls.resource_id.is_(None), cls.resource_id.in_(open_places)),
            sa.or_(
                cls.host_id.is_(None),
                cls.host_id.not_in(sa.select(Opening.host_id)),
                cls.host_id.in_(seen_hosts),
            ),
        )

    def is_within(self, scope: Scope) -> bool:
        """Whoever wrote a note keeps it."""
        return bool(scope.system) or (
            self.account_id == scope.account_id and not KEEPERS.isdisjoint(scope.roles)
        )


class FieldPhoto(Guarded, Base):
    """The photo of a note in one size (JPEG, sealed), apart from the note so that lists stay light."""

    __tablename__ = "field_photo"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    note_id: Mapped[str] = safe(sa.ForeignKey("field_note.id", ondelete="CASCADE"))
    size: Mapped[PhotoSize] = safe(Word(PhotoSize))
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id"))
    sealed: Mapped[bytes] = personal(sa.LargeBinary)

    __table_args__ = (sa.UniqueConstraint("note_id", "size"),)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Who may read the note."""
        if scope.system:
            return sa.true()
        return cls.note_id.in_(sa.select(FieldNote.id).where(FieldNote.visible_to(scope)))

    def is_within(self, scope: Scope) -> bool:
        """Whoever wrote the note."""
        return bool(scope.system) or (
            self.account_id == scope.account_id and not KEEPERS.isdisjoint(scope.roles)
        )
