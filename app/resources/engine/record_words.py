"""The history of hosts and openings in the words of the pages: which field, what stood there, what stands there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.resources.engine.week import hours_text
from app.resources.vocabulary import WEEKDAYS, AskBy, ChangeSubject, DayPart, Pay, TrainingForm

NOTHING: Final = "（なし）"

LOADS: Final = {1: "軽い", 2: "ふつう", 3: "やや重い"}
"""How heavy a task is for the body, among people, in pace."""

_HOST: Final = {
    "name": "名前",
    "trade": "業種",
    "phone": "電話",
    "email": "メール",
    "postal_address": "住所",
    "ask_by": "確かめ方",
    "introduction": "紹介",
    "recognition": "就労訓練の認定番号",
    "keeper_id": "担当",
    "is_active": "受け入れ",
    "call_asked_at": "電話の希望",
    "staff_note": "職員のメモ",
}
_OPENING: Final = {
    "task": "仕事の名前",
    "steps": "手順",
    "place_note": "場所と持ち物",
    "resource_id": "場所",
    "shortest_minutes": "いちばん短い時間",
    "frequency": "頻度",
    "period": "期間",
    "interests": "関心のことば",
    "slots": "曜日と人数",
    "all_slots": "曜日と人数",
    "body_load": "体の負担",
    "people_load": "人とのやり取り",
    "pace_load": "ペース",
    "allows_visit": "見学",
    "allows_trial": "体験",
    "allows_ongoing": "継続",
    "pay": "本人への支払い",
    "pay_note": "支払いのくわしい内容",
    "training": "就労訓練",
    "insurance": "保険",
    "insurance_holder": "保険の契約者",
    "insured_from": "保険の始まり",
    "insured_to": "保険の終わり",
    "tutor": "教える人",
    "refusal": "受け入れを見合わせるとき",
    "is_gap": "狭間枠",
    "gap_basis": "狭間枠の根拠",
    "paused_until": "休み",
    "monthly_limit": "1か月に始める人数",
    "confirmed_on": "受け入れ先の確認",
    "ended_on": "終わり",
}
_FIELDS: Final = {ChangeSubject.HOST: _HOST, ChangeSubject.OPENING: _OPENING}
_WORDS: Final[dict[str, type[AskBy] | type[Pay] | type[TrainingForm]]] = {
    "ask_by": AskBy,
    "pay": Pay,
    "training": TrainingForm,
}


@dataclass(frozen=True)
class Names:
    """What the keys in a history are called. A key without a name is somebody or something that is gone."""

    accounts: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One changed field in words; without a field the row itself came."""

    label: str
    before: str
    after: str


def line_of(subject: ChangeSubject, name: str, before: Any, after: Any, names: Names) -> Line:
    """Return a change in words. Values are as the history keeps them."""
    if not name:
        return Line("登録", "", str((after or {}).get("name", "")))
    label = _FIELDS.get(subject, {}).get(name, name)
    return Line(label, value_words(name, before, names), value_words(name, after, names))


def value_words(name: str, value: Any, names: Names) -> str:
    """Return one value of a host or an opening as a page says it."""
    if value is None or value in ("", []):
        return NOTHING
    said = _SAID.get(name)
    if said is not None:
        return said(value)
    if name in _WORDS:
        return _label(_WORDS[name], value)
    if name == "keeper_id":
        return names.accounts.get(value, "以前の担当者")
    return names.places.get(value, "別の場所") if name == "resource_id" else str(value)


def slots_words(slots: list[Mapping[str, Any]]) -> str:
    """Return seats by weekday: 「火曜 午前 2人（9:30〜11:30）、木曜 午後 1人」."""
    return "、".join(_slot_words(slot) for slot in slots)


def _slot_words(slot: Mapping[str, Any]) -> str:
    hours = hours_text(slot.get("begins_minute"), slot.get("ends_minute"))
    notes = [hours] if hours else []
    if slot.get("capacity") is not None:
        notes.append(f"定員{slot['capacity']}人・本来の利用者{slot.get('original_users') or 0}人")
    part = DayPart(slot["part"]).label
    more = f"（{'、'.join(notes)}）" if notes else ""
    seats = f"{slot['seats']}人" if slot["seats"] else "休止"
    return f"{WEEKDAYS[slot['weekday']]}曜 {part} {seats}{more}"


def _label(words: type[StrEnum], value: str) -> str:
    label: str = getattr(words(value), "label", value)
    return label


def _day(value: str) -> str:
    day = date.fromisoformat(value[:10])
    return f"{day.year}年{day.month}月{day.day}日"


def _allowed(value: bool) -> str:
    return "できる" if value else "できない"


_SAID: Final[dict[str, Callable[[Any], str]]] = {
    "slots": slots_words,
    "all_slots": slots_words,
    "is_active": lambda value: "続けている" if value else "やめた",
    "is_gap": lambda value: "使う" if value else "使わない",
    "call_asked_at": _day,
    "insured_from": _day,
    "insured_to": _day,
    "confirmed_on": _day,
    "ended_on": _day,
    "paused_until": lambda value: f"{_day(value)}から再開",
    "shortest_minutes": lambda value: f"{value}分",
    "monthly_limit": lambda value: f"{value}人まで",
    **dict.fromkeys(("body_load", "people_load", "pace_load"), lambda value: LOADS[value]),
    **dict.fromkeys(("allows_visit", "allows_trial", "allows_ongoing"), _allowed),
}
