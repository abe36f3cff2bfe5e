"""Keeping what the catalogue is searched by in step with how the product makes it.

A new edition of the product may cut words or weigh likeness otherwise. Entries that nobody changes would keep what an
older one made, and would be found by other words than their neighbours; so each is looked at once after an update.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.jobs.service.duties import Duty
from app.resources.engine.slices import in_slices
from app.resources.models import Resource
from app.resources.models.derived import WORDS, edition_of_words, words_for
from app.resources.queries.indexing import list_places_to_index, list_resource_ids

_SLICE: Final = 500


def renew_words(session: Session, *, by: Actor, at: datetime) -> int:  # noqa: ARG001 -- nothing is dated by it
    """Make what every entry is found by anew where it is not what it would be today; return of how many it was not.

    No entry counts as changed by it: what it says is the same.
    """
    renewed = 0
    for part in in_slices(list_resource_ids(session, scope=by.scope), _SLICE):
        for place in list_places_to_index(session, part, scope=by.scope):
            words = words_for(place, place.kind.label)
            if words != {name: getattr(place, name) for name in WORDS}:
                session.execute(
                    sa.update(Resource)
                    .where(Resource.id == place.id)
                    .values(words)
                    .execution_options(synchronize_session=False, scope=by.scope)
                )
                renewed += 1
            session.expunge(place)
    return renewed


DUTIES: Final = (
    Duty(
        "resources.search_terms",
        "場所をさがすための索引を整える",
        renew_words,
        edition=edition_of_words(),
    ),
)
