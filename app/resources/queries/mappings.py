"""How files of a layout were read before."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import ImportMapping


def find_mapping(session: Session, digest: str, *, scope: Scope) -> ImportMapping | None:
    """Return what is remembered of the layout with this fingerprint, None when nothing is."""
    return session.scalars(
        sa.select(ImportMapping)
        .where(ImportMapping.headers_digest == digest)
        .execution_options(scope=scope, populate_existing=True)
    ).one_or_none()
