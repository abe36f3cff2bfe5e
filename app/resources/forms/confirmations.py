"""What somebody asks of the list of what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, SelectField

from app.resources.engine.freshness import Freshness
from app.resources.queries.freshness import URGENCY
from app.resources.queries.places_to_check import NO_DISTRICT, CheckOrder, PlaceFilter
from app.web.forms import Form, choices_of

_ALL = {"": "すべて"}


class What(StrEnum):
    """One of the two parts of the list."""

    HOST = "host"
    PLACE = "place"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"host": "受け入れ先（枠）", "place": "場所"}[self.value]


class ConfirmationsForm(Form):
    """The filter. `districts` and `kinds` are those that may be chosen, by id."""

    what = SelectField("なにを", choices=_ALL | choices_of(What), default="")
    state = SelectField("ようす", choices=_ALL | choices_of(URGENCY), default="")
    district = SelectField("圏域", default="")
    kind = SelectField("種別", default="")
    mine = BooleanField("自分の担当だけ", false_values=("", "n", False))
    sort = SelectField("並び順", choices=choices_of(CheckOrder), default=CheckOrder.DUE.value)

    def __init__(self, typed: Any, *, districts: Mapping[int, str], kinds: Iterable[tuple[int, str]]) -> None:
        super().__init__(typed, meta={"csrf": False})
        known = {str(key): name for key, name in districts.items()}
        self.district.choices = _ALL | known | {str(NO_DISTRICT): "不明"}
        self.kind.choices = _ALL | {str(key): label for key, label in kinds}

    @property
    def shows_hosts(self) -> bool:
        """Whether hosts are asked for."""
        return bool(self.what.data != What.PLACE.value)

    @property
    def shows_places(self) -> bool:
        """Whether places are asked for; nobody looks after a place alone."""
        return bool(self.what.data != What.HOST.value and not self.mine.data)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(
            self.what.data or self.state.data or self.district.data or self.kind.data or self.mine.data
        )

    @property
    def places(self) -> PlaceFilter:
        """The answers as a filter of places."""
        return PlaceFilter(
            district_id=int(self.district.data) if self.district.data else None,
            kind_id=int(self.kind.data) if self.kind.data else None,
            state=Freshness(self.state.data) if self.state.data else None,
            order=CheckOrder(self.sort.data),
        )
