"""From where people may come to the entries of a file or a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.models import ServiceArea
from app.resources.vocabulary import Coverage


def list_areas_served(
    session: Session, resource_ids: Collection[int], *, scope: Scope
) -> dict[int, list[tuple[int, Coverage]]]:
    """Return by entry the keys of the areas that it serves, each with how far; an entry that names none has none."""
    rows = session.execute(
        sa.select(ServiceArea.resource_id, ServiceArea.area_id, ServiceArea.coverage)
        .where(is_one_of(ServiceArea.resource_id, resource_ids))
        .order_by(ServiceArea.resource_id, ServiceArea.area_id)
        .execution_options(scope=scope)
    )
    found: dict[int, list[tuple[int, Coverage]]] = defaultdict(list)
    for key, area_id, coverage in rows:
        found[key].append((area_id, coverage))
    return found
