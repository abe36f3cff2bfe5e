"""The rules of a town and its frozen words, each in versions; on a lead, which rule and whose it would change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ASKED = {"asked_host_id": "host", "asked_resource_id": "resource"}
# Written as SQL: with the key inside the column, both databases add it without making the table anew.
_ADD_KEY = "ALTER TABLE lead ADD COLUMN {name} INTEGER CONSTRAINT fk_lead_{name} REFERENCES {table} (id)"


def upgrade() -> None:
    """Create the tables of `app.matching` and add the columns of `lead`."""
    op.create_table(
        "rule_set",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_rule_set_made_by"),
        sa.PrimaryKeyConstraint("version", name="pk_rule_set"),
    )
    op.create_table(
        "word_table",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_word_table_made_by"),
        sa.PrimaryKeyConstraint("version", name="pk_word_table"),
    )
    op.add_column("lead", sa.Column("rule", sa.String(40)))
    for name, table in _ASKED.items():
        op.execute(_ADD_KEY.format(name=name, table=table))
        op.create_index(f"ix_lead_{name}", "lead", [name])


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_ASKED):
        op.drop_index(f"ix_lead_{name}", "lead")
        op.drop_column("lead", name)
    op.drop_column("lead", "rule")
    op.drop_table("word_table")
    op.drop_table("rule_set")
