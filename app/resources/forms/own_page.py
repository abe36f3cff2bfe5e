"""What a host types on its own page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, validators

from app.resources.engine.stale import read_marks, written_marks
from app.resources.forms.contacts import email_field, phone_field, stripped
from app.resources.models import Host, Opening
from app.resources.models.rows import SlotValues, as_plain
from app.resources.vocabulary import AskBy, DayPart, Pay
from app.web.errors import Refused
from app.web.forms import Form, choices_of

# Python refuses to read numbers of thousands of digits; nobody has a billion seats.
_DIGITS: Final = 9
_DAYS: Final = ("insured_from", "insured_to")
_CHOSEN: Final[Mapping[str, type[AskBy | Pay]]] = {"ask_by": AskBy, "pay": Pay}
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


class Rest(StrEnum):
    """How long a host rests, as quick choices."""

    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    NEXT_MONTH = "next_month"

    @property
    def label(self) -> str:
        """The words on the button."""
        return {"two_weeks": "2週間", "month": "1か月", "next_month": "来月の末まで"}[self.value]

    def until(self, on: date) -> date:
        """Return the day from which the host is back."""
        if self is Rest.TWO_WEEKS:
            return on + timedelta(days=14)
        following = (on.replace(day=1) + timedelta(days=32)).replace(day=1)
        after = (following + timedelta(days=32)).replace(day=1)
        if self is Rest.NEXT_MONTH:
            return after
        last = after - timedelta(days=1)
        return following.replace(day=min(on.day, last.day))


@dataclass(frozen=True)
class TypedSlots:
    """Seats by the key of a slot, those that the page showed, and slots to add with the key of their opening."""

    seats: dict[int, int]
    shown: dict[int, int]
    added: list[tuple[int, SlotValues]]


def read_slots(typed: Mapping[str, str]) -> TypedSlots:
    """Read numbers and added weekdays; raise `Refused` with the field of the first that cannot be read."""
    seats, shown, added = {}, {}, []
    for name, value in typed.items():
        if (slot_id := _key(name, "slot-")) is not None:
            seats[slot_id] = _number(value, name)
        elif (slot_id := _key(name, "shown-slot-")) is not None:
            shown[slot_id] = _number(value, name)
        elif (opening_id := _key(name, "new-day-")) is not None and value:
            added.append((opening_id, _added(typed, opening_id, value)))
    return TypedSlots(seats, shown, added)


def _added(typed: Mapping[str, str], opening_id: int, weekday: str) -> SlotValues:
    part = typed.get(f"new-part-{opening_id}", "")
    if weekday not in "0123456" or len(weekday) != 1 or part not in set(DayPart):
        raise Refused("加える曜日と時間帯を選んでください。", field=f"new-day-{opening_id}")
    return SlotValues(
        int(weekday),
        DayPart(part),
        _number(typed.get(f"new-seats-{opening_id}", ""), f"new-seats-{opening_id}"),
        _minute(typed.get(f"new-begins-{opening_id}", ""), f"new-begins-{opening_id}"),
        _minute(typed.get(f"new-ends-{opening_id}", ""), f"new-ends-{opening_id}"),
    )


def _key(name: str, prefix: str) -> int | None:
    rest = name.removeprefix(prefix)
    if rest == name or not rest.isdecimal() or len(rest) > _DIGITS:
        return None
    return int(rest)


def _number(value: str, field: str) -> int:
    if not value.strip().isdecimal() or len(value) > _DIGITS:
        raise Refused("席の数は、0以上の数字で入力してください。", field=field)
    return int(value)


def _minute(value: str, field: str) -> int | None:
    if not value.strip():
        return None
    found = _CLOCK.match(value.strip())
    if found is None:
        raise Refused("時刻を確かめてください。例：9:30", field=field)
    return int(found[1]) * 60 + int(found[2])


class OwnForm(Form):
    """What a host says, and by marks what stood there when it was shown."""

    seen = HiddenField()

    @classmethod
    def shown(cls, row: Host | Opening, proposed: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form begins with: what stands there, and over it what the host proposed."""
        names = cls.columns(row)
        days = {name: date.fromisoformat(proposed[name]) for name in _DAYS if proposed.get(name)}
        return (
            {name: getattr(row, name) for name in names} | dict(proposed) | days | {"seen": cls._marks(row)}
        )

    @classmethod
    def columns(cls, row: Host | Opening) -> list[str]:
        """Return the fields that are columns of a row."""
        return [name for name in vars(cls) if hasattr(row, name) and name not in ("of", "values")]

    @property
    def marks(self) -> dict[str, str]:
        """The marks of what the form showed, by column."""
        return read_marks(self.seen.data or "")

    def tell_of(self, changed: Mapping[str, Any], row: Host | Opening) -> None:
        """Say beside each field what a colleague wrote there meanwhile. What was typed stays, and counts when sent again."""
        for name, value in changed.items():
            field = self[name]
            words = _CHOSEN[name](value).label if name in _CHOSEN and value else value
            told = f"さきほど、担当者がここを「{words or '空欄'}」に直しました。入力した内容でよければ、もう一度押してください。"
            field.errors = (*field.errors, told)
        self.seen.data = self._marks(row)

    @classmethod
    def _marks(cls, row: Host | Opening) -> str:
        return written_marks({name: as_plain(row, name) for name in cls.columns(row)})


