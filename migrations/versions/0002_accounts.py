"""Accounts, roles, sign-ins and what the database is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of `app.accounts`."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_name", sa.String(60), nullable=False),
        sa.Column("display_name", sa.String(60), nullable=False),
        sa.Column("affiliation", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login_name", name="uq_account_login_name"),
    )
    for table, word in (("account_role", "role"), ("account_right", "right")):
        op.create_table(
            table,
            sa.Column("account_id", sa.Integer(), nullable=False),
            sa.Column(word, sa.String(40), nullable=False),
            sa.ForeignKeyConstraint(
                ["account_id"], ["account.id"], name=f"fk_{table}_account_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("account_id", word, name=f"pk_{table}"),
        )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_token_hash"),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_digest", sa.String(64), nullable=False),
        sa.Column("address_digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    for column in ("name_digest", "address_digest", "at"):
        op.create_index(f"ix_sign_in_attempt_{column}", "sign_in_attempt", [column])
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_installation_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )

    op.create_table(
        "support_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_support_team"),
    )
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ck_team_member_period"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_team_member_account_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_team_member_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_team_member"),
    )
    op.create_index("ix_team_member_account_id", "team_member", ["account_id"])
    op.create_index("ix_team_member_team_id", "team_member", ["team_id"])
    op.create_table(
        "barred_account",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_barred_account_account_id"),
        sa.ForeignKeyConstraint(["team_id"], ["support_team.id"], name="fk_barred_account_team_id"),
        sa.PrimaryKeyConstraint("team_id", "account_id", name="pk_barred_account"),
    )
    op.create_table(
        "signed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Integer()),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name="fk_signed_link_issued_by"),
        sa.PrimaryKeyConstraint("id", name="pk_signed_link"),
        sa.UniqueConstraint("token_hash", name="uq_signed_link_token_hash"),
    )
    op.create_index("ix_signed_link_subject_kind_subject_id", "signed_link", ["subject_kind", "subject_id"])
    op.create_table(
        "link_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["signed_link.id"], name="fk_link_visit_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_visit"),
        sa.UniqueConstraint("token_hash", name="uq_link_visit_token_hash"),
    )
    op.create_index("ix_link_visit_link_id", "link_visit", ["link_id"])


def downgrade() -> None:
    """Drop them."""
    for table in (
        "link_visit",
        "signed_link",
        "barred_account",
        "team_member",
        "support_team",
        "installation",
        "sign_in_attempt",
        "sign_in",
        "account_right",
        "account_role",
        "account",
    ):
        op.drop_table(table)
