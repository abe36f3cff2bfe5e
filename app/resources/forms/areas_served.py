"""The areas from which people may come: a choice for each district, and single towns that one adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wtforms import Field, SelectField

from app.resources.models.rows import AreaServed
from app.resources.vocabulary import Coverage
from app.web.forms import Form, choices_of

ADD: Final = "town"
_NAME: Final = re.compile(r"area-(\d{1,9})")
_CHOICES: Final = {"": "（えらばない）"} | choices_of(Coverage)


@dataclass(frozen=True)
class AreaChoices:
    """The areas that can be chosen: districts, and towns by district as (id, name)."""

    districts: Mapping[int, str]
    towns: Mapping[str, Sequence[tuple[int, str]]]

    @property
    def town_names(self) -> dict[int, str]:
        """The names of the towns by id."""
        return {key: name for group in self.towns.values() for key, name in group}

    @property
    def grouped_towns(self) -> dict[str, dict[str, str]]:
        """The towns as a select offers them."""
        return {district: {str(key): name for key, name in group} for district, group in self.towns.items()}


class AreasEditor:
    """A choice for each district, and one for each town that was named on its own."""

    def __init__(self, typed: Any, choices: AreaChoices, served: Sequence[AreaServed]) -> None:
        self._choices, self._names = choices, dict(choices.districts) | choices.town_names
        self._coverage = {area.area_id: area.coverage.value for area in served}
        named = set(self._coverage)
        if typed is not None:
            named = {int(found[1]) for name in typed if (found := _NAME.fullmatch(name))}
        self._towns = [key for key in choices.town_names if key in named]
        self._form = self._made(typed)

    @property
    def districts(self) -> list[Field]:
        """The choices for the districts."""
        return [self._form[f"area-{key}"] for key in self._choices.districts]

    @property
    def towns(self) -> list[Field]:
        """The choices for single towns."""
        return [self._form[f"area-{key}"] for key in self._towns]

    @property
    def adder(self) -> tuple[Field, Field]:
        """The town that is added next, and how far it is served."""
        return self._form["area-town"], self._form["area-coverage"]

    def add(self) -> None:
        """Turn the town that was chosen into a row of its own."""
        if not self.check():
            return
        self._coverage = {area.area_id: area.coverage.value for area in self.value}
        self._towns = [key for key in self._choices.town_names if key in self._coverage]
        self._form = self._made(None)

    def fields(self) -> Iterator[Field]:
        """Every field."""
        yield from self._form

    def check(self) -> bool:
        """Tell whether everything can be read."""
        return bool(self._form.validate())

    @property
    def value(self) -> list[AreaServed]:
        """The areas served. A town that stands in the adder counts although nobody pressed its button."""
        keys = [*self._choices.districts, *self._towns]
        found = {key: word for key in keys if (word := self._form[f"area-{key}"].data)}
        town, coverage = self.adder
        if town.data:
            found[int(town.data)] = coverage.data
        return [AreaServed(key, Coverage(word)) for key, word in sorted(found.items())]

    def _made(self, typed: Any) -> Form:
        fields: dict[str, Any] = {
            f"area-{key}": SelectField(self._names[key], choices=_CHOICES, default="")
            for key in (*self._choices.districts, *self._towns)
        }
        fields["area-town"] = SelectField(
            "町を足す", choices={"": "（えらばない）"} | self._choices.grouped_towns, default=""
        )
        fields["area-coverage"] = SelectField(
            "どこまで", choices=choices_of(Coverage), default=Coverage.WHOLE.value
        )
        kind = type("AreasForm", (Form,), fields)
        made: Form = kind(
            typed,
            data={f"area-{key}": word for key, word in self._coverage.items()},
            meta={"csrf": False},
        )
        return made
