"""What imports remember (columns, further identities, pairs that are not one), entries put together, saved searches,
and the list of town points by which addresses are found.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.Integer()
_MOMENT = sa.DateTime(timezone=True)

# Written as SQL: with the key inside the column, both databases add it without making the table anew.
_MERGED_INTO = (
    "ALTER TABLE {table} ADD COLUMN merged_into_id INTEGER"
    " CONSTRAINT fk_{table}_merged_into_id REFERENCES {table} (id)"
)


def upgrade() -> None:
    """Create them."""
    for table in ("resource", "resource_kind"):
        op.execute(_MERGED_INTO.format(table=table))
        op.create_index(f"ix_{table}_merged_into_id", table, ["merged_into_id"])
    op.create_table(
        "resource_alias",
        sa.Column("id", _ID, nullable=False),
        sa.Column("identity", sa.String(300), nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("account_id", _ID),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name="fk_resource_alias_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_resource_alias_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource_alias"),
        sa.UniqueConstraint("identity", name="uq_resource_alias_identity"),
    )
    op.create_index("ix_resource_alias_resource_id", "resource_alias", ["resource_id"])
    op.create_index("ix_resource_alias_batch", "resource_alias", ["batch"])
    op.create_table(
        "distinct_pair",
        sa.Column("first_id", _ID, nullable=False),
        sa.Column("second_id", _ID, nullable=False),
        sa.Column("account_id", _ID),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_pair_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["resource.id"], name="fk_distinct_pair_first_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["resource.id"], name="fk_distinct_pair_second_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_distinct_pair_account_id"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_distinct_pair"),
    )
    op.create_index("ix_distinct_pair_second_id", "distinct_pair", ["second_id"])
    op.create_table(
        "import_mapping",
        sa.Column("id", _ID, nullable=False),
        sa.Column("headers_digest", sa.String(64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("account_id", _ID),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_import_mapping_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_mapping"),
        sa.UniqueConstraint("headers_digest", name="uq_import_mapping_headers_digest"),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("question", sa.String(1000), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_saved_search_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.UniqueConstraint("account_id", "name", name="uq_saved_search_account_id_name"),
    )
    op.create_table(
        "town_point",
        sa.Column("id", _ID, nullable=False),
        sa.Column("municipality_code", sa.String(6), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("town", sa.String(80), nullable=False),
        sa.Column("section", sa.String(80), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("source", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_town_point"),
        sa.UniqueConstraint(
            "municipality_code", "town", "section", name="uq_town_point_municipality_code_town_section"
        ),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("town_point", "saved_search", "import_mapping", "distinct_pair", "resource_alias"):
        op.drop_table(table)
    for table in ("resource_kind", "resource"):
        op.drop_index(f"ix_{table}_merged_into_id", table)
        op.drop_column(table, "merged_into_id")
