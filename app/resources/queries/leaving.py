"""What is for everybody, and which light cards may leave: those of groups that agreed to stand in a list.

On our own pages an informal gathering is shown to everybody whom it is for. What is copied or printed is out of our
hands; there it takes the word of the group, whether as a day in its column or as the item that files bring along.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.resources.models import Resource, ResourceKind
from app.resources.policies import AGREED, AGREED_WORDS
from app.resources.vocabulary import KindGroup

Conditions = tuple[sa.ColumnElement[bool], ...]

AGREED_TO_LEAVE: Final[sa.ColumnElement[bool]] = sa.or_(
    Resource.is_light.is_(False),
    Resource.listing_agreed_on.is_not(None),
    Resource.traits[AGREED].as_string().in_(AGREED_WORDS),
)
"""The condition under which an entry that everybody may see may also leave; see `policies.KEPT_BY_LIGHT_CARDS`."""


OPEN_TO_ALL: Final[Conditions] = (
    Resource.is_open_to_all(),
    ResourceKind.group != KindGroup.REFUGE,
    Resource.merged_into_id.is_(None),
)
"""The conditions under which an entry is for everybody, for a statement that joins the kind.

They stand on each statement that answers everybody and do not rest on the scope alone: what such a statement finds is
kept by caches, files and other programs that know no scope.
"""

MAY_LEAVE_TO_ALL: Final[Conditions] = (*OPEN_TO_ALL, AGREED_TO_LEAVE)
"""The conditions under which an entry may be copied and printed by everybody."""
