"""What somebody asks of the catalogue: one frozen `Filter` that list, table, map and paper share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from app.geo.points import Point


class Order(StrEnum):
    """The orders of the catalogue, as an address writes them: a leading hyphen turns one round."""

    NAME = "name"
    NAME_DOWN = "-name"
    KIND = "kind"
    KIND_DOWN = "-kind"
    CONFIRMED = "confirmed"
    CONFIRMED_DOWN = "-confirmed"
    NEAR = "near"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _ORDER_LABELS[self]

    @property
    def key(self) -> str:
        """The column that it follows."""
        return self.value.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether it runs from the last to the first."""
        return self.value.startswith("-")


_ORDER_LABELS: Final = {
    Order.NAME: "名前の順",
    Order.NAME_DOWN: "名前の逆の順",
    Order.KIND: "種別の順",
    Order.KIND_DOWN: "種別の逆の順",
    Order.CONFIRMED: "確認が古い順",
    Order.CONFIRMED_DOWN: "確認が新しい順",
    Order.NEAR: "近い順",
}


class CardForm(StrEnum):
    """Informal gatherings on a light card, or everything else."""

    LIGHT = "light"
    FULL = "full"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"light": "住民の集まりだけ（軽いカード）", "full": "施設・事業・団体だけ"}[self.value]


@dataclass(frozen=True)
class Origin:
    """Where distances are measured from. `town_id` is empty when the phone said where it is."""

    label: str
    point: Point
    town_id: int | None = None


@dataclass(frozen=True)
class Filter:
    """Everything that narrows or orders the catalogue; what is empty narrows nothing."""

    words: str = ""
    kinds: frozenset[int] = frozenset()
    # Bit 0 is Monday; a resource fits when it takes place on one of the days.
    weekdays: int = 0
    origin: Origin | None = None
    radius_m: int | None = None
    gap_welcome: bool = False
    card: CardForm | None = None
    with_ended: bool = False
    # What is not closed on this day: 可 comes first in every order, then 不明; 否 is left out.
    open_on: date | None = None
    # Now, when only places with a free seat are wanted: on that day, or today and soon after where none is named.
    seats_at: datetime | None = None
    # The account whose own areas are meant (わたしの地域).
    areas_of: int | None = None
    order: Order = Order.NAME

    @property
    def leaves_out_the_unknown(self) -> bool:
        """Whether a resource is missing from the answer merely because nobody knows its days, place or welcome."""
        return bool(self.weekdays or self.gap_welcome or self.radius_m or self.areas_of)

    def nearest_first(self) -> Filter:
        """Return the same filter, ordered by distance."""
        return replace(self, order=Order.NEAR)
