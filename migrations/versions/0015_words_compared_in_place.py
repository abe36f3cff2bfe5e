"""The folded text of an entry, in which the database itself compares longer words, and an index for the counts by kind.

The texts are made by the product, so they are not filled in here: `tsunagi db upgrade` does it behind this revision.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db.search import create_text_index, drop_text_index

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("resource", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    create_text_index(op.get_bind(), "resource", "search_text")
    op.create_index(
        "ix_resource_counted", "resource", ["kind_id", "state", "disclosure", "is_refuge", "point", "id"]
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_resource_counted", "resource")
    drop_text_index(op.get_bind(), "resource", "search_text")
    op.drop_column("resource", "search_text")
