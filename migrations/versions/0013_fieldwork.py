"""Areas that workers look after, notes from the field, and their photos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.String(22)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "keeper_area",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_keeper_area_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_keeper_area_area_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "area_id", name="pk_keeper_area"),
    )
    op.create_table(
        "field_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("resource_id", sa.Integer()),
        sa.Column("host_id", sa.Integer()),
        sa.Column("town_id", sa.Integer()),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("has_photo", sa.Boolean(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("resource_id IS NULL OR host_id IS NULL", name=op.f("ck_field_note_one_subject")),
        sa.CheckConstraint(
            "sealed IS NOT NULL OR removed_at IS NOT NULL", name=op.f("ck_field_note_purged_when_removed")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_field_note_resource_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_field_note_host_id"),
        sa.ForeignKeyConstraint(["town_id"], ["area.id"], name="fk_field_note_town_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_field_note_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_field_note"),
    )
    for column in ("resource_id", "host_id", "town_id", "account_id", "made_at"):
        op.create_index(f"ix_field_note_{column}", "field_note", [column])
    op.create_table(
        "field_photo",
        sa.Column("id", _ID, nullable=False),
        sa.Column("note_id", _ID, nullable=False),
        sa.Column("size", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["field_note.id"], name="fk_field_photo_note_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_field_photo_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_field_photo"),
        sa.UniqueConstraint("note_id", "size", name="uq_field_photo_note_id_size"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("field_photo", "field_note", "keeper_area"):
        op.drop_table(table)
