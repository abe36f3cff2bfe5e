"""The catalogue: kinds and resources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from app.db.search import create_search_index, drop_search_index
from app.db.spatial.index import create_spatial_index, drop_spatial_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of `app.resources`."""
    op.create_table(
        "resource_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("kind_group", sa.String(40), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resource_kind"),
        sa.UniqueConstraint("label", name="uq_resource_kind_label"),
    )
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(300), nullable=False),
        sa.Column("published_id", sa.String(60)),
        sa.Column("municipality_code", sa.String(6), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("is_refuge", sa.Boolean(), nullable=False),
        sa.Column("is_light", sa.Boolean(), nullable=False),
        sa.Column("disclosure", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("kana", sa.String(200)),
        sa.Column("nickname", sa.String(100)),
        sa.Column("operator", sa.String(160)),
        sa.Column("corporate_number", sa.String(13)),
        sa.Column("legal_basis", sa.String(80)),
        sa.Column("description", sa.Text()),
        sa.Column("remarks", sa.Text()),
        sa.Column("url", sa.String(500)),
        sa.Column("address", sa.String(200)),
        sa.Column("building", sa.String(160)),
        sa.Column("town_id", sa.Integer()),
        sa.Column(
            "point",
            Geometry("POINT", srid=4326, spatial_index=False),
            nullable=True,
        ),
        sa.Column("point_precision", sa.String(40), nullable=False),
        sa.Column("point_source", sa.String(100)),
        sa.Column("served_area", sa.String(200)),
        sa.Column("nearest_stop", sa.String(100)),
        sa.Column("pickup", sa.String(100)),
        sa.Column("weekday_mask", sa.Integer()),
        sa.Column("schedule", sa.String(200)),
        sa.Column("schedule_note", sa.Text()),
        sa.Column("opens_minute", sa.Integer()),
        sa.Column("closes_minute", sa.Integer()),
        sa.Column("age_from", sa.Integer()),
        sa.Column("age_to", sa.Integer()),
        sa.Column("audience", sa.String(300)),
        sa.Column("gap_welcome", sa.Boolean()),
        sa.Column("gap_seats", sa.Integer()),
        sa.Column("capacity", sa.Integer()),
        sa.Column("capacity_note", sa.String(300)),
        sa.Column("fee", sa.String(200)),
        sa.Column("application", sa.String(200)),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(200)),
        sa.Column("contact_is_public", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(200)),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("confirmed_by", sa.String(60)),
        sa.Column("check_note", sa.Text()),
        sa.Column("search_terms", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT is_refuge OR disclosure = 'closed'", name="ck_resource_refuge_is_closed"),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name="ck_resource_capacity"),
        sa.CheckConstraint(
            "weekday_mask IS NULL OR weekday_mask BETWEEN 0 AND 127", name="ck_resource_weekday_mask"
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["resource_kind.id"], name="fk_resource_kind_id"),
        sa.ForeignKeyConstraint(["town_id"], ["area.id"], name="fk_resource_town_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource"),
        sa.UniqueConstraint("identity", name="uq_resource_identity"),
    )
    op.create_index("ix_resource_kind_id", "resource", ["kind_id"])
    op.create_index("ix_resource_town_id", "resource", ["town_id"])
    op.create_index("ix_resource_municipality_code_state", "resource", ["municipality_code", "state"])
    create_spatial_index(op.get_bind(), "resource", "point")
    create_search_index(op.get_bind(), "resource", "search_terms")


def downgrade() -> None:
    """Drop them."""
    drop_search_index(op.get_bind(), "resource", "search_terms")
    drop_spatial_index(op.get_bind(), "resource", "point")
    op.drop_table("resource")
    op.drop_table("resource_kind")
