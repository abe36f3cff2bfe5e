"""Reading changes nothing: a page that is fetched leaves every domain table as it was."""

import hashlib
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.house import Violation
from tests.architecture.rules.declared_routes import routes

# The two agreed exceptions: the audit row of a read, and that a sign-in was last seen.
EXCEPTIONS = ("audit_event", "audit_head", "sign_in")


def changed_by_reading(
    client: FlaskClient, engine: sa.Engine, paths: Iterable[str], *, ignoring: Collection[str] = EXCEPTIONS
) -> list[Violation]:
    """Fetch each path and report the tables whose rows are not the same afterwards."""
    found: list[Violation] = []
    before = fingerprints(engine)
    for path in paths:
        client.get(path)
        after = fingerprints(engine)
        found += [
            Violation(path, 0, f"GET changes {table}", "change rows in a POST, through a service")
            for table in sorted(after)
            if table not in ignoring and after[table] != before.get(table)
        ]
        before = after
    return found


def plain_pages(app: Flask) -> list[str]:
    """Every path that can be fetched without an argument."""
    return sorted(rule.rule for rule in routes(app) if "GET" in (rule.methods or ()) and not rule.arguments)


def fingerprints(engine: sa.Engine) -> dict[str, str]:
    """Table → a digest of all its rows, whatever their order."""
    with engine.connect() as connection:
        return {
            name: digest(connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))))
            for name in sa.inspect(connection).get_table_names()
            # A catalogue of PostGIS with thousands of rows that nobody of us writes.
            if name != "spatial_ref_sys"
        }


def digest(rows: Iterable[sa.Row[tuple[object, ...]]]) -> str:
    """A digest of rows in any order."""
    return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
