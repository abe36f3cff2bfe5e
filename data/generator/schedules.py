"""Days and hours: the recurrence code of GIF 441, and rooms that cannot be used twice at once."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from data.generator.chance import pick

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_LABELS = ("月", "火", "水", "木", "金", "土", "日")
HOURS = {
    "午前": (("09:30", "11:30"), ("10:00", "12:00"), ("09:00", "11:00"), ("10:00", "11:30")),
    "午後": (("13:30", "15:30"), ("13:00", "15:00"), ("14:00", "16:00"), ("13:00", "16:00")),
    "夕方": (("17:00", "19:00"), ("16:30", "18:30"), ("17:30", "20:00"), ("18:00", "20:00")),
}
CODE = re.compile(r"(?P<weeks>[0-7]+)(?P<day>Mo|Tu|We|Th|Fr|Sa|Su)")


def days_of(code: str) -> list[int]:
    """The weekdays that a code names, Monday as 0."""
    return sorted({DAYS.index(match["day"]) for match in CODE.finditer(code)})


def part_of_day(start: str) -> str:
    """The part of the day in which something begins."""
    if start < "12:00":
        return "午前"
    return "午後" if start < "16:30" else "夕方"


@dataclass(frozen=True)
class Slot:
    """When something takes place; a blank code means that only the free text knows."""

    code: str
    start: str
    end: str
    note: str


@dataclass
class Rooms:
    """The booking book of every room: two groups may share a place, but not at the same hour."""

    taken: dict[str, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))

    def book(self, room: str, days: list[int], part: str) -> bool:
        """Take the room if it is free."""
        wanted = {(day, part) for day in days}
        if wanted & self.taken[room]:
            return False
        self.taken[room] |= wanted
        return True


def _code(rng: Random, kind: str) -> str:
    if kind in ("相談", "住まい", "移動"):
        return pick(rng, ["0Mo0Tu0We0Th0Fr", "0Mo0Tu0We0Th0Fr0Sa", "0Mo0We0Fr", "0Tu0Th"], [6, 2, 2, 2])
    if kind in ("見守り", "配食"):
        return pick(rng, ["0Mo0Th", "0Tu0Fr", "0Mo0We0Fr", "0Mo0Tu0We0Th0Fr", "0Su"], [3, 3, 3, 2, 1])
    day = pick(rng, DAYS, [10, 11, 11, 11, 10, 7, 3])
    second = DAYS[(DAYS.index(day) + 2) % 5]
    several = f"0{day}0{second}" if DAYS.index(day) < DAYS.index(second) else f"0{second}0{day}"
    if kind == "居場所":
        return pick(rng, [f"0{day}", several, "0Tu0We0Th0Fr0Sa", f"24{day}", "0Mo0We0Fr"], [4, 5, 2, 1, 2])
    if kind == "食の支援":
        return pick(rng, [f"13{day}", "3Sa", "24Sa", f"0{day}", "6Fr"], [3, 3, 2, 2, 1])
    if kind == "ピア・家族会":
        return pick(rng, ["2Sa", f"1{day}", f"3{day}", "24Su", "6Th"])
    return pick(rng, [f"0{day}", f"13{day}", f"24{day}", several, f"7{day}", f"6{day}"], [10, 4, 4, 2, 1, 1])


NOTES = (
    "8月は休み", "第5週は休み", "祝日は休み", "会場が週替わり（世話役に確認）", "雨の日は中止", "12月は第2週のみ",
    "夏は1時間早い", "年末年始は休み", "月の最後の回は30分長い", "学校の長期休みは曜日が変わる", "満員の日は入れ替え制",
)  # fmt: skip
ONLY_WORDS = (
    "2か月に1回、回覧板で知らせます", "不定期。入口の黒板で知らせます", "月に2回くらい、天気で決めます",
    "第2か第3の土曜（前の月に決まります）", "農繁期をのぞく月1回", "季節に1回",
)  # fmt: skip


def make_slot(rng: Random, kind: str, rooms: Rooms, room: str, outdoors: bool) -> Slot:
    """A slot for which the room is free; when the book is full, only words are left, as in real towns."""
    if kind in ("通いの場", "学び", "ボランティア") and rng.random() < 0.07:
        return Slot("", "", "", pick(rng, ONLY_WORDS))
    parts = ["午前", "午後", "夕方"]
    weights = {"居場所": [3, 5, 3], "食の支援": [2, 2, 4], "ピア・家族会": [2, 4, 3]}.get(kind, [6, 5, 0.6])
    for _ in range(30):
        code, part = _code(rng, kind), pick(rng, parts, weights)
        if rooms.book(room, days_of(code), part):
            start, end = pick(rng, HOURS[part])
            if kind in ("相談", "住まい", "移動"):
                start, end = pick(
                    rng, [("09:00", "17:00"), ("08:30", "17:15"), ("10:00", "18:00"), ("13:00", "17:00")]
                )
            note = pick(rng, NOTES) if rng.random() < 0.38 else ""
            if not outdoors and note == "雨の日は中止":
                note = "祝日は休み"
            return Slot(code, start, end, note)
    return Slot("", "", "", pick(rng, ONLY_WORDS))
