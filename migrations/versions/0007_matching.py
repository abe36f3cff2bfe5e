"""Needs and proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.String(22)
_WORD = sa.String(40)


def upgrade() -> None:
    """Create the tables of `app.matching`."""
    op.create_table(
        "need",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("counting_area_id", sa.Integer()),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("feasible_places", sa.Integer()),
        sa.Column("binding_rule", _WORD),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_need_case_id"),
        sa.ForeignKeyConstraint(["counting_area_id"], ["area.id"], name="fk_need_counting_area_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_need_made_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_need_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
        sa.UniqueConstraint("case_id", "version", name="uq_need_case_id_version"),
    )
    _index("need", "case_id", "counting_area_id", "team_id")
    op.create_table(
        "proposal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("need_id", _ID, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer()),
        sa.Column("slot_id", sa.Integer()),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("ended_side", _WORD),
        sa.Column("ended_reason", _WORD),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('declined', 'withdrawn')) = (ended_reason IS NOT NULL)",
            name="ck_proposal_ended_reason",
        ),
        sa.CheckConstraint("(ended_reason IS NULL) = (ended_side IS NULL)", name="ck_proposal_ended_side"),
        sa.CheckConstraint("slot_id IS NULL OR opening_id IS NOT NULL", name="ck_proposal_slot"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_proposal_case_id"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_proposal_need_id"),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_proposal_resource_id"),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name="fk_proposal_opening_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["opening_slot.id"], name="fk_proposal_slot_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="fk_proposal_owner_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_proposal_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    _index("proposal", "case_id", "resource_id", "opening_id", "owner_id", "team_id")
    op.create_index("ix_proposal_state_due_at", "proposal", ["state", "due_at"])
    op.create_table(
        "proposal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", _ID, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_proposal_step_proposal_id"),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name="fk_proposal_step_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_proposal_step_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_step"),
    )
    _index("proposal_step", "proposal_id", "team_id")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them."""
    for table in ("proposal_step", "proposal", "need"):
        op.drop_table(table)
