"""Alembic's environment: it takes the connection from `app.db.migrations` and compares with `app.tables`."""

from __future__ import annotations

from typing import Literal, cast

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from geoalchemy2 import alembic_helpers

from app.db.base import Moment, Word
from app.db.migrations import is_ours
from app.tables import METADATA


def render(kind: str, thing: object, imports: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what the database sees: a migration must not change when they do."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Word):
        return f"sa.String({cast(sa.String, thing.impl_instance).length})"
    return alembic_helpers.render_item(kind, thing, imports)  # type: ignore[no-any-return, no-untyped-call]


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render,
    include_object=is_ours,
    compare_type=True,
    # One transaction around all revisions, DDL included: a migration that fails midway leaves nothing behind.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
