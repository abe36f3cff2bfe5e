"""Which light cards may leave: those of groups that agreed to stand in a list.

On our own pages an informal gathering is shown to everybody whom it is for. What is copied or printed is out of our
hands; there it takes the word of the group, whether as a day in its column or as the item that files bring along.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.resources.models import Resource
from app.resources.policies import AGREED, AGREED_WORDS

AGREED_TO_LEAVE: Final[sa.ColumnElement[bool]] = sa.or_(
    Resource.is_light.is_(False),
    Resource.listing_agreed_on.is_not(None),
    Resource.traits[AGREED].as_string().in_(AGREED_WORDS),
)
"""The condition under which an entry that everybody may see may also leave; see `policies.KEPT_BY_LIGHT_CARDS`."""
