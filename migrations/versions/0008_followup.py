"""Placements with their steps, visits, and planned contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.String(22)


def upgrade() -> None:
    """Create the tables of `app.followup`."""
    op.create_table(
        "placement",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer()),
        sa.Column("proposal_id", _ID),
        sa.Column("basis_id", _ID, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end_reason", sa.String(40)),
        sa.Column("end_cause", sa.String(40)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stage = 'ended') = (ended_on IS NOT NULL)", name="ck_placement_ended_on"),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="ck_placement_end_reason"),
        sa.CheckConstraint("(end_reason IS NULL) = (end_cause IS NULL)", name="ck_placement_end_cause"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ck_placement_period"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_placement_case_id"),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_placement_resource_id"),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name="fk_placement_opening_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_placement_proposal_id"),
        sa.ForeignKeyConstraint(["basis_id"], ["start_basis.id"], name="fk_placement_basis_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_placement_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_placement"),
        sa.UniqueConstraint("proposal_id", name="uq_placement_proposal_id"),
    )
    op.create_table(
        "placement_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", _ID, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name="fk_placement_step_placement_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name="fk_placement_step_recorded_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_placement_step_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_placement_step"),
    )
    op.create_table(
        "visit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("placement_id", _ID),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("means", sa.String(40), nullable=False),
        sa.Column("attendance", sa.String(40)),
        sa.Column("sharing_basis", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("next_on", sa.Date()),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_visit_case_id"),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name="fk_visit_placement_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_visit_author_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_visit_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
    )
    op.create_table(
        "touchpoint",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("placement_id", _ID),
        sa.Column("party", sa.String(40), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", _ID),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("visit_id IS NULL OR dropped_at IS NULL", name="ck_touchpoint_one_end"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_touchpoint_case_id"),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name="fk_touchpoint_placement_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="fk_touchpoint_owner_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_touchpoint_visit_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_touchpoint_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_touchpoint"),
    )
    _index("placement", "case_id", "resource_id", "opening_id", "team_id")
    _index("placement_step", "placement_id", "team_id")
    _index("visit", "placement_id", "happened_on", "author_id", "team_id")
    op.create_index("ix_visit_case_id_happened_on", "visit", ["case_id", "happened_on"])
    _index("touchpoint", "case_id", "placement_id", "team_id")
    op.create_index("ix_touchpoint_owner_id_due_on", "touchpoint", ["owner_id", "due_on"])


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them."""
    for table in ("touchpoint", "visit", "placement_step", "placement"):
        op.drop_table(table)
