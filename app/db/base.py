"""Declarative base, naming of constraints, classified columns and the column types that both databases share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from app.clock import TOKYO

# Named constraints can be dropped by a migration on both databases, and a service can turn a violated name into a
# message for a form field.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every table of the product."""

    metadata = sa.MetaData(naming_convention=NAMING)


def safe(*args: Any, **options: Any) -> MappedColumn[Any]:
    """Declare a column that says nothing about a person supported (staff's own account data counts as safe)."""
    return _classified("safe", args, options)


def personal(*args: Any, **options: Any) -> MappedColumn[Any]:
    """Declare a column that says something about a person supported: never in a URL, a log or a default export."""
    return _classified("personal", args, options)


def _classified(data: str, args: tuple[Any, ...], options: dict[str, Any]) -> MappedColumn[Any]:
    options["info"] = {**options.get("info", {}), "data": data}
    return mapped_column(*args, **options)


class Versioned:
    """Part of a row that several people change: who writes what somebody else has changed since is told so.

    An UPDATE moves the version, and fails with `StaleDataError` where it is no longer the one that was read.
    """

    version: Mapped[int] = safe(sa.Integer, sort_order=1_000)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # a class with a table has it


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python (Asia/Tokyo), UTC in the database.

    The embedded database has no time zone, so UTC is written there without one; comparing and sorting then work alike.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the database keeps; raise `ValueError` on a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back in Asia/Tokyo."""
        if value is None:
            return None
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(TOKYO)


E = TypeVar("E", bound=StrEnum)


class Word(TypeDecorator[E]):
    """A value of a vocabulary (`StrEnum`), kept as its text; a text outside the vocabulary does not load."""

    impl = sa.String
    cache_ok = True

    def __init__(self, vocabulary: type[E], length: int = 40) -> None:
        super().__init__(length)
        self.vocabulary = vocabulary

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """Write the text of the word."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Read the word; raise `ValueError` when the vocabulary does not have it."""
        return None if value is None else self.vocabulary(value)
