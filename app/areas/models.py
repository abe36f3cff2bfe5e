"""Areas and who lives in them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy.orm import Mapped, relationship

from app.areas.vocabulary import BANDS, AreaKind
from app.db.base import Base, Word, safe


class Area(Base):
    """A town or a district of a municipality."""

    __tablename__ = "area"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    kind: Mapped[AreaKind] = safe(Word(AreaKind))
    name: Mapped[str] = safe(sa.String(80))
    # The name as it is compared: 「ケ」「ヶ」 and wide letters made one.
    name_key: Mapped[str] = safe(sa.String(80))
    parent_id: Mapped[int | None] = safe(sa.ForeignKey("area.id"), index=True)
    centre: Mapped[WKBElement | None] = safe(Geometry("POINT", srid=4326, spatial_index=False))
    boundary: Mapped[WKBElement | None] = safe(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    residents: Mapped[int | None] = safe(sa.Integer)
    households: Mapped[int | None] = safe(sa.Integer)
    surveyed_on: Mapped[date | None] = safe(sa.Date)
    source: Mapped[str | None] = safe(sa.String(200))

    bands: Mapped[list[AreaPopulation]] = relationship(
        "AreaPopulation", cascade="all, delete-orphan", order_by="AreaPopulation.band"
    )

    __table_args__ = (
        sa.UniqueConstraint("municipality_code", "kind", "name_key"),
        sa.CheckConstraint("residents IS NULL OR residents >= 0", name="residents"),
    )


class TownPoint(Base):
    """A row of a list of towns: a 町丁目 or one 小字 of it, and a point inside, by which addresses are found offline."""

    __tablename__ = "town_point"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    municipality_code: Mapped[str] = safe(sa.String(6))
    # Without the prefecture (高松市), as it stands in front of addresses.
    municipality: Mapped[str] = safe(sa.String(40))
    town: Mapped[str] = safe(sa.String(80))
    # 小字, or empty.
    section: Mapped[str] = safe(sa.String(80))
    latitude: Mapped[float] = safe(sa.Float)
    longitude: Mapped[float] = safe(sa.Float)
    source: Mapped[str | None] = safe(sa.String(200))

    __table_args__ = (sa.UniqueConstraint("municipality_code", "town", "section"),)


class AreaPopulation(Base):
    """Residents of one age band of an area."""

    __tablename__ = "area_population"

    area_id: Mapped[int] = safe(sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = safe(sa.Integer, primary_key=True)
    men: Mapped[int] = safe(sa.Integer)
    women: Mapped[int] = safe(sa.Integer)

    __table_args__ = (
        sa.CheckConstraint(f"band BETWEEN 1 AND {BANDS}", name="band"),
        sa.CheckConstraint("men >= 0 AND women >= 0", name="people"),
    )
