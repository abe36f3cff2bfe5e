"""Geometry answers alike on both databases, and the index of the embedded one is always right."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from geoalchemy2 import Geometry, WKTElement
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point, Polygon
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.db.database import Database
from app.db.spatial.constructs import box_around, metres_between, within_box
from app.db.spatial.index import count_unindexed, create_spatial_index, drop_spatial_index
from tests.support.databases import KINDS, Stores

TOWN = (140.27, 42.61)


class FixtureBase(DeclarativeBase):
    """Home of the fixture table."""


class Spot(FixtureBase):
    """A point and an area, both of which may be missing."""

    __tablename__ = "spot"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    place: Mapped[Any] = mapped_column(Geometry("POINT", 4326, spatial_index=False), nullable=True)
    area: Mapped[Any] = mapped_column(Geometry("POLYGON", 4326, spatial_index=False), nullable=True)


def prepare(database: Database) -> Database:
    """Make the fixture table with both indexes, as a migration does."""
    with database.engine.begin() as connection:
        FixtureBase.metadata.create_all(connection)
        create_spatial_index(connection, "spot", "place")
        create_spatial_index(connection, "spot", "area")
    return database


@pytest.fixture
def spots(database: Database) -> Database:
    """A database with the fixture table, empty."""
    return prepare(database)


@pytest.fixture
def both(stores: Stores) -> list[Database]:
    """The same fixture table on both databases."""
    return [prepare(stores.make(kind)) for kind in KINDS]


def random_points(count: int, seed: int, spread: float = 0.05) -> list[Point]:
    """Points around the town, always the same for a seed."""
    chance = random.Random(seed)
    return [
        Point(TOWN[0] + chance.uniform(-spread, spread), TOWN[1] + chance.uniform(-spread, spread))
        for _ in range(count)
    ]


def fill(database: Database, points: list[Point | None]) -> None:
    """Put one spot for each point."""
    with database.writing() as session:
        session.add_all(
            Spot(id=number, place=None if point is None else from_shape(point, 4326))
            for number, point in enumerate(points, start=1)
        )


def unindexed(database: Database) -> int:
    """Rows of the fixture table that the indexes have wrong."""
    with database.engine.connect() as connection:
        return sum(count_unindexed(connection, "spot", column) for column in ("place", "area"))


def near(centre: Point, radius_m: float) -> Any:
    """The spots around a point with their distance, as the product asks for them."""
    distance = metres_between(Spot.place, WKTElement(centre.wkt, 4326))
    box = box_around(centre.x, centre.y, radius_m)
    return (
        sa.select(Spot.id, distance)
        .where(within_box(Spot.place, Spot.id, box), distance <= radius_m)
        .order_by(distance, Spot.id)
    )


def found(database: Database, statement: sa.Select[Any]) -> list[Any]:
    """What a statement finds."""
    with database.reading() as session:
        return list(session.execute(statement))


@pytest.mark.parametrize("radius_m", [50, 400, 2_000, 5_000])
def test_both_databases_find_the_same_rows_at_the_same_distances(
    both: list[Database], radius_m: float
) -> None:
    for database in both:
        fill(database, [*random_points(400, seed=1), None])
    for centre in random_points(10, seed=2):
        embedded, postgis = (found(database, near(centre, radius_m)) for database in both)
        assert [row[0] for row in embedded] == [row[0] for row in postgis]
        assert [row[1] for row in embedded] == pytest.approx([row[1] for row in postgis], rel=1e-6)


def test_the_box_loses_no_row_that_lies_within_the_radius(both: list[Database]) -> None:
    for database in both:
        fill(database, [*random_points(400, seed=3)])
        for centre in random_points(10, seed=4):
            distance = metres_between(Spot.place, WKTElement(centre.wkt, 4326))
            by_distance = found(
                database, sa.select(Spot.id).where(distance <= 2_000).order_by(distance, Spot.id)
            )
            assert [row[0] for row in found(database, near(centre, 2_000))] == [row[0] for row in by_distance]


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 24.0, 45.5])
def test_the_box_holds_its_circle_wherever_it_lies(both: list[Database], latitude: float) -> None:
    chance = random.Random(5)
    points: list[Point | None] = [
        Point(140 + chance.uniform(-0.05, 0.05), latitude + chance.uniform(-0.05, 0.05)) for _ in range(200)
    ]
    centre = Point(140, latitude)
    results = []
    for database in both:
        fill(database, points)
        distance = metres_between(Spot.place, WKTElement(centre.wkt, 4326))
        inside = found(database, sa.select(Spot.id).where(distance <= 3_000).order_by(Spot.id))
        by_box = found(database, near(centre, 3_000).order_by(None).order_by(Spot.id))
        assert [row[0] for row in by_box] == [row[0] for row in inside]
        results.append(by_box)
    assert len(results[0]) > 10
    assert [row[0] for row in results[0]] == [row[0] for row in results[1]]


def test_the_index_follows_inserts_updates_and_deletes(spots: Database) -> None:
    fill(spots, [*random_points(50, seed=6), None])
    assert unindexed(spots) == 0
    far = Point(135.0, 35.0)
    with spots.writing() as session:
        session.execute(sa.delete(Spot).where(Spot.id <= 10))
        session.execute(sa.update(Spot).where(Spot.id == 11).values(place=from_shape(far, 4326)))
        session.execute(sa.update(Spot).where(Spot.id == 12).values(place=None))
        session.execute(sa.update(Spot).where(Spot.id == 51).values(place=from_shape(far, 4326)))
        session.execute(sa.update(Spot).where(Spot.id == 13).values(name="only the name"))
    assert unindexed(spots) == 0
    assert [row[0] for row in found(spots, near(far, 100))] == [11, 51]
    everywhere = within_box(Spot.place, Spot.id, (120, 20, 155, 50))
    assert [row[0] for row in found(spots, sa.select(Spot.id).where(everywhere).order_by(Spot.id))] == [
        11,
        *range(13, 52),
    ]


def test_what_is_rolled_back_leaves_the_index_as_it_was(spots: Database) -> None:
    fill(spots, [*random_points(5, seed=7)])
    with spots.open(write=True) as session:
        session.execute(sa.delete(Spot))
        session.rollback()
    assert unindexed(spots) == 0
    assert len(found(spots, near(Point(*TOWN), 50_000))) == 5


def plan(session: Session, statement: sa.Select[Any]) -> str:
    """How the database means to answer a statement."""
    dialect = session.get_bind().dialect
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    rows = session.connection().exec_driver_sql(f"{explain} {compiled}".replace("%", "%%"))
    return "\n".join(str(row[-1]) for row in rows)


def test_a_search_in_a_box_is_answered_by_the_index(spots: Database) -> None:
    fill(spots, [*random_points(3_000, seed=8, spread=1.0)])
    if spots.engine.dialect.name == "postgresql":
        with spots.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE spot")
    inside = within_box(Spot.place, Spot.id, box_around(*TOWN, 500))
    with spots.reading() as session:
        shown = plan(session, sa.select(Spot.id).where(inside))
    expected = "VIRTUAL TABLE INDEX" if spots.engine.dialect.name == "sqlite" else "idx_spot_place"
    assert expected in shown
    assert "SCAN spot" not in shown
    assert "Seq Scan" not in shown


def test_geometry_comes_back_as_it_was_given(spots: Database) -> None:
    point = Point(140.123456789012, 42.987654321098)
    area = Polygon([(140, 42), (140.5, 42), (140.5, 42.5), (140, 42)], [])
    with spots.writing() as session:
        session.add(Spot(id=1, place=WKTElement(point.wkt, 4326), area=from_shape(area, 4326)))
        session.add(Spot(id=2, place=f"SRID=4326;{point.wkt}", area=None))
        session.add(Spot(id=3, place=None, area=None))
    with spots.reading() as session:
        one, two, three = session.scalars(sa.select(Spot).order_by(Spot.id))
    assert to_shape(one.place).equals(point)
    assert to_shape(one.area).equals(area)
    assert one.place.srid == 4326
    assert to_shape(two.place).equals(point)
    assert (three.place, three.area) == (None, None)
    assert unindexed(spots) == 0


def test_an_area_is_found_by_a_box_that_it_meets(spots: Database) -> None:
    area = Polygon([(140, 42), (140.5, 42), (140.5, 42.5), (140, 42.5), (140, 42)])
    with spots.writing() as session:
        session.add(Spot(id=1, area=from_shape(area, 4326)))
    for box, hits in (
        ((140.4, 42.4, 141, 43), 1),
        ((140.6, 42, 141, 43), 0),
        ((140.1, 42.1, 140.2, 42.2), 1),
    ):
        statement = sa.select(Spot.id).where(within_box(Spot.area, Spot.id, box))
        assert len(found(spots, statement)) == hits, box


def test_the_functions_of_our_queries_answer_alike(both: list[Database]) -> None:
    area = Polygon([(140, 42), (140.5, 42), (140.5, 42.5), (140, 42.5), (140, 42)])
    inside = WKTElement("POINT(140.2 42.2)", 4326)
    outside = WKTElement("POINT(141 42.2)", 4326)
    answers = []
    for database in both:
        with database.writing() as session:
            session.add(Spot(id=1, place=inside, area=from_shape(area, 4326)))
        asked = sa.select(
            sa.func.ST_X(Spot.place),
            sa.func.ST_Y(Spot.place),
            sa.func.ST_SRID(Spot.place),
            sa.cast(sa.func.ST_Contains(Spot.area, Spot.place), sa.Integer),
            sa.cast(sa.func.ST_Within(Spot.place, Spot.area), sa.Integer),
            sa.cast(sa.func.ST_Intersects(Spot.area, outside), sa.Integer),
            metres_between(Spot.place, sa.null()),
        )
        answers.append(tuple(found(database, asked)[0]))
    assert answers[0] == answers[1] == (140.2, 42.2, 4326, 1, 1, 0, None)


BREAKS = {
    "a row that the index lacks": "DELETE FROM idx_spot_place WHERE pkid = 3",
    "an entry without a row": "INSERT INTO idx_spot_place VALUES (99, 1, 1, 1, 1)",
    "a row that was moved behind the index": "UPDATE idx_spot_place SET xmin = 1, xmax = 2 WHERE pkid = 3",
}


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_a_broken_index_is_noticed(spots: Database, change: str) -> None:
    fill(spots, [*random_points(5, seed=9), None])
    assert unindexed(spots) == 0
    with spots.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert unindexed(spots) == 1


def test_an_index_that_is_dropped_and_made_again_holds_all_rows(spots: Database) -> None:
    fill(spots, [*random_points(20, seed=10), None])
    with spots.engine.begin() as connection:
        drop_spatial_index(connection, "spot", "place")
        create_spatial_index(connection, "spot", "place")
    assert unindexed(spots) == 0
    assert len(found(spots, near(Point(*TOWN), 50_000))) == 20


@pytest.fixture
def rebuilt(spots: Database) -> Database:
    """The filled fixture table after a batch rebuild that forgot its index."""
    fill(spots, [*random_points(20, seed=11), None])
    with spots.engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("spot", recreate="always") as batch:
            batch.alter_column("name", existing_type=sa.String(), type_=sa.String(80))
    return spots


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_after_a_rebuild_the_index_is_right_once_it_is_made_again(rebuilt: Database) -> None:
    with rebuilt.writing() as session:
        session.execute(sa.delete(Spot).where(Spot.id == 1))
    # The triggers went with the old table: without the next step the index would go wrong in silence.
    assert unindexed(rebuilt) == 1
    with rebuilt.engine.begin() as connection:
        create_spatial_index(connection, "spot", "place")
        create_spatial_index(connection, "spot", "area")
    with rebuilt.writing() as session:
        session.execute(sa.delete(Spot).where(Spot.id == 2))
    assert unindexed(rebuilt) == 0
    assert len(found(rebuilt, near(Point(*TOWN), 50_000))) == 18
