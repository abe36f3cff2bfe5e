"""Words of the planner."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.areas.vocabulary import BANDS
from app.resources.engine.traits import TakingPart
from app.resources.vocabulary import KindGroup


class NeedKind(StrEnum):
    """What is wished: the kinds of taking part, and a wish that has no word yet or is 「今のまま」."""

    TIES = "ties"
    BEING = "being"
    JOY = "joy"
    ROLE = "role"
    TRIAL = "trial"
    WORK = "work"
    HOME = "home"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """The name on screen."""
        if self is NeedKind.UNDECIDED:
            return "いまのまま・まだ決めていない"
        return TakingPart[self.name].label

    @property
    def group(self) -> KindGroup | None:
        """The group of places that answers it first; None where no place is asked for."""
        return _ANSWERED_BY.get(self, KindGroup.TAKING_PART)

    @classmethod
    def of_words(cls, words: list[str]) -> frozenset[NeedKind]:
        """Return the kinds that a need profile names, by the name or the label of `TakingPart`."""
        known = {
            word: cls(part.name.lower()) for part in TakingPart for word in (part.name.lower(), part.label)
        }
        kinds = frozenset(known[word.lower()] for word in words if word.lower() in known)
        return kinds or frozenset({cls.UNDECIDED})


_ANSWERED_BY: Final[dict[NeedKind, KindGroup | None]] = {
    NeedKind.TRIAL: KindGroup.WORK,
    NeedKind.WORK: KindGroup.WORK,
    NeedKind.HOME: KindGroup.HOUSING,
    NeedKind.UNDECIDED: None,
}


class Layer(StrEnum):
    """What is counted of cases."""

    IN_SUPPORT = "in_support"
    NOT_FOUND = "not_found"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"in_support": "支援中のニーズ", "not_found": "見つからなかった"}[self.value]

    @property
    def meaning(self) -> str:
        """What a figure of it counts."""
        return {
            "in_support": "支援中のケースの、いまのニーズ。1つのケースが2つの形を望むときは、それぞれに数えます。",
            "not_found": "そのうち、条件に合う場がないか、提案した場がすべて見送り・期限切れになったもの。",
        }[self.value]


class Show(StrEnum):
    """What the map and its table show."""

    RESIDENTS = "residents"
    SUPPLY = "supply"
    IN_SUPPORT = "in_support"
    NOT_FOUND = "not_found"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"residents": "住民", "supply": "場と席"}.get(self.value) or Layer(self.value).label

    @property
    def layer(self) -> Layer | None:
        """The layer of cases, None for what is shown by town."""
        return Layer(self.value) if self in (Show.IN_SUPPORT, Show.NOT_FOUND) else None


class AgeGroup(StrEnum):
    """Ages as planning speaks of them: 年少・生産年齢・老年 人口 of the census, divided at 40 and 75 as care insurance is."""

    CHILDREN = "children"
    YOUNG = "young"
    MIDDLE = "middle"
    OLDER = "older"
    OLDEST = "oldest"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "children": "0–14歳",
            "young": "15–39歳",
            "middle": "40–64歳",
            "older": "65–74歳",
            "oldest": "75歳以上",
        }[self.value]

    @property
    def bands(self) -> range:
        """The bands of five years that it is the sum of, counted from 1."""
        first = {"children": 1, "young": 4, "middle": 9, "older": 14, "oldest": 16}[self.value]
        last = {"children": 3, "young": 8, "middle": 13, "older": 15, "oldest": BANDS}[self.value]
        return range(first, last + 1)


WITHHELD_LABEL: Final = "圏域を示さないもの"
"""Households under protection and people whose address is not known, together, so that neither is told."""
