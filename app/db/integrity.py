"""What the embedded database can tell about its own state."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa


def storage_troubles(connection: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with the pages and the references of an embedded database.

    PostgreSQL checks its pages by itself, and nobody of us can switch its constraints off.
    """
    if connection.dialect.name != "sqlite":
        return
    for pragma in ("integrity_check", "foreign_key_check"):
        found = [row for row in connection.exec_driver_sql(f"PRAGMA {pragma}") if row[0] != "ok"]
        if found:
            yield f"{pragma}: {len(found)} troubles, first: {tuple(found[0])}"
