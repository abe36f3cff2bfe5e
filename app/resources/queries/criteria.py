"""What somebody asks of the catalogue: one frozen `Filter` that list, table, map and paper share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from app.geo.points import Point
from app.resources.engine.wishes import WISHES, AgeWish, GapWish, LanguageWish, PublicWish, Wish
from app.resources.queries.orders import ColumnOrder


class Order(ColumnOrder):
    """The orders of the catalogue."""

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
    # The words as they are, without others that mean the same.
    exact: bool = False
    kinds: frozenset[int] = frozenset()
    # Bit 0 is Monday; a resource fits when it takes place on one of the days.
    weekdays: int = 0
    origin: Origin | None = None
    radius_m: int | None = None
    # Also what nobody knows the weekdays or the place of, apart from what surely fits.
    with_unknown: bool = False
    # What is not out of the question stays: what surely fits comes first in every order, then 不明; 無 is left out.
    gap_welcome: bool = False
    age: int | None = None
    # A key of `engine.wishes.PUBLICS`.
    public: str = ""
    language: str = ""
    # Keys of `engine.wishes.WISHES`.
    wishes: frozenset[str] = frozenset()
    card: CardForm | None = None
    with_ended: bool = False
    # What is not closed on this day: 可 comes first in every order, then 不明; 否 is left out.
    open_on: date | None = None
    # Now, when only places with a free seat are wanted: on that day, or today and soon after where none is named.
    seats_at: datetime | None = None
    # The account whose own areas are meant (わたしの地域).
    areas_of: int | None = None
    # What came, was made public or was taken up again after this moment is new; `only_new` leaves out all else.
    new_since: datetime | None = None
    only_new: bool = False
    order: Order = Order.NAME

    @property
    def asked_of_places(self) -> tuple[Wish, ...]:
        """The wishes, in the order in which a page names them."""
        asked: list[Wish] = [AgeWish(self.age)] if self.age is not None else []
        if self.public:
            asked.append(PublicWish(self.public))
        if self.gap_welcome:
            asked.append(GapWish())
        if self.language:
            asked.append(LanguageWish(self.language))
        return (*asked, *(wish for key, wish in WISHES.items() if key in self.wishes))

    @property
    def has_two_parts(self) -> bool:
        """Whether an answer is shown as what surely fits and what may fit."""
        return self.open_on is not None or bool(self.asked_of_places) or self.shows_the_unknown

    @property
    def may_show_the_unknown(self) -> bool:
        """Whether there is something of which it can be asked to be shown where nobody knows it."""
        return bool(self.weekdays or self.radius_m)

    @property
    def shows_the_unknown(self) -> bool:
        """Whether the answer holds, apart, what nobody knows the weekdays or the place of."""
        return self.with_unknown and self.may_show_the_unknown

    @property
    def leaves_out_the_unknown(self) -> bool:
        """Whether a resource is missing from the answer merely because nobody knows its weekdays or place."""
        return bool(self.areas_of) or (self.may_show_the_unknown and not self.with_unknown)

    @property
    def asks_words_at_most(self) -> bool:
        """Whether nothing but its words, and whether an entry goes on, decides about an entry."""
        return replace(self, words="", exact=False, with_ended=False, order=Order.NAME) == Filter()

    def nearest_first(self) -> Filter:
        """Return the same filter, ordered by distance."""
        return replace(self, order=Order.NEAR)
