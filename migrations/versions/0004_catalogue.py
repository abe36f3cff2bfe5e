"""The catalogue: kinds, resources, hosts, openings and seats."""

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
    op.create_table(
        "host",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(6), nullable=False),
        sa.Column("published_id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("trade", sa.String(60)),
        sa.Column("phone", sa.String(40)),
        sa.Column("introduction", sa.Text()),
        sa.Column("recognition", sa.String(40)),
        sa.Column("keeper_id", sa.Integer()),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("call_asked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["keeper_id"], ["account.id"], name="fk_host_keeper_id"),
        sa.PrimaryKeyConstraint("id", name="pk_host"),
        sa.UniqueConstraint(
            "municipality_code", "published_id", name="uq_host_municipality_code_published_id"
        ),
    )
    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(6), nullable=False),
        sa.Column("published_id", sa.String(60), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(100), nullable=False),
        sa.Column("steps", sa.Text()),
        sa.Column("shortest_minutes", sa.Integer()),
        sa.Column("frequency", sa.String(60)),
        sa.Column("period", sa.String(60)),
        sa.Column("allows_visit", sa.Boolean()),
        sa.Column("allows_trial", sa.Boolean()),
        sa.Column("allows_ongoing", sa.Boolean()),
        sa.Column("pay", sa.String(40)),
        sa.Column("pay_note", sa.String(100)),
        sa.Column("training", sa.String(40)),
        sa.Column("body_load", sa.Integer()),
        sa.Column("people_load", sa.Integer()),
        sa.Column("pace_load", sa.Integer()),
        sa.Column("interests", sa.String(200)),
        sa.Column("insurance", sa.String(60)),
        sa.Column("insurance_holder", sa.String(100)),
        sa.Column("insured_from", sa.Date()),
        sa.Column("insured_to", sa.Date()),
        sa.Column("tutor", sa.String(60)),
        sa.Column("refusal", sa.String(200)),
        sa.Column("paused_until", sa.Date()),
        sa.Column("monthly_limit", sa.Integer()),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("body_load IS NULL OR body_load BETWEEN 1 AND 3", name="ck_opening_body_load"),
        sa.CheckConstraint("pace_load IS NULL OR pace_load BETWEEN 1 AND 3", name="ck_opening_pace_load"),
        sa.CheckConstraint(
            "people_load IS NULL OR people_load BETWEEN 1 AND 3", name="ck_opening_people_load"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_opening_host_id"),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_opening_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opening"),
        sa.UniqueConstraint(
            "municipality_code", "published_id", name="uq_opening_municipality_code_published_id"
        ),
    )
    op.create_index("ix_opening_host_id", "opening", ["host_id"])
    op.create_index("ix_opening_resource_id", "opening", ["resource_id"])
    op.create_table(
        "opening_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name="ck_opening_slot_seats"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_opening_slot_weekday"),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name="fk_opening_slot_opening_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_opening_slot"),
        sa.UniqueConstraint("opening_id", "weekday", "part", name="uq_opening_slot_opening_id_weekday_part"),
    )
    op.create_index("ix_opening_slot_opening_id", "opening_slot", ["opening_id"])
    op.create_table(
        "reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="ck_reservation_held_until"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ck_reservation_period"),
        sa.ForeignKeyConstraint(["slot_id"], ["opening_slot.id"], name="fk_reservation_slot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reservation"),
    )
    op.create_index("ix_reservation_holder", "reservation", ["holder"])
    op.create_index("ix_reservation_slot_id", "reservation", ["slot_id"])
    create_spatial_index(op.get_bind(), "resource", "point")
    create_search_index(op.get_bind(), "resource", "search_terms")


def downgrade() -> None:
    """Drop them."""
    drop_search_index(op.get_bind(), "resource", "search_terms")
    drop_spatial_index(op.get_bind(), "resource", "point")
    for table in ("reservation", "opening_slot", "opening", "host"):
        op.drop_table(table)
    op.drop_table("resource")
    op.drop_table("resource_kind")
