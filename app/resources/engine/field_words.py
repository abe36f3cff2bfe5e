"""The history of the catalogue in the words of the pages: what a column is called, and a kept value as people say it.

Values are in the plain form that the history keeps; see `app.resources.service.columns`. Hosts and openings are in
`record_words`, places and kinds here; `label_of`, `shown` and `line_of` serve all four.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.geo.geocoding import PositionPrecision
from app.resources.engine import environment, record_words
from app.resources.engine.record_words import Line
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.words import clock_words, day_words, words_of
from app.resources.engine.week import schedule_text
from app.resources.vocabulary import (
    WEEKDAYS,
    ChangeSubject,
    Coverage,
    Disclosure,
    KindGroup,
    ResourceState,
)

NOTHING: Final = "なし"
UNKNOWN: Final = "不明"
HIDDEN: Final = "（伏せています）"

RESOURCE_LABELS: Final = {
    "published_id": "公開データの番号",
    "municipality_code": "団体コード",
    "kind_id": "種別",
    "is_refuge": "秘匿の避難先",
    "is_light": "カードの形",
    "disclosure": "公開区分",
    "state": "状態",
    "name": "名前",
    "kana": "よみがな",
    "nickname": "呼び名",
    "operator": "運営",
    "corporate_number": "法人番号",
    "legal_basis": "根拠の事業",
    "description": "ここでしていること",
    "remarks": "備考",
    "url": "ホームページ",
    "address": "住所",
    "building": "建物・方書",
    "town_id": "町",
    "point": "地図の印",
    "point_precision": "印の正確さ",
    "point_source": "座標の出典",
    "served_area": "来られる地域（ことば）",
    "service_areas": "来られる地域",
    "nearest_stop": "近くの停留所",
    "pickup": "送迎",
    "timetable": "予定",
    "weekday_mask": "曜日",
    "schedule": "開催日（ことば）",
    "schedule_note": "予定の補足",
    "opens_minute": "始まる時刻",
    "closes_minute": "終わる時刻",
    "age_from": "年齢の下",
    "age_to": "年齢の上",
    "audience": "対象",
    "gap_welcome": "狭間の人も可",
    "gap_seats": "狭間の人の人数",
    "gap_basis": "狭間枠の根拠",
    "original_users": "本来の利用者の人数",
    "capacity": "定員",
    "capacity_note": "定員の補足",
    "fee": "費用",
    "application": "申込み",
    "traits": "ようす・設備",
    "contact": "連絡先",
    "contact_is_public": "連絡先の公開",
    "source": "出典",
    "confirmed_on": "確認した日",
    "confirmed_by": "確認した人",
    "check_note": "要確認のメモ",
    "check_interval_days": "確認の間隔",
    "next_check_on": "次に確認する日",
    "listing_agreed_on": "掲載に同意した日",
    "listing_agreed_by": "同意を聞いた人",
    "ended_on": "終わった日",
    "end_reason": "終わった理由",
    "merged_into_id": "まとめた先の場所",
}
"""Every column of a place that people change. Keys, fingerprints and the version are nobody's to read."""

KIND_LABELS: Final = {
    "label": "名前",
    "group": "分類",
    "is_reviewed": "見なおし",
    "position": "並び順",
    "is_retired": "新しく選べるか",
    "check_interval_days": "確認の間隔",
    "merged_into_id": "まとめた先の種別",
}
"""Every column of a kind that people change."""

_LABELS: Final = {ChangeSubject.RESOURCE: RESOURCE_LABELS, ChangeSubject.KIND: KIND_LABELS}

# Empty means here that there is none; in every other column it means that nobody knows.
_NONE_IS_NOTHING: Final = frozenset(
    {
        "nickname", "remarks", "url", "timetable", "schedule_note", "gap_seats", "gap_basis", "capacity_note",
        "check_note", "check_interval_days", "next_check_on", "listing_agreed_on", "listing_agreed_by", "ended_on",
        "end_reason", "merged_into_id", "service_areas", "traits", "point", "published_id", "corporate_number",
    }
)  # fmt: skip

_WHERE: Final = frozenset({"address", "building", "town_id", "point", "point_source", "nearest_stop"})

_TRAIT_LABELS: Final = {name: name for name in environment.FEELING} | environment.ASKED | environment.SPECIAL


@dataclass(frozen=True)
class Names(record_words.Names):
    """What the keys in a history are called. A key without a name is somebody or something that is gone."""

    areas: Mapping[int, str] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)


NO_NAMES: Final = Names()


def label_of(subject: ChangeSubject, name: str) -> str:
    """Return what a column is called on the pages; 「登録」 for the empty name, which stands for the row itself."""
    if not name:
        return "登録"
    labels = _LABELS.get(subject)
    if labels is None:
        return record_words.line_of(subject, name, None, None, NO_NAMES).label
    return labels.get(name, name)


