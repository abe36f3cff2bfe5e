"""Persons, consents, and cases with their plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.String(22)


def upgrade() -> None:
    """Create the tables of `app.people` and `app.cases`."""
    _create_people()
    _create_cases()


def _create_people() -> None:
    op.create_table(
        "household",
        sa.Column("id", _ID, nullable=False),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("protected_since", sa.Date()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint(
            "is_protected = (protected_since IS NOT NULL)", name="ck_household_protected_since"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_household"),
    )
    op.create_table(
        "person",
        sa.Column("id", _ID, nullable=False),
        sa.Column("household_id", _ID, nullable=False),
        sa.Column("kana_index", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name="fk_person_household_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_person_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "consent",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("recipient_kind", sa.String(40), nullable=False),
        sa.Column("recipient_id", sa.Integer()),
        sa.Column("purpose", sa.String(100), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ck_consent_period"),
        sa.CheckConstraint(
            "(recipient_kind = 'resource') = (recipient_id IS NOT NULL)", name="ck_consent_recipient"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id"),
        sa.ForeignKeyConstraint(["taken_by"], ["account.id"], name="fk_consent_taken_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_consent_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_table(
        "never_meet",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_never_meet_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_never_meet_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_never_meet"),
    )
    _index("person", "household_id", "kana_index", "team_id")
    _index("consent", "person_id", "team_id")
    _index("never_meet", "person_id", "team_id")


def _create_cases() -> None:
    op.create_table(
        "case_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_case_ledger_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_case_ledger"),
    )
    op.create_table(
        "support_case",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("counting_area_id", sa.Integer()),
        sa.Column("origin_mesh", sa.String(10)),
        sa.Column("route", sa.String(40), nullable=False),
        sa.Column("referred_by", sa.Integer()),
        sa.Column("awaits_decision", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_on IS NULL) = (state = 'open')", name="ck_support_case_closed_on"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_support_case_person_id"),
        sa.ForeignKeyConstraint(["counting_area_id"], ["area.id"], name="fk_support_case_counting_area_id"),
        sa.ForeignKeyConstraint(["referred_by"], ["account.id"], name="fk_support_case_referred_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_support_case_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_support_case"),
        sa.UniqueConstraint("number", name="uq_support_case_number"),
    )
    op.create_table(
        "support_plan",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_on IS NOT NULL)", name="ck_support_plan_decided_on"
        ),
        sa.CheckConstraint("(decided_on IS NULL) = (decided_by IS NULL)", name="ck_support_plan_decided_by"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_support_plan_case_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_support_plan_made_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_support_plan_decided_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_support_plan_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_support_plan"),
        sa.UniqueConstraint("case_id", "round", name="uq_support_plan_case_id_round"),
    )
    op.create_table(
        "start_basis",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("plan_id", _ID),
        sa.Column("confirm_by", sa.Date()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'decision') = (plan_id IS NOT NULL)", name="ck_start_basis_plan"),
        sa.CheckConstraint("(kind = 'early') = (confirm_by IS NOT NULL)", name="ck_start_basis_confirm_by"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_start_basis_case_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["support_plan.id"], name="fk_start_basis_plan_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name="fk_start_basis_recorded_by"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_start_basis_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_start_basis"),
    )
    _index("support_case", "person_id", "counting_area_id", "referred_by", "team_id")
    op.create_index("ix_support_case_state_opened_on", "support_case", ["state", "opened_on"])
    _index("support_plan", "case_id", "team_id")
    _index("start_basis", "case_id", "team_id")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them."""
    for table in ("start_basis", "support_plan", "support_case", "case_ledger"):
        op.drop_table(table)
    for table in ("never_meet", "consent", "person", "household"):
        op.drop_table(table)
