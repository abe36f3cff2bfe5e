"""What the staff write about an opening. The fields stand in the order of the page, so that problems are told in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any, Final

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
    validators,
    widgets,
)

from app.resources.engine.record_words import LOADS
from app.resources.engine.slot_names import slot_field
from app.resources.models import Opening, OpeningSlot
from app.resources.models.rows import SlotValues
from app.resources.policies import MOST_SEATS
from app.resources.service.opening_records import NewPlace, OpeningFacts
from app.resources.vocabulary import WEEKDAYS, DayPart, Pay, TrainingForm
from app.web.forms import ChecksField, Form, choices_of

NEW_PLACE: Final = "new"
INSURANCE: Final = ("傷害", "賠償")
STEP_MARK: Final = "→"
"""Steps are kept in one line, the mark between them; a page writes one on each line."""

_LOADS = {"": "わからない"} | {str(level): word for level, word in LOADS.items()}
_ALLOWED: Final = {"": "わからない", "yes": "できる", "no": "できない"}
_ANSWERS: Final = {"": None, "yes": True, "no": False}
_MOST_NUMBER: Final = 999


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def _text(label: str, most: int, description: str = "") -> StringField:
    return StringField(label, [validators.Length(max=most)], filters=[_stripped], description=description)


def _number(label: str, least: int, most: int, description: str = "") -> IntegerField:
    return IntegerField(
        label,
        [validators.Optional(), validators.NumberRange(min=least, max=most)],
        description=description,
    )


class _TaskForm(Form):
    """What is done, and where."""

    task = StringField(
        "仕事の名前",
        [validators.InputRequired(), validators.Length(max=100)],
        filters=[_stripped],
        description="例：豆のさやむき。1つの枠に、1つの仕事を書きます。",
    )
    steps = TextAreaField(
        "手順", [validators.Length(max=2_000)], filters=[_stripped], description="1行に1つずつ、順番に。"
    )
    place = RadioField("場所", [validators.InputRequired()])
    place_words = StringField(
        "登録済みの場所をさがす", [validators.Length(max=60)], description="場所の名前の一部を入れます。"
    )
    # The words that the page has been searched for already: other words are a new search, whatever was pressed.
    place_searched = HiddenField()
    new_name = _text("新しい場所の名前", 160)
    new_kind = SelectField("種別", default="", validate_choice=False)
    new_address = _text("所在地", 200)
    place_note = _text("その場所のどこで・持ち物", 200, "例：裏の作業小屋。動きやすい服で。")
    shortest_minutes = _number(
        "いちばん短い時間（分）", 5, 600, "例：30。この時間だけでもよい、という長さです。"
    )
    frequency = _text("頻度", 60, "例：週2回まで")
    period = _text("期間", 60, "例：3か月（延長あり）")
    interests = _text("関心のことば", 200, "読点「、」で区切ります。例：畑、静かな時間")


class _SlotsForm(_TaskForm):
    """Seats by weekday and part of the day; the fields are put in below."""


def _slot_fields(weekday: int, part: DayPart) -> Iterator[tuple[str, Field]]:
    when = f"{WEEKDAYS[weekday]}曜 {part.label}"
    yield "seats", _number(f"{when}の人数", 0, MOST_SEATS)
    for what, word in (("begins", "始まり"), ("ends", "終わり")):
        yield what, TimeField(f"{when}の{word}", [validators.Optional()], format=["%H:%M", "%H:%M:%S"])
    yield "capacity", _number(f"{when}の定員", 0, _MOST_NUMBER)
    yield "original", _number(f"{when}の本来の利用者", 0, _MOST_NUMBER)


for _weekday in range(len(WEEKDAYS)):
    for _part in DayPart:
        for _what, _field in _slot_fields(_weekday, _part):
            setattr(_SlotsForm, slot_field(_what, _weekday, _part), _field)


class OpeningForm(_SlotsForm):
    """An opening with all that is said of it.

    `places` are those that can be chosen, as (id, words); `kinds` those that a new place may have.
    """

    body_load = RadioField("体の負担", choices=_LOADS, default="")
    people_load = RadioField(
        "人とのやり取り", choices=_LOADS, default="", description="話す、教わる、一緒に動く量です。"
    )
    pace_load = RadioField(
        "ペース", choices=_LOADS, default="", description="自分の速さでできるほど軽くなります。"
    )
    allows_visit = RadioField("見学", choices=_ALLOWED, default="")
    allows_trial = RadioField("体験", choices=_ALLOWED, default="")
    allows_ongoing = RadioField("継続", choices=_ALLOWED, default="")
    pay = SelectField("本人への支払い", choices={"": "わからない"} | choices_of(Pay), default="")
    pay_note = _text("支払いのくわしい内容", 100, "例：1時間あたり310円、交通費は上限500円")
    training = SelectField(
        "就労訓練",
        choices={"": "就労訓練ではない"} | choices_of(TrainingForm),
        default="",
        description="雇用型・非雇用型を選べるのは、受け入れ先に認定番号があるときです。",
    )
    insurance = ChecksField("保険の種類", choices={kind: kind for kind in INSURANCE})
    insurance_holder = _text(
        "保険の契約者", 100, "例：瀬凪市社会福祉協議会。株式会社などは、市や社協の保険の契約者になれません。"
    )
    insured_from = DateField("保険の始まり", [validators.Optional()])
    insured_to = DateField("保険の終わり", [validators.Optional()])
    tutor = _text("教える人", 60, "名前でなく、役割を書きます。例：現場の先輩、店主")
    refusal = _text("受け入れを見合わせるとき", 200, "例：しけの日は休み、繁忙期は新しい人を受けない")
    is_gap = BooleanField("狭間枠として受け入れる")
    gap_basis = _text("狭間枠の根拠", 200, "例：介護保険法の通所介護。本来の業務に支障のない範囲で。")
    paused_until = DateField(
        "この日から再開する",
        [validators.Optional()],
        description="休むときだけ入れます。この日になると、自動でもとに戻ります。",
    )
    monthly_limit = _number(
        "1か月に新しく始める人数",
        1,
        200,
        "上限があるときだけ。月のはじめに集まらないよう、週ごとに分けて案内します。",
    )
    is_confirmed = BooleanField("受け入れ先に聞いて書いた（確認の日を今日にする）")
    seen_version = IntegerField(widget=widgets.HiddenInput())

    def __init__(
        self, *args: Any, places: Mapping[int, str], kinds: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.new_kind.choices = {"": "選んでください"} | {str(key): label for key, label in kinds}
        self.offer(places)

    @property
    def asks_for_places(self) -> bool:
        """Whether words for a place were typed that have not been looked up yet."""
        words = self.place_words.data or ""
        return bool(words.strip()) and words != (self.place_searched.data or "")

    def offer(self, places: Mapping[int, str]) -> None:
        """Let these places be chosen, beside a new one."""
        self.place.choices = {str(key): words for key, words in places.items()} | {
            NEW_PLACE: "新しい場所を登録する"
        }

    def validate_task(self, field: Field) -> None:
        """A name is more than blanks."""
        if not field.data:
            raise ValidationError("入力してください。")

    def validate_new_name(self, field: Field) -> None:
        """A new place has a name."""
        if self.place.data == NEW_PLACE and not field.data:
            raise ValidationError("新しい場所の名前を入れてください。")

    def validate_new_kind(self, field: Field) -> None:
        """A new place is of a kind that the town has."""
        if self.place.data == NEW_PLACE and (
            not field.data or field.data not in (self.new_kind.choices or ())
        ):
            raise ValidationError("種別を、並んでいるものから選んでください。")

    def facts_of(self, *, on: date, insurance_before: str | None = None) -> OpeningFacts:
        """Return the answers of a valid form; `on` is the day of a confirmation that goes with them."""
        texts = (
            "task", "place_note", "frequency", "period", "pay_note", "insurance_holder", "tutor", "refusal",
        )  # fmt: skip
        columns: dict[str, Any] = {
            **{name: self[name].data or None for name in texts},
            "steps": STEP_MARK.join(_lines(self.steps.data)) or None,
            "interests": ";".join(_words(self.interests.data)) or None,
            **{name: self[name].data for name in ("shortest_minutes", "monthly_limit", "paused_until")},
            **{name: self[name].data for name in ("insured_from", "insured_to")},
            **{
                name: _ANSWERS[self[name].data] for name in ("allows_visit", "allows_trial", "allows_ongoing")
            },
            **{
                name: int(self[name].data) if self[name].data else None
                for name in ("body_load", "people_load", "pace_load")
            },
            "pay": Pay(self.pay.data) if self.pay.data else None,
            "training": TrainingForm(self.training.data) if self.training.data else None,
            "insurance": _insurance(self.insurance.data or (), insurance_before),
            "is_gap": bool(self.is_gap.data),
            "gap_basis": self.gap_basis.data or None,
        }
        if self.is_confirmed.data:
            columns["confirmed_on"] = on
        return OpeningFacts(columns, list(self._slots()), self._place())

    def _place(self) -> int | NewPlace:
        if self.place.data != NEW_PLACE:
            return int(self.place.data)
        return NewPlace(self.new_name.data or "", int(self.new_kind.data), self.new_address.data or None)

    def _slots(self) -> Iterator[SlotValues]:
        for weekday in range(len(WEEKDAYS)):
            for part in DayPart:
                said = {
                    what: self[slot_field(what, weekday, part)].data
                    for what in ("seats", "begins", "ends", "capacity", "original")
                }
                if any(value is not None for value in said.values()):
                    yield SlotValues(
                        weekday,
                        part,
                        said["seats"] or 0,
                        _minute(said["begins"]),
                        _minute(said["ends"]),
                        # Whose seats come first is a question of a 狭間枠 only.
                        said["capacity"] if self.is_gap.data else None,
                        said["original"] if self.is_gap.data else None,
                    )


def shown_as_typed(opening: Opening, *, on: date) -> dict[str, Any]:
    """Return what a form shows of an opening. A rest that is over is not shown, so that saving clears it."""
    same = (
        "task", "place_note", "shortest_minutes", "frequency", "period", "pay_note", "insurance_holder",
        "insured_from", "insured_to", "tutor", "refusal", "is_gap", "gap_basis", "monthly_limit",
    )  # fmt: skip
    answers = {value: key for key, value in _ANSWERS.items()}
    typed: dict[str, Any] = {
        **{name: getattr(opening, name) for name in same},
        **{
            name: answers[getattr(opening, name)]
            for name in ("allows_visit", "allows_trial", "allows_ongoing")
        },
        **{name: str(getattr(opening, name) or "") for name in ("body_load", "people_load", "pace_load")},
        "steps": "\n".join(steps_of(opening.steps)),
        "interests": "、".join((opening.interests or "").split(";")) if opening.interests else None,
        "place": str(opening.resource_id),
        "pay": opening.pay.value if opening.pay else "",
        "training": opening.training.value if opening.training else "",
        "insurance": [kind for kind in (opening.insurance or "").split(";") if kind in INSURANCE],
        "paused_until": opening.paused_until if opening.paused_until and opening.paused_until > on else None,
        "seen_version": opening.version,
    }
    for slot in opening.slots:
        typed |= _slot_as_typed(slot)
    return typed


def steps_of(steps: str | None) -> list[str]:
    """Return the steps of a task one by one."""
    return [step.strip() for step in re.split(rf"{STEP_MARK}|\n", steps or "") if step.strip()]


def _slot_as_typed(slot: OpeningSlot) -> dict[str, Any]:
    here = slot.weekday, slot.part
    return {
        slot_field("seats", *here): slot.seats or None,
        slot_field("begins", *here): _clock(slot.begins_minute),
        slot_field("ends", *here): _clock(slot.ends_minute),
        slot_field("capacity", *here): slot.capacity,
        slot_field("original", *here): slot.original_users,
    }


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in re.split(r"[、,;；，]", text or "") if word.strip()]


def _insurance(chosen: Iterable[str], before: str | None) -> str | None:
    """What a file named beside the two kinds is kept: the page does not show it and so cannot take it away."""
    others = [kind for kind in (before or "").split(";") if kind and kind not in INSURANCE]
    return ";".join([*(kind for kind in INSURANCE if kind in chosen), *others]) or None


def _minute(moment: time | None) -> int | None:
    return None if moment is None else moment.hour * 60 + moment.minute


def _clock(minute: int | None) -> time | None:
    # The end of the day is no time of the clock.
    return None if minute is None or minute >= 24 * 60 else time(minute // 60, minute % 60)