def shown(subject: ChangeSubject, name: str, plain: Any, names: Names = NO_NAMES) -> str:
    """Return a kept value as a page says it: days, yes and no, words of a vocabulary, areas and kinds by their names."""
    if subject not in _LABELS:
        return record_words.value_words(name, plain, names)
    if plain is None or plain in ("", [], {}):
        return NOTHING if name in _NONE_IS_NOTHING else UNKNOWN
    if name == "merged_into_id":
        is_kind = subject is ChangeSubject.KIND
        return names.kinds.get(plain, "以前の種別") if is_kind else names.places.get(plain, "別の場所")
    if name in _NAMED:
        return _NAMED[name](plain, names)
    said = _SAID.get(name)
    return said(plain) if said is not None else str(plain)


def line_of(
    subject: ChangeSubject,
    name: str,
    before: Any,
    after: Any,
    names: Names = NO_NAMES,
    *,
    is_secret: bool = False,
) -> Line:
    """Return a change in words. Of a secret place it is told that its whereabouts changed, never to what."""
    label = label_of(subject, name)
    if not name:
        return Line(label, "", str((after or {}).get("name", "")))
    if is_secret and subject is ChangeSubject.RESOURCE and name in _WHERE:
        return Line(label, HIDDEN, HIDDEN)
    if name == "traits":
        before, after = _only_what_differs(before or {}, after or {})
    return Line(label, shown(subject, name, before, names), shown(subject, name, after, names))


def interval_words(days: int | None) -> str:
    """Return an interval of confirmation as a page offers it: 「90日ごと」, 「なし」."""
    return NOTHING if days is None else f"{days}日ごと"


def _only_what_differs(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[dict[str, str | None], dict[str, str | None]]:
    differing = [item for item in {**before, **after} if before.get(item) != after.get(item)]
    return {item: before.get(item) for item in differing}, {item: after.get(item) for item in differing}


def _day(plain: str) -> str:
    return day_words(date.fromisoformat(plain[:10]))


def _yes(yes: str, no: str) -> Callable[[Any], str]:
    return lambda plain: yes if plain else no


def _word(vocabulary: type[StrEnum]) -> Callable[[Any], str]:
    return lambda plain: str(getattr(vocabulary(plain), "label", plain))


def _unit(text: str) -> Callable[[Any], str]:
    return lambda plain: f"{plain}{text}"


def _days_of_week(mask: int) -> str:
    return "・".join(name for bit, name in enumerate(WEEKDAYS) if mask >> bit & 1) or NOTHING


def _traits(plain: Mapping[str, str | None]) -> str:
    return "、".join(
        f"{_TRAIT_LABELS.get(item, item)}：{environment.plain_word(value) or UNKNOWN}"
        for item, value in plain.items()
    )


def _timetable(plain: Any) -> str:
    try:
        timetable = timetable_of(plain)
    except ValueError:
        return "読めない予定"
    return (words_of(timetable) if timetable else "") or NOTHING


def _point(plain: list[float]) -> str:
    # Four digits are about ten metres: what is read here is that it moved, not where a door is.
    return f"北緯{plain[1]:.4f}・東経{plain[0]:.4f}"


def _areas(plain: list[list[Any]], names: Names) -> str:
    said = []
    for area_id, coverage in plain:
        name = names.areas.get(area_id, "以前の地域")
        word = Coverage(coverage)
        said.append(name if word is Coverage.WHOLE else f"{name}（{word.label}）")
    return "、".join(said)


_NAMED: Final[dict[str, Callable[[Any, Names], str]]] = {
    "service_areas": _areas,
    "town_id": lambda plain, names: names.areas.get(plain, "以前の町"),
    "kind_id": lambda plain, names: names.kinds.get(plain, "以前の種別"),
}
_SAID: Final[dict[str, Callable[[Any], str]]] = {
    "disclosure": _word(Disclosure),
    "state": _word(ResourceState),
    "point_precision": _word(PositionPrecision),
    "group": _word(KindGroup),
    "is_refuge": _yes("はい", "いいえ"),
    "is_light": _yes("軽いカード（住民の集まり）", "くわしいカード"),
    "is_reviewed": _yes("見た", "見ていない"),
    "is_retired": _yes("選べない", "選べる"),
    "gap_welcome": _yes("はい", "いいえ"),
    "contact_is_public": _yes("公開", "非公開"),
    "weekday_mask": _days_of_week,
    "schedule": lambda plain: schedule_text(plain) or plain,
    "timetable": _timetable,
    "traits": _traits,
    "point": _point,
    "pickup": lambda plain: environment.plain_word(plain) or UNKNOWN,
    "opens_minute": clock_words,
    "closes_minute": clock_words,
    "check_interval_days": interval_words,
    "position": lambda plain: f"{plain}番目",
    **dict.fromkeys(("age_from", "age_to"), _unit("歳")),
    **dict.fromkeys(("capacity", "gap_seats", "original_users"), _unit("人")),
    **dict.fromkeys(("confirmed_on", "next_check_on", "listing_agreed_on", "ended_on"), _day),
}
