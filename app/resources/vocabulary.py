"""Words of the catalogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class KindGroup(StrEnum):
    """What the product does differently for a kind. Kinds themselves are rows that a town edits."""

    TAKING_PART = "taking_part"
    WORK = "work"
    HOUSING = "housing"
    SHELTER = "shelter"
    REFUGE = "refuge"
    SUPPORT = "support"
    FACILITY = "facility"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _GROUP_LABELS[self]


_GROUP_LABELS: Final = {
    KindGroup.TAKING_PART: "参加の場",
    KindGroup.WORK: "働く・体験する",
    KindGroup.HOUSING: "住まい",
    KindGroup.SHELTER: "緊急の泊まり場所",
    KindGroup.REFUGE: "秘匿の避難先",
    KindGroup.SUPPORT: "相談・暮らしの支え",
    KindGroup.FACILITY: "施設",
}


class Disclosure(StrEnum):
    """Who may see an entry (公開区分)."""

    PUBLIC = "public"
    PARTNERS = "partners"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"public": "公開", "partners": "関係者", "closed": "非公開"}[self.value]


class ResourceState(StrEnum):
    """Whether a resource is going on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"active": "活動中", "paused": "お休み中", "ended": "終了"}[self.value]


WEEKDAYS: Final = "月火水木金土日"
"""Monday first, as in GIF 441; bit 0 of a weekday mask is Monday."""


def weekday_names(mask: int | None) -> str | None:
    """Return 「月・水」 for a mask of weekdays, None when they are not known."""
    if mask is None:
        return None
    return "・".join(name for bit, name in enumerate(WEEKDAYS) if mask >> bit & 1)
