"""What an import needs to know of the catalogue as it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from app.accounts.vocabulary import Scope
from app.resources.models import Resource, ResourceKind


@dataclass(frozen=True, slots=True)
class Known:
    """A resource that is there already: its key, the fingerprint of its row, and whether its town is known."""

    id: int
    digest: str
    has_town: bool


def find_known(session: Session, *, scope: Scope) -> dict[str, Known]:
    """Return every resource that the scope reaches by its identity, in one statement."""
    rows = session.execute(
        sa.select(Resource.identity, Resource.id, Resource.content_digest, Resource.town_id.is_not(None)),
        execution_options={"scope": scope},
    )
    return {identity: Known(key, digest, has_town) for identity, key, digest, has_town in rows}


def list_resources_by_id(session: Session, ids: Collection[int], *, scope: Scope) -> Sequence[Resource]:
    """Return these resources, for changing."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.id.in_(ids))
        .options(lazyload(Resource.kind))
        .order_by(Resource.id),
        execution_options={"scope": scope},
    ).all()


def list_kinds_by_label(session: Session, *, scope: Scope) -> dict[str, ResourceKind]:
    """Return all kinds by their label."""
    rows = session.scalars(
        sa.select(ResourceKind).order_by(ResourceKind.position, ResourceKind.id),
        execution_options={"scope": scope},
    )
    return {kind.label: kind for kind in rows}
