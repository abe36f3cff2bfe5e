"""Releases of rounded counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of `app.planning`."""
    op.create_table(
        "planning_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(20), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("finest", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_planning_release_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_planning_release"),
        sa.UniqueConstraint("quarter", name="uq_planning_release_quarter"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("planning_release")
