"""Areas and who lives in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from app.db.spatial.index import create_spatial_index, drop_spatial_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of `app.areas`."""
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column(
            "centre",
            Geometry("POINT", srid=4326, spatial_index=False),
            nullable=True,
        ),
        sa.Column(
            "boundary",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=True,
        ),
        sa.Column("residents", sa.Integer()),
        sa.Column("households", sa.Integer()),
        sa.Column("surveyed_on", sa.Date()),
        sa.Column("source", sa.String(200)),
        sa.CheckConstraint("residents IS NULL OR residents >= 0", name="ck_area_residents"),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name="fk_area_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_area"),
        sa.UniqueConstraint(
            "municipality_code", "kind", "name_key", name="uq_area_municipality_code_kind_name_key"
        ),
    )
    op.create_index("ix_area_parent_id", "area", ["parent_id"])
    op.create_table(
        "area_population",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.CheckConstraint("band BETWEEN 1 AND 18", name="ck_area_population_band"),
        sa.CheckConstraint("men >= 0 AND women >= 0", name="ck_area_population_people"),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name="fk_area_population_area_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", "band", name="pk_area_population"),
    )
    create_spatial_index(op.get_bind(), "area", "centre")
    create_spatial_index(op.get_bind(), "area", "boundary", shape="MULTIPOLYGON")


def downgrade() -> None:
    """Drop them."""
    for column in ("centre", "boundary"):
        drop_spatial_index(op.get_bind(), "area", column)
    op.drop_table("area_population")
    op.drop_table("area")
