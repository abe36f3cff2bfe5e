"""A list of town points for tests."""

from __future__ import annotations

from app.areas.models import TownPoint
from app.db.database import Database
from tests.factories.resources import EVERYTHING, LAT, LON, MUNICIPALITY


def make_town_points(database: Database, *towns: str, municipality: str = "瀬凪市") -> None:
    """Write a list with these towns, each a hundredth of a degree east of the one before it."""
    with database.writing(EVERYTHING) as session:
        session.add_all(
            TownPoint(
                municipality_code=MUNICIPALITY,
                municipality=municipality,
                town=town,
                section="",
                latitude=LAT,
                longitude=round(LON + number / 100, 6),
                source="試験の一覧",
            )
            for number, town in enumerate(towns)
        )
