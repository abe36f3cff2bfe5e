"""Kinds and resources; hosts, their openings, and the seats that are taken."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy.orm import Mapped, declared_attr, relationship

from app.accounts.vocabulary import Right, Role, Scope
from app.db.base import Base, Moment, Word, safe
from app.db.scope import Guarded
from app.geo.geocoding import PositionPrecision
from app.resources.vocabulary import (
    DayPart,
    Disclosure,
    HoldState,
    KindGroup,
    Pay,
    ResourceState,
    TrainingForm,
)

KEEPERS = frozenset({Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER})
"""Roles that keep the catalogue."""


class ResourceKind(Base):
    """An entry of the editable table of kinds."""

    __tablename__ = "resource_kind"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    label: Mapped[str] = safe(sa.String(60), unique=True)
    group: Mapped[KindGroup] = safe("kind_group", Word(KindGroup))
    # False for a kind that an import brought along and nobody has looked at yet.
    is_reviewed: Mapped[bool] = safe(sa.Boolean)
    position: Mapped[int] = safe(sa.Integer)


class Resource(Guarded, Base):
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

    # What free words are looked up in; see `app.text.terms`.
    search_terms: Mapped[str] = safe(sa.Text)
    # Fingerprint of the imported row, so that an unchanged row is known without comparing forty columns.
    content_digest: Mapped[str] = safe(sa.String(64))
    created_at: Mapped[datetime] = safe(Moment)
    updated_at: Mapped[datetime] = safe(Moment)
    version: Mapped[int] = safe(sa.Integer)

    kind: Mapped[ResourceKind] = relationship("ResourceKind", lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("weekday_mask IS NULL OR weekday_mask BETWEEN 0 AND 127", name="weekday_mask"),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        sa.CheckConstraint("NOT is_refuge OR disclosure = 'closed'", name="refuge_is_closed"),
        sa.Index(None, "municipality_code", "state"),
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """A refuge exists for the right's holders only; residents see what is public and going on, a host its own too."""
        if scope.system or Right.PLACE_IN_REFUGE in scope.rights:
            return sa.true()
        if scope.account_id is not None:
            return cls.is_refuge.is_(False)
        public = sa.and_(
            cls.is_refuge.is_(False),
            cls.disclosure == Disclosure.PUBLIC,
            cls.state == ResourceState.ACTIVE,
        )
        if scope.subject is None:
            return public
        own = sa.select(Opening.resource_id).where(Opening.host_id == scope.subject[1])
        return sa.or_(public, sa.and_(cls.is_refuge.is_(False), cls.id.in_(own)))

    def is_within(self, scope: Scope) -> bool:
        """Keepers of the catalogue write it; a refuge takes the right as well."""
        if scope.system:
            return True
        return not KEEPERS.isdisjoint(scope.roles) and (
            not self.is_refuge or Right.PLACE_IN_REFUGE in scope.rights
        )


class Host(Base):
    """Who takes people in (受け入れ先). What stands here is the organisation's, not a private person's."""

    __tablename__ = "host"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    published_id: Mapped[str] = safe(sa.String(60))
    name: Mapped[str] = safe(sa.String(160))
    trade: Mapped[str | None] = safe(sa.String(60))
    phone: Mapped[str | None] = safe(sa.String(40))
    introduction: Mapped[str | None] = safe(sa.Text)
    # The governor's recognition for 就労訓練.
    recognition: Mapped[str | None] = safe(sa.String(40))
    keeper_id: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    is_active: Mapped[bool] = safe(sa.Boolean)
    # The host pressed 「電話がほしい」; a coordinator clears it after the call.
    call_asked_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (sa.UniqueConstraint("municipality_code", "published_id"),)


class Opening(Base):
    """A task that a host has cut out of its work, with seats by weekday and part of the day."""

    __tablename__ = "opening"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    published_id: Mapped[str] = safe(sa.String(60))
    host_id: Mapped[int] = safe(sa.ForeignKey("host.id"), index=True)
    resource_id: Mapped[int] = safe(sa.ForeignKey("resource.id"), index=True)
    task: Mapped[str] = safe(sa.String(100))
    steps: Mapped[str | None] = safe(sa.Text)
    shortest_minutes: Mapped[int | None] = safe(sa.Integer)
    frequency: Mapped[str | None] = safe(sa.String(60))
    period: Mapped[str | None] = safe(sa.String(60))
    allows_visit: Mapped[bool | None] = safe(sa.Boolean)
    allows_trial: Mapped[bool | None] = safe(sa.Boolean)
    allows_ongoing: Mapped[bool | None] = safe(sa.Boolean)
    pay: Mapped[Pay | None] = safe(Word(Pay))
    pay_note: Mapped[str | None] = safe(sa.String(100))
    training: Mapped[TrainingForm | None] = safe(Word(TrainingForm))
    # 1 light, 2 medium, 3 heavier.
    body_load: Mapped[int | None] = safe(sa.Integer)
    people_load: Mapped[int | None] = safe(sa.Integer)
    pace_load: Mapped[int | None] = safe(sa.Integer)
    interests: Mapped[str | None] = safe(sa.String(200))
    insurance: Mapped[str | None] = safe(sa.String(60))
    insurance_holder: Mapped[str | None] = safe(sa.String(100))
    insured_from: Mapped[date | None] = safe(sa.Date)
    insured_to: Mapped[date | None] = safe(sa.Date)
    tutor: Mapped[str | None] = safe(sa.String(60))
    refusal: Mapped[str | None] = safe(sa.String(200))
    # A pause ends by itself.
    paused_until: Mapped[date | None] = safe(sa.Date)
    monthly_limit: Mapped[int | None] = safe(sa.Integer)
    confirmed_on: Mapped[date | None] = safe(sa.Date)
    version: Mapped[int] = safe(sa.Integer)

    host: Mapped[Host] = relationship("Host", lazy="joined", innerjoin=True)
    slots: Mapped[list[OpeningSlot]] = relationship(
        "OpeningSlot", cascade="all, delete-orphan", order_by="OpeningSlot.weekday, OpeningSlot.part"
    )

    __table_args__ = (
        sa.UniqueConstraint("municipality_code", "published_id"),
        *(
            sa.CheckConstraint(f"{load} IS NULL OR {load} BETWEEN 1 AND 3", name=load)
            for load in ("body_load", "people_load", "pace_load")
        ),
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}


class OpeningSlot(Base):
    """Seats of an opening on a weekday (0 is Monday) in a part of the day."""

    __tablename__ = "opening_slot"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    opening_id: Mapped[int] = safe(sa.ForeignKey("opening.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = safe(sa.Integer)
    part: Mapped[DayPart] = safe(Word(DayPart))
    seats: Mapped[int] = safe(sa.Integer)

    __table_args__ = (
        sa.UniqueConstraint("opening_id", "weekday", "part"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("seats >= 0", name="seats"),
    )


class Reservation(Base):
    """A seat in a slot, held or taken for somebody whom this table does not know: the one thing that capacity counts."""

    __tablename__ = "reservation"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    slot_id: Mapped[int] = safe(sa.ForeignKey("opening_slot.id"), index=True)
    # An opaque id of an upper slice; equal holders are the same proposal or placement.
    holder: Mapped[str] = safe(sa.String(60), index=True)
    state: Mapped[HoldState] = safe(Word(HoldState))
    starts_on: Mapped[date] = safe(sa.Date)
    ends_on: Mapped[date | None] = safe(sa.Date)
    # A seat that is only held falls back by itself.
    held_until: Mapped[datetime | None] = safe(Moment)
    made_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
    )
