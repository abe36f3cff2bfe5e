"""What is chosen above the map: a real GET form, so that every view has an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField

from app.planning.vocabulary import AgeGroup, NeedKind, Show
from app.web.forms import Form, choices_of


def _whole(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


class ViewForm(Form):
    """Layer, kind of need, ages, release. `releases` come as (id, words), the latest first."""

    show = RadioField("地図に出すもの", choices=choices_of(Show), default=Show.RESIDENTS.value)
    kind = SelectField("望む参加の形", choices={"": "すべて"} | choices_of(NeedKind), default="")
    age = SelectField("年齢", choices={"": "全員"} | choices_of(AgeGroup), default="")
    district = SelectField("圏域", coerce=_whole, default=None)
    release = SelectField("集計", coerce=_whole, default=None)

    def __init__(
        self, typed: Any, *, districts: Sequence[tuple[int, str]], releases: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(typed, meta={"csrf": False})
        self.district.choices = {"": "すべて"} | {str(key): name for key, name in districts}
        self.release.choices = {"": "いちばん新しい集計"} | {str(key): words for key, words in releases}

    @property
    def shown(self) -> Show:
        """What the map shows."""
        return Show(self.show.data)

    @property
    def need_kind(self) -> NeedKind | None:
        """The kind of need, None for all."""
        return NeedKind(self.kind.data) if self.kind.data else None

    @property
    def age_group(self) -> AgeGroup | None:
        """The ages, None for everybody."""
        return AgeGroup(self.age.data) if self.age.data else None
