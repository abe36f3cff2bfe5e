"""What an address of the residents' pages asks for. Every answer is chosen by a tap, so a wrong one was typed by hand."""

from __future__ import annotations

from typing import Any, Final

from wtforms import BooleanField, IntegerField, SelectField, validators

from app.resources.engine.public_list import DayChoice
from app.resources.engine.purposes import ALL_PURPOSES
from app.resources.vocabulary import DayPart
from app.web.forms import Form, choices_of

ORDERS: Final = {"day": "曜日の順", "kind": "種類の順"}
PAPERS: Final = {"a4": "A4", "a3": "A3"}
_LARGEST_KEY: Final = 2**31 - 1


class PublicForm(Form):
    """The choices of a visitor; what is empty narrows nothing."""

    purpose = SelectField(
        "したいこと",
        choices={"": ""} | {slug: purpose.label for slug, purpose in ALL_PURPOSES.items()},
        default="",
    )
    day = SelectField("いつ", choices={"": ""} | {day.value: day.name for day in DayChoice}, default="")
    part = SelectField("時間", choices={"": ""} | choices_of(DayPart), default="")
    area = IntegerField("地域", [validators.Optional(), validators.NumberRange(1, _LARGEST_KEY)])
    easy = BooleanField("やさしい日本語", false_values=("", "0"))
    by = SelectField("並べ方", choices=ORDERS, default="day")
    paper = SelectField("紙の大きさ", choices=PAPERS, default="a4")

    def __init__(self, typed: Any) -> None:
        super().__init__(typed, meta={"csrf": False})
