"""Which entries somebody has picked, and what is to be done to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)

from app.resources.engine.bulk_steps import CHOICES, Doing, Step, step_of
from app.text.normalise import normalise_text
from app.web.forms import Form

MARKED, SHOWN, ALL = "marked", "shown", "all"
TEXT_MOST: Final = 200
ASKED_MOST: Final = 2_000
_LARGEST_KEY: Final = 2**31 - 1
# Longer than any page; what is more is picked by the filter.
_KEYS_MOST: Final = 1_000


def _key(typed: Any) -> int:
    """Read a key; what is none is 0, which no row has."""
    text = str(typed)
    return (
        int(text)
        if text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _LARGEST_KEY
        else 0
    )


class BulkForm(Form):
    """The bar under the table, and the same again on the page that asks whether it is meant.

    `kinds` are those that may be given; `total` and `on_page` are for the words alone.
    """

    id = SelectMultipleField("場所", coerce=_key, validate_choice=False)
    shown = SelectMultipleField("このページの場所", coerce=_key, validate_choice=False)
    chosen = RadioField("どの場所を", [validators.InputRequired()], default=MARKED)
    step = SelectField("何をするか", [validators.InputRequired()])
    asked = HiddenField("条件", [validators.Length(max=ASKED_MOST)])
    text = StringField("ことば", [validators.Length(max=TEXT_MOST)])
    with_doubtful = BooleanField("確かめたので、ここに並ぶ場所も直します", false_values=("", "0"))

    def __init__(
        self, *args: Any, kinds: Mapping[int, str], total: int = 0, on_page: int = 0, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._kinds = kinds
        self.chosen.choices = {
            MARKED: "印をつけた場所",
            SHOWN: f"このページの{on_page:,}件すべて",
            ALL: f"この条件の全{total:,}件",
        }
        self.step.choices = {"": {"": "選んでください"}} | {
            doing.label: {
                f"{doing.value}:{choice}" if choice else doing.value: label
                for choice, label in self._choices_of(doing).items()
            }
            for doing in Doing
        }

    def _choices_of(self, doing: Doing) -> dict[str, str]:
        if doing is Doing.KIND:
            return {str(key): label for key, label in self._kinds.items()}
        return {**CHOICES.get(doing, {"": doing.label})}

    @property
    def ids(self) -> tuple[int, ...]:
        """The picked entries by their keys; what is no key is left out."""
        picked = self.shown.data if self.chosen.data == SHOWN else self.id.data
        return tuple(sorted({key for key in picked or () if key})[:_KEYS_MOST])

    @property
    def said_step(self) -> Step | None:
        """What is to be done; None when it is nothing that can be."""
        return step_of(self.step.data or "", kinds=self._kinds, text=normalise_text(self.text.data or ""))
