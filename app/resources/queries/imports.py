"""What an import needs to know of the catalogue as it stands, for the rows at hand and no others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.engine.slices import in_slices
from app.resources.models import Resource, ResourceAlias, ResourceKind
from app.resources.queries.merges import MERGES_MOST, find_survivors

Key = TypeVar("Key")

# Identities are words, and each is a parameter of the statement.
_WORDS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A resource that is there already: its key, the fingerprint of its row, and whether its town is known.

    `is_by_alias`: the identity is a further one of the resource, which may stand in the same file under its own.
    `is_out_of_reach`: it was put into an entry that the scope does not reach, so there is nothing to be done with it.
    """

    id: int
    digest: str
    has_town: bool
    is_refuge: bool
    merged_into_id: int | None
    is_by_alias: bool = False
    is_out_of_reach: bool = False


_COLUMNS: Final[tuple[Any, ...]] = (
    Resource.id,
    Resource.content_digest,
    Resource.town_id.is_not(None),
    Resource.is_refuge,
    Resource.merged_into_id,
)


def find_known(session: Session, identities: Iterable[str], *, scope: Scope) -> dict[str, Known]:
    """Return the resources with these identities that the scope reaches, each under the identity that was asked for.

    An entry that was merged into another one stands for that one.
    """
    found: dict[str, Known] = {}
    for part in in_slices(identities, _WORDS_AT_ONCE):
        own = sa.select(Resource.identity, *_COLUMNS).where(Resource.identity.in_(part))
        rows = session.execute(own, execution_options={"scope": scope})
        found |= {identity: Known(*columns) for identity, *columns in rows}
        further = (
            sa.select(ResourceAlias.identity, *_COLUMNS)
            .join(Resource, Resource.id == ResourceAlias.resource_id)
            .where(ResourceAlias.identity.in_(part))
        )
        rows = session.execute(further, execution_options={"scope": scope})
        found |= {identity: replace(Known(*columns), is_by_alias=True) for identity, *columns in rows}
    return _follow_merges(session, found, scope)


def find_known_by_id(session: Session, ids: Collection[int], *, scope: Scope) -> dict[int, Known]:
    """Return these resources as far as the scope reaches them; one that was merged stands for the other."""
    return _follow_merges(session, _by_id(session, ids, scope), scope) if ids else {}


def _by_id(session: Session, ids: Collection[int], scope: Scope) -> dict[int, Known]:
    rows = session.execute(
        sa.select(*_COLUMNS).where(is_one_of(Resource.id, ids)), execution_options={"scope": scope}
    )
    return {columns[0]: Known(*columns) for columns in rows}


def _follow_merges(session: Session, found: dict[Key, Known], scope: Scope) -> dict[Key, Known]:
    merged = {key: known.id for key, known in found.items() if known.merged_into_id}
    if not merged:
        return found
    ends = find_survivors(session, set(merged.values()), with_refuges=True, scope=scope)
    targets = _by_id(session, set(ends.values()), scope)
    for key, known_id in merged.items():
        target = targets.get(ends[known_id])
        if target is not None:
            found[key] = replace(target, is_by_alias=True)
        else:
            # Left out, it would be added anew under an identity that is taken.
            found[key] = replace(found[key], merged_into_id=None, is_out_of_reach=True)
    return found


def list_aliases(session: Session, resource_ids: Collection[int], *, scope: Scope) -> Sequence[ResourceAlias]:
    """Return the further identities of these resources, for changing."""
    return session.scalars(
        sa.select(ResourceAlias)
        .where(is_one_of(ResourceAlias.resource_id, resource_ids))
        .order_by(ResourceAlias.id),
        execution_options={"scope": scope},
    ).all()


def find_aliases(session: Session, identities: Iterable[str], *, scope: Scope) -> set[str]:
    """Return which of these are further identities of a resource."""
    found: set[str] = set()
    for part in in_slices(identities, _WORDS_AT_ONCE):
        wanted = sa.select(ResourceAlias.identity).where(ResourceAlias.identity.in_(part))
        found.update(session.scalars(wanted, execution_options={"scope": scope}))
    return found


def find_ids(session: Session, identities: Iterable[str], *, scope: Scope) -> dict[str, int]:
    """Return the keys of resources by their own identity."""
    found: dict[str, int] = {}
    for part in in_slices(identities, _WORDS_AT_ONCE):
        rows = session.execute(
            sa.select(Resource.identity, Resource.id).where(Resource.identity.in_(part)),
            execution_options={"scope": scope},
        )
        found |= {identity: key for identity, key in rows}  # noqa: C416  # rows are no pairs for the type checker
    return found


def list_resources_by_id(session: Session, ids: Collection[int], *, scope: Scope) -> Sequence[Resource]:
    """Return these resources, for changing."""
    return session.scalars(
        sa.select(Resource)
        .where(is_one_of(Resource.id, ids))
        .options(lazyload(Resource.kind))
        .order_by(Resource.id),
        execution_options={"scope": scope},
    ).all()


def list_kinds_by_label(session: Session, *, scope: Scope) -> dict[str, ResourceKind]:
    """Return by each label the kind that it means today: one that was merged means the other."""
    rows = session.scalars(
        sa.select(ResourceKind).order_by(ResourceKind.position, ResourceKind.id),
        execution_options={"scope": scope},
    ).all()
    by_id = {kind.id: kind for kind in rows}
    found: dict[str, ResourceKind] = {}
    for kind in rows:
        meant = kind
        for _ in range(MERGES_MOST):
            meant = by_id.get(meant.merged_into_id or 0, meant)
        found[kind.label] = meant
    return found
