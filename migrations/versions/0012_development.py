"""Leads with their log, offers and helpers, notices and their windows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.String(22)
_RECEIPT = sa.String(9)


def upgrade() -> None:
    """Create the tables of `app.development`."""
    _create_residents()
    _create_leads()
    _index("lead", "district_id", "owner_id", "host_id", "opening_id")
    op.create_index("ix_lead_state_next_on", "lead", ["state", "next_on"])
    _index("lead_step", "lead_id")
    _index("lead_contact", "lead_id")
    _index("resident_offer", "district_id")
    op.create_index("ix_resident_offer_state_received_at", "resident_offer", ["state", "received_at"])
    _index("helper", "district_id")
    _index("resident_notice", "resource_id")
    op.create_index("ix_resident_notice_window_role_state", "resident_notice", ["window_role", "state"])
    _index("resident_sending", "address_digest", "at")


def _create_residents() -> None:
    op.create_table(
        "resident_offer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("receipt", _RECEIPT, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("district_id", sa.Integer()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("purged_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('new', 'contacted')) = (closed_at IS NULL)", name=op.f("ck_resident_offer_closed_at")
        ),
        sa.CheckConstraint(
            "(sealed IS NULL) = (purged_at IS NOT NULL)", name=op.f("ck_resident_offer_purged_at")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["area.id"], name="fk_resident_offer_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resident_offer"),
        sa.UniqueConstraint("receipt", name="uq_resident_offer_receipt"),
    )
    op.create_table(
        "helper",
        sa.Column("id", _ID, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("district_id", sa.Integer()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("active_until", sa.Date()),
        sa.Column("offer_id", _ID),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("purged_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("active_until IS NULL OR active_until >= since", name=op.f("ck_helper_period")),
        sa.CheckConstraint("(sealed IS NULL) = (purged_at IS NOT NULL)", name=op.f("ck_helper_purged_at")),
        sa.ForeignKeyConstraint(["district_id"], ["area.id"], name="fk_helper_district_id"),
        sa.ForeignKeyConstraint(["offer_id"], ["resident_offer.id"], name="fk_helper_offer_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_helper_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_helper"),
        sa.UniqueConstraint("offer_id", name="uq_helper_offer_id"),
    )
    op.create_table(
        "resident_notice",
        sa.Column("id", _ID, nullable=False),
        sa.Column("receipt", _RECEIPT, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("window_role", sa.String(40), nullable=False),
        sa.Column("window_name", sa.String(100), nullable=False),
        sa.Column("resource_id", sa.Integer()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("purged_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'done' OR closed_at IS NOT NULL", name=op.f("ck_resident_notice_closed_at")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR state IN ('done', 'forwarded')",
            name=op.f("ck_resident_notice_closed_state"),
        ),
        sa.CheckConstraint(
            "(sealed IS NULL) = (purged_at IS NOT NULL)", name=op.f("ck_resident_notice_purged_at")
        ),
        sa.CheckConstraint(
            "resource_id IS NULL OR topic = 'place'", name=op.f("ck_resident_notice_resource_of_place")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_resident_notice_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resident_notice"),
        sa.UniqueConstraint("receipt", name="uq_resident_notice_receipt"),
    )
    op.create_table(
        "notice_window",
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer()),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name="fk_notice_window_changed_by"),
        sa.PrimaryKeyConstraint("topic", name="pk_notice_window"),
    )
    op.create_table(
        "resident_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resident_sending"),
    )


def _create_leads() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(160), nullable=False),
        sa.Column("trade", sa.String(60)),
        sa.Column("address", sa.String(200)),
        sa.Column("contact", sa.String(200)),
        sa.Column("district_id", sa.Integer()),
        sa.Column("wanted_kinds", sa.Integer(), nullable=False),
        sa.Column("wanted_slots", sa.Integer()),
        sa.Column("opens_rule", sa.String(200)),
        sa.Column("task", sa.String(100)),
        sa.Column("steps_of_task", sa.Text()),
        sa.Column("task_place", sa.String(160)),
        sa.Column("body_load", sa.Integer()),
        sa.Column("people_load", sa.Integer()),
        sa.Column("pace_load", sa.Integer()),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("introduced_by", sa.String(100)),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("side", sa.String(40)),
        sa.Column("back_on", sa.Date()),
        sa.Column("owner_id", sa.Integer()),
        sa.Column("next_step", sa.String(200)),
        sa.Column("next_on", sa.Date()),
        sa.Column("host_id", sa.Integer()),
        sa.Column("opening_id", sa.Integer()),
        sa.Column("offer_id", _ID),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name=op.f("ck_lead_reason")),
        sa.CheckConstraint("(reason IS NULL) = (side IS NULL)", name=op.f("ck_lead_side")),
        sa.CheckConstraint("(state = 'later') = (back_on IS NOT NULL)", name=op.f("ck_lead_back_on")),
        sa.CheckConstraint("opening_id IS NULL OR host_id IS NOT NULL", name=op.f("ck_lead_opening_of_host")),
        sa.CheckConstraint("host_id IS NULL OR state = 'opened'", name=op.f("ck_lead_host_when_opened")),
        *(
            sa.CheckConstraint(f"{load} IS NULL OR {load} BETWEEN 1 AND 3", name=op.f(f"ck_lead_{load}"))
            for load in ("body_load", "people_load", "pace_load")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["area.id"], name="fk_lead_district_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="fk_lead_owner_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_lead_host_id"),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name="fk_lead_opening_id"),
        sa.ForeignKeyConstraint(["offer_id"], ["resident_offer.id"], name="fk_lead_offer_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_lead_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
        sa.UniqueConstraint("offer_id", name="uq_lead_offer_id"),
    )
    op.create_table(
        "lead_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("side", sa.String(40)),
        sa.Column("back_on", sa.Date()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_step_lead_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_lead_step_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_step"),
    )
    op.create_table(
        "lead_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("promise", sa.String(200)),
        sa.Column("promise_on", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer()),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_contact_lead_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name="fk_lead_contact_recorded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_contact"),
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them."""
    for table in (
        "lead_contact",
        "lead_step",
        "lead",
        "resident_sending",
        "notice_window",
        "resident_notice",
        "helper",
        "resident_offer",
    ):
        op.drop_table(table)
