"""What goes out to people, and what is done every day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of `app.outbox` and that of the daily duties of `app.jobs`."""
    op.create_table(
        "job_duty",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("last_run_on", sa.Date()),
        sa.Column("last_started_at", sa.DateTime(timezone=True)),
        sa.Column("last_ended_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("tried_for", sa.Date()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", name="pk_job_duty"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("channel_reason", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("needs_right", sa.String(40)),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(40)),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("dedup_key", sa.String(120), nullable=False),
        sa.CheckConstraint(
            "(channel = 'in_app') = (account_id IS NOT NULL)", name=op.f("ck_delivery_notice_has_account")
        ),
        sa.CheckConstraint(
            "read_at IS NULL OR channel = 'in_app'", name=op.f("ck_delivery_only_notices_are_read")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_delivery_account_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_delivery_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("dedup_key", name="uq_delivery_dedup_key"),
    )
    op.create_index("ix_delivery_account_id", "delivery", ["account_id"])
    op.create_index("ix_delivery_channel_state_due_on", "delivery", ["channel", "state", "due_on"])
    op.create_index("ix_delivery_subject_kind_subject_id", "delivery", ["subject_kind", "subject_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("delivery")
    op.drop_table("job_duty")