class OwnHostForm(OwnForm):
    """What a host says of itself."""

    name = StringField("名前", [validators.InputRequired(), validators.Length(max=160)], filters=[stripped])
    phone = phone_field("数字とハイフンで入力してください。")
    email = email_field()
    postal_address = StringField("住所（手紙の送り先）", [validators.Length(max=300)], filters=[stripped])
    ask_by = SelectField(
        "確認のお願いを、何で受け取りますか", choices={"": "決めていない"} | choices_of(AskBy), default=""
    )

    @classmethod
    def of(cls, host: Host, proposed: Mapping[str, Any]) -> OwnHostForm:
        """The form with what stands there now, and over it what the host proposed: sent again, that must not be lost."""
        return cls(formdata=None, data=cls.shown(host, proposed))

    @property
    def values(self) -> dict[str, Any]:
        """The answers as columns of `Host`."""
        texts = ("phone", "email", "postal_address")
        return {
            "name": self.name.data,
            **{name: self[name].data or None for name in texts},
            "ask_by": AskBy(self.ask_by.data) if self.ask_by.data else None,
        }


class OwnOpeningForm(OwnForm):
    """What a host says of one of its openings, beside days and seats."""

    task = StringField(
        "仕事の名前", [validators.InputRequired(), validators.Length(max=100)], filters=[stripped]
    )
    steps = TextAreaField(
        "手順", [validators.Length(max=2_000)], filters=[stripped], description="1行に1つずつ。"
    )
    tutor = StringField("教える人", [validators.Length(max=60)], filters=[stripped])
    place_note = StringField("場所と持ち物", [validators.Length(max=200)], filters=[stripped])
    refusal = StringField("受け入れを見合わせるとき", [validators.Length(max=200)], filters=[stripped])
    pay = SelectField("本人への支払い", choices={"": "決めていない"} | choices_of(Pay), default="")
    pay_note = StringField("支払いのくわしい内容", [validators.Length(max=100)], filters=[stripped])
    insurance = StringField(
        "保険", [validators.Length(max=60)], filters=[stripped], description="例：傷害・賠償"
    )
    insurance_holder = StringField("保険の契約者", [validators.Length(max=100)], filters=[stripped])
    insured_from = DateField("保険の始まり", [validators.Optional()])
    insured_to = DateField("保険の終わり", [validators.Optional()])

    @classmethod
    def of(cls, opening: Opening, proposed: Mapping[str, Any]) -> OwnOpeningForm:
        """The form with what stands there now, and over it what the host proposed: sent again, that must not be lost."""
        return cls(formdata=None, data=cls.shown(opening, proposed))

    @property
    def values(self) -> dict[str, Any]:
        """The answers as columns of `Opening`."""
        texts = ("steps", "tutor", "place_note", "refusal", "pay_note", "insurance", "insurance_holder")
        return {
            "task": self.task.data,
            **{name: self[name].data or None for name in texts},
            "pay": Pay(self.pay.data) if self.pay.data else None,
            "insured_from": self.insured_from.data,
            "insured_to": self.insured_to.data,
        }
