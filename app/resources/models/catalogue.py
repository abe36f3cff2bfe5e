"""Kinds, resources, and the areas that they serve."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy.orm import Mapped, relationship

from app.accounts.vocabulary import Right, Scope
from app.db.base import Base, Moment, Versioned, Word, safe
from app.db.scope import Guarded
from app.geo.geocoding import PositionPrecision
from app.resources.models.hosts import Opening
from app.resources.policies import KEEPERS
from app.resources.vocabulary import Coverage, Disclosure, KindGroup, ResourceState


class ResourceKind(Versioned, Base):
    """An entry of the editable table of kinds."""

    __tablename__ = "resource_kind"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    label: Mapped[str] = safe(sa.String(60), unique=True)
    group: Mapped[KindGroup] = safe("kind_group", Word(KindGroup))
    # False for a kind that an import brought along and nobody has looked at yet.
    is_reviewed: Mapped[bool] = safe(sa.Boolean)
    position: Mapped[int] = safe(sa.Integer)
    # No longer offered where a kind is chosen; what has it keeps it.
    is_retired: Mapped[bool] = safe(sa.Boolean, default=False)
    # After how many days an entry of this kind wants to be confirmed again; None asks for nothing.
    check_interval_days: Mapped[int | None] = safe(sa.Integer)
    # Its entries went to that kind, and so does what a file still calls by this name.
    merged_into_id: Mapped[int | None] = safe(sa.ForeignKey("resource_kind.id"), index=True)


class Resource(Guarded, Versioned, Base):
    """One offer at one place. Empty means: not known."""

    __tablename__ = "resource"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    # What makes two rows the same resource; see `app.resources.exchange`.
    identity: Mapped[str] = safe(sa.String(300), unique=True)
    published_id: Mapped[str | None] = safe(sa.String(60))
    municipality_code: Mapped[str] = safe(sa.String(6))
    kind_id: Mapped[int] = safe(sa.ForeignKey("resource_kind.id"), index=True)
    # Kept on the row itself, so that no join can be forgotten where it protects somebody.
    is_refuge: Mapped[bool] = safe(sa.Boolean)
    is_light: Mapped[bool] = safe(sa.Boolean)
    disclosure: Mapped[Disclosure] = safe(Word(Disclosure))
    state: Mapped[ResourceState] = safe(Word(ResourceState))

    name: Mapped[str] = safe(sa.String(160))
    kana: Mapped[str | None] = safe(sa.String(200))
    nickname: Mapped[str | None] = safe(sa.String(100))
    operator: Mapped[str | None] = safe(sa.String(160))
    corporate_number: Mapped[str | None] = safe(sa.String(13))
    legal_basis: Mapped[str | None] = safe(sa.String(80))
    description: Mapped[str | None] = safe(sa.Text)
    remarks: Mapped[str | None] = safe(sa.Text)
    url: Mapped[str | None] = safe(sa.String(500))

    address: Mapped[str | None] = safe(sa.String(200))
    building: Mapped[str | None] = safe(sa.String(160))
    town_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)
    point: Mapped[WKBElement | None] = safe(Geometry("POINT", srid=4326, spatial_index=False))
    point_precision: Mapped[PositionPrecision] = safe(Word(PositionPrecision))
    point_source: Mapped[str | None] = safe(sa.String(100))
    served_area: Mapped[str | None] = safe(sa.String(200))
    nearest_stop: Mapped[str | None] = safe(sa.String(100))
    pickup: Mapped[str | None] = safe(sa.String(100))

    # When it takes place; see `app.resources.engine.schedule`. The five columns below are drawn from it by
    # `summary_of`, or stand alone where a file says no more: they serve filters, lists and sums.
    timetable: Mapped[dict[str, Any] | None] = safe(sa.JSON(none_as_null=True))
    # Bit 0 is Monday. The mask serves the filter, the text (GIF 441 code or as it was written) is what is shown.
    weekday_mask: Mapped[int | None] = safe(sa.Integer)
    schedule: Mapped[str | None] = safe(sa.String(200))
    schedule_note: Mapped[str | None] = safe(sa.Text)
    # Minutes since midnight; 1440 is 24:00.
    opens_minute: Mapped[int | None] = safe(sa.Integer)
    closes_minute: Mapped[int | None] = safe(sa.Integer)

    age_from: Mapped[int | None] = safe(sa.Integer)
    age_to: Mapped[int | None] = safe(sa.Integer)
    audience: Mapped[str | None] = safe(sa.String(300))
    # 狭間の人も可: True, False, or None while nobody asked.
    gap_welcome: Mapped[bool | None] = safe(sa.Boolean)
    gap_seats: Mapped[int | None] = safe(sa.Integer)
    # On what the seats for people in the gaps rest, and how many seats its own users need: theirs come first.
    gap_basis: Mapped[str | None] = safe(sa.String(200))
    original_users: Mapped[int | None] = safe(sa.Integer)
    capacity: Mapped[int | None] = safe(sa.Integer)
    capacity_note: Mapped[str | None] = safe(sa.String(300))
    fee: Mapped[str | None] = safe(sa.String(200))
    application: Mapped[str | None] = safe(sa.String(200))
    # Items of accessibility and environment, each 「有」「無」 or a word as the source has it; absent is not known.
    traits: Mapped[dict[str, str]] = safe(sa.JSON)

    contact: Mapped[str | None] = safe(sa.String(200))
    contact_is_public: Mapped[bool] = safe(sa.Boolean)
    source: Mapped[str | None] = safe(sa.String(200))
    confirmed_on: Mapped[date | None] = safe(sa.Date)
    confirmed_by: Mapped[str | None] = safe(sa.String(60))
    check_note: Mapped[str | None] = safe(sa.Text)
    # Instead of the kind's interval, and the day that follows from it or that somebody set.
    check_interval_days: Mapped[int | None] = safe(sa.Integer)
    next_check_on: Mapped[date | None] = safe(sa.Date, index=True)
    # The group's own word that it may stand here: when, and who asked.
    listing_agreed_on: Mapped[date | None] = safe(sa.Date)
    listing_agreed_by: Mapped[str | None] = safe(sa.String(60))
    ended_on: Mapped[date | None] = safe(sa.Date)
    end_reason: Mapped[str | None] = safe(sa.String(200))
    # It turned out to be the same as another one, which goes on; this row has ended and keeps what refers to it.
    merged_into_id: Mapped[int | None] = safe(sa.ForeignKey("resource.id"), index=True)

    # What free words are looked up in; see `app.text.terms`.
    search_terms: Mapped[str] = safe(sa.Text)
    # The same texts, folded, in which longer words are compared. Empty until an entry of older tables was renewed.
    search_text: Mapped[str] = safe(sa.Text, default="")
    # Fingerprint of the imported row, so that an unchanged row is known without comparing forty columns.
    content_digest: Mapped[str] = safe(sa.String(64))
    created_at: Mapped[datetime] = safe(Moment)
    updated_at: Mapped[datetime] = safe(Moment)

    kind: Mapped[ResourceKind] = relationship("ResourceKind", lazy="joined", innerjoin=True)
    service_areas: Mapped[list[ServiceArea]] = relationship(
        "ServiceArea", cascade="all, delete-orphan", order_by="ServiceArea.area_id"
    )

    __table_args__ = (
        sa.CheckConstraint("weekday_mask IS NULL OR weekday_mask BETWEEN 0 AND 127", name="weekday_mask"),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        sa.CheckConstraint(
            "original_users IS NULL OR gap_seats IS NULL OR capacity IS NULL"
            " OR gap_seats + original_users <= capacity",
            name="own_users_first",
        ),
        sa.CheckConstraint("NOT is_refuge OR disclosure = 'closed'", name="refuge_is_closed"),
        sa.Index(None, "municipality_code", "state"),
        # All that the counts by kind ask of an entry; see `app.resources.queries.catalogue.count_by_kind`.
        sa.Index("ix_resource_counted", "kind_id", "state", "disclosure", "is_refuge", "point", "id"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """A refuge exists for the right's holders only; residents see what is public and going on, a host its own too."""
        if scope.system or Right.PLACE_IN_REFUGE in scope.rights:
            return sa.true()
        if scope.account_id is not None:
            return cls.is_refuge.is_(False)
        if scope.subject is None:
            return cls.is_open_to_all()
        own = sa.select(Opening.resource_id).where(Opening.host_id == scope.subject[1])
        return sa.or_(cls.is_open_to_all(), sa.and_(cls.is_refuge.is_(False), cls.id.in_(own)))

    @classmethod
    def is_open_to_all(cls) -> sa.ColumnElement[bool]:
        """Return the condition under which anybody may see an entry, as far as its own columns tell.

        Queries that answer everybody take `app.resources.queries.leaving.OPEN_TO_ALL`, which asks the kind too.
        """
        return sa.and_(
            cls.is_refuge.is_(False),
            cls.disclosure == Disclosure.PUBLIC,
            cls.state == ResourceState.ACTIVE,
        )

    def is_within(self, scope: Scope) -> bool:
        """Keepers of the catalogue write it; a refuge takes the right as well."""
        if scope.system:
            return True
        return not KEEPERS.isdisjoint(scope.roles) and (
            not self.is_refuge or Right.PLACE_IN_REFUGE in scope.rights
        )


class ServiceArea(Base):
    """An area that a resource serves (提供地域), which is not where it stands."""

    __tablename__ = "service_area"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id", ondelete="CASCADE"))
    area_id: Mapped[int] = safe(sa.ForeignKey("area.id"), index=True)
    coverage: Mapped[Coverage] = safe(Word(Coverage))

    __table_args__ = (sa.UniqueConstraint("resource_id", "area_id"),)
