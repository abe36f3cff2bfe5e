"""The catalogue that stays true: timetables, served areas, seats in the gaps, and the history of every field."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.Integer()


def _columns() -> dict[str, list[sa.Column[Any]]]:
    # A check rides on the last column that it names: the embedded database takes it so without a copy of the table,
    # which would lose the triggers of its spatial index.
    return {
        "resource_kind": [
            sa.Column("is_retired", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("check_interval_days", sa.Integer()),
            sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        ],
        "resource": [
            sa.Column("timetable", sa.JSON()),
            sa.Column("gap_basis", sa.String(200)),
            sa.Column(
                "original_users",
                sa.Integer(),
                sa.CheckConstraint(
                    "original_users IS NULL OR gap_seats IS NULL OR capacity IS NULL"
                    " OR gap_seats + original_users <= capacity",
                    name=op.f("ck_resource_own_users_first"),
                ),
            ),
            sa.Column("check_interval_days", sa.Integer()),
            sa.Column("next_check_on", sa.Date()),
            sa.Column("listing_agreed_on", sa.Date()),
            sa.Column("listing_agreed_by", sa.String(60)),
            sa.Column("ended_on", sa.Date()),
            sa.Column("end_reason", sa.String(200)),
        ],
        "host": [
            sa.Column("email", sa.String(254)),
            sa.Column("postal_address", sa.String(300)),
            sa.Column("ask_by", sa.String(40)),
            sa.Column("staff_note", sa.Text()),
            sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        ],
        "opening": [
            sa.Column("place_note", sa.String(200)),
            sa.Column("gap_basis", sa.String(200)),
            sa.Column(
                "is_gap",
                sa.Boolean(),
                sa.CheckConstraint(
                    "NOT is_gap OR gap_basis IS NOT NULL", name=op.f("ck_opening_gap_has_basis")
                ),
                nullable=False,
                server_default=sa.false(),
            ),
            sa.Column("ended_on", sa.Date()),
        ],
        "opening_slot": [
            sa.Column("begins_minute", sa.Integer()),
            sa.Column(
                "ends_minute",
                sa.Integer(),
                sa.CheckConstraint(
                    "begins_minute IS NULL OR ends_minute IS NULL OR begins_minute < ends_minute",
                    name=op.f("ck_opening_slot_hours"),
                ),
            ),
            sa.Column("capacity", sa.Integer()),
            sa.Column(
                "original_users",
                sa.Integer(),
                sa.CheckConstraint(
                    "original_users IS NULL OR capacity IS NULL OR seats + original_users <= capacity",
                    name=op.f("ck_opening_slot_own_users_first"),
                ),
            ),
        ],
    }


def upgrade() -> None:
    """Add them, and read the timetables that the summary columns say in full."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_resource_next_check_on", "resource", ["next_check_on"])
    op.create_table(
        "service_area",
        sa.Column("id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.Column("coverage", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name="fk_service_area_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_service_area_area_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_area"),
        sa.UniqueConstraint("resource_id", "area_id", name="uq_service_area_resource_id_area_id"),
    )
    op.create_index("ix_service_area_area_id", "service_area", ["area_id"])
    op.create_table(
        "catalogue_change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("is_refuge", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", _ID),
        sa.Column("host_id", _ID),
        sa.Column("decided_by", _ID),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_catalogue_change_account_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_catalogue_change_host_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_catalogue_change_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_change"),
    )
    op.create_index("ix_catalogue_change_batch", "catalogue_change", ["batch"])
    op.create_index("ix_catalogue_change_subject_subject_id", "catalogue_change", ["subject", "subject_id"])
    op.create_index("ix_catalogue_change_state_made_at", "catalogue_change", ["state", "made_at"])
    _read_timetables()


_CODE = re.compile(r"(?:[0-7]+(?:Mo|Tu|We|Th|Fr|Sa|Su))+")


def _read_timetables() -> None:
    resource = sa.table(
        "resource",
        sa.column("id", sa.Integer),
        sa.column("schedule", sa.String),
        sa.column("schedule_note", sa.Text),
        sa.column("opens_minute", sa.Integer),
        sa.column("closes_minute", sa.Integer),
        sa.column("timetable", sa.Text),
    )
    connection = op.get_bind()
    known = connection.execute(
        sa.select(
            resource.c.id,
            resource.c.schedule,
            resource.c.schedule_note,
            resource.c.opens_minute,
            resource.c.closes_minute,
        ).where(resource.c.schedule.is_not(None))
    ).all()
    # Written through the type of the column, so that PostgreSQL takes it as JSON.
    written = sa.table("resource", sa.column("id", sa.Integer), sa.column("timetable", sa.JSON))
    for key, schedule, note, opens, closes in known:
        if _CODE.fullmatch(schedule) is None:
            continue
        meeting = {"code": schedule, "opens": opens, "closes": closes}
        document = {"v": 1, "meetings": [meeting], "says_more": bool(note)}
        connection.execute(sa.update(written).where(written.c.id == key).values(timetable=document))


def downgrade() -> None:
    """Drop them."""
    op.drop_table("catalogue_change")
    op.drop_table("service_area")
    op.drop_index("ix_resource_next_check_on", "resource")
    for table, columns in _columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
