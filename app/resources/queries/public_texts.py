"""The words of the public catalogue, as anybody may copy them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.trait_fields import INTERESTS
from app.resources.models import Resource, ResourceKind
from app.resources.queries.leaving import MAY_LEAVE_TO_ALL


def list_public_texts(session: Session, *, scope: Scope) -> Sequence[str]:
    """Return what each place says that may leave to everybody, folded, with its words of interest; one text for each.

    Whatever right the scope holds: never a refuge, nothing that is for staff alone, and an informal gathering only
    where it agreed to stand in a list, with no more than its card shows. What has no folded text yet is left out.
    """
    interests = Resource.traits[INTERESTS].as_string()
    rows = session.execute(
        sa.select(
            Resource.search_text, sa.case((Resource.is_light, ""), else_=sa.func.coalesce(interests, ""))
        )
        .join(ResourceKind, ResourceKind.id == Resource.kind_id)
        .where(*MAY_LEAVE_TO_ALL, Resource.search_text != "")
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    return [f"{text}\n{words}" for text, words in rows]
