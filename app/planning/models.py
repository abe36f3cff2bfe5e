"""Releases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.db.base import Base, Moment, safe


class Release(Base):
    """The finest table of one quarter: rounded before it was written, never changed afterwards.

    It is kept and not computed anew, because cases are corrected later: the same day counted twice could differ by
    one case, and the difference would be that case.
    """

    __tablename__ = "planning_release"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    quarter: Mapped[str] = safe(sa.String(20), unique=True)
    counted_on: Mapped[date] = safe(sa.Date)
    # `FinestTable.to_json`: districts as they were called, and the lower end of each cell's range.
    finest: Mapped[dict[str, Any]] = safe(sa.JSON)
    made_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)
