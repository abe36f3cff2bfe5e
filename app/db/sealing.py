"""Sealed documents on mapped rows: the key rides with the session, the row's table and key are authenticated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.crypto.sealing import Sealer
from app.crypto.tokens import new_row_id

__all__ = ["ID_LENGTH", "SealedRow", "new_row_id", "read_sealed", "sealer_of", "write_sealed"]

ID_LENGTH = 22
"""Length of an opaque row id. It is random and known before the row is written, so that a document can be tied to it."""


class SealedRow(Protocol):
    """A mapped row with an opaque `id` and a sealed document."""

    __tablename__: str
    id: Any
    sealed: Any


def write_sealed(session: Session, row: SealedRow, document: Mapping[str, Any]) -> None:
    """Put a document on the row; JSON values only."""
    row.sealed = sealer_of(session).seal(document, row=_name(row))


def read_sealed(session: Session, row: SealedRow) -> dict[str, Any]:
    """Return the row's document; raise `SealBroken` when it is not as it was written."""
    return sealer_of(session).open(row.sealed, row=_name(row))


def sealer_of(session: Session) -> Sealer:
    """Return the sealer that the session was opened with."""
    sealer: Sealer = session.info["sealer"]
    return sealer


def _name(row: SealedRow) -> str:
    return f"{row.__tablename__}:{row.id}"
