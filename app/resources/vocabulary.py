"""Words of the catalogue."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from app.text.values.weekdays import DAY_NAMES


class KindGroup(StrEnum):
    """What the product does differently for a kind. Kinds themselves are rows that a town edits."""

    TAKING_PART = "taking_part"
    WORK = "work"
    HOUSING = "housing"
    SHELTER = "shelter"
    REFUGE = "refuge"
    SUPPORT = "support"
    FACILITY = "facility"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _GROUP_LABELS[self]


_GROUP_LABELS: Final = {
    KindGroup.TAKING_PART: "参加の場",
    KindGroup.WORK: "働く・体験する",
    KindGroup.HOUSING: "住まい",
    KindGroup.SHELTER: "緊急の泊まり場所",
    KindGroup.REFUGE: "秘匿の避難先",
    KindGroup.SUPPORT: "相談・暮らしの支え",
    KindGroup.FACILITY: "施設",
}


class Disclosure(StrEnum):
    """Who may see an entry (公開区分)."""

    PUBLIC = "public"
    PARTNERS = "partners"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"public": "公開", "partners": "関係者", "closed": "非公開"}[self.value]


class ResourceState(StrEnum):
    """Whether a resource is going on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"active": "活動中", "paused": "お休み中", "ended": "終了"}[self.value]


WEEKDAYS: Final = DAY_NAMES
"""Monday first, as in GIF 441; bit 0 of a weekday mask is Monday."""


class DayPart(StrEnum):
    """Parts of a day, as people speak of their time."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"morning": "午前", "afternoon": "午後", "evening": "夕方"}[self.value]


class Pay(StrEnum):
    """What the person receives."""

    NONE = "none"
    TRAVEL = "travel"
    ALLOWANCE = "allowance"
    WAGE = "wage"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"none": "なし", "travel": "交通費", "allowance": "工賃", "wage": "賃金"}[self.value]


class TrainingForm(StrEnum):
    """就労訓練 with or without an employment contract; both need the governor's recognition."""

    EMPLOYED = "employed"
    NOT_EMPLOYED = "not_employed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"employed": "雇用型", "not_employed": "非雇用型"}[self.value]


class Coverage(StrEnum):
    """How far an area is served (提供地域)."""

    WHOLE = "whole"
    PART = "part"
    ASK = "ask"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"whole": "全域", "part": "一部", "ask": "要相談"}[self.value]


class AskBy(StrEnum):
    """How a host wants to be asked whether its openings still stand."""

    LETTER = "letter"
    MAIL = "mail"
    PHONE = "phone"
    VISIT = "visit"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"letter": "手紙", "mail": "メール", "phone": "電話", "visit": "訪問"}[self.value]


class ImportStep(StrEnum):
    """What the job of an import is doing: looking, writing, or going back. The value is the kind of the job."""

    PREVIEW = "resources.preview"
    IMPORT = "resources.import"
    UNDO = "resources.undo_import"


class ChangeSubject(StrEnum):
    """Of what a field was changed."""

    RESOURCE = "resource"
    HOST = "host"
    OPENING = "opening"
    KIND = "kind"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "resource": "社会資源",
            "host": "受け入れ先",
            "opening": "受け入れ枠",
            "kind": "種別",
        }[self.value]


class ChangeCause(StrEnum):
    """In which way a change came about."""

    EDIT = "edit"
    BULK = "bulk"
    IMPORT = "import"
    HOST = "host"
    MERGE = "merge"
    CONFIRM = "confirm"
    DUTY = "duty"
    UNDO = "undo"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "edit": "画面で直した",
            "bulk": "まとめて直した",
            "import": "取り込み",
            "host": "受け入れ先が直した",
            "merge": "1つにまとめた",
            "confirm": "確認",
            "duty": "毎日の見直し",
            "undo": "取り消し",
        }[self.value]


class ChangeState(StrEnum):
    """What has become of a change."""

    APPLIED = "applied"
    WAITING = "waiting"
    DECLINED = "declined"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "applied": "反映した",
            "waiting": "確認待ち",
            "declined": "見送った",
            "undone": "取り消した",
        }[self.value]


class HoldState(StrEnum):
    """What has become of a seat that was asked for."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"held": "仮おさえ", "taken": "利用中", "released": "空きに戻した"}[self.value]


class SeatReason(StrEnum):
    """Why nobody can begin on a seat of a slot."""

    OPENING_ENDED = "opening_ended"
    HOST_INACTIVE = "host_inactive"
    PLACE_ENDED = "place_ended"
    PLACE_PAUSED = "place_paused"
    PAUSED = "paused"
    OTHER_WEEKDAY = "other_weekday"
    CLOSED = "closed"
    NO_SEATS = "no_seats"
    OWN_USERS = "own_users"
    FULL = "full"
    MONTH_FULL = "month_full"
    WEEK_FULL = "week_full"

    @property
    def label(self) -> str:
        """The words on screen; `app.resources.engine.seats.seat_words` adds the day and the number."""
        return _SEAT_LABELS[self]


_SEAT_LABELS: Final = {
    SeatReason.OPENING_ENDED: "枠は終わりました",
    SeatReason.HOST_INACTIVE: "受け入れ先が、いま活動していません",
    SeatReason.PLACE_ENDED: "場所が終了しました",
    SeatReason.PLACE_PAUSED: "場所がお休み中です",
    SeatReason.PAUSED: "休み中",
    SeatReason.OTHER_WEEKDAY: "この日は、枠の曜日ではありません",
    SeatReason.CLOSED: "場所が閉まっています",
    SeatReason.NO_SEATS: "いまは席を出していません",
    SeatReason.OWN_USERS: "本来の利用者でいっぱいです",
    SeatReason.FULL: "満席",
    SeatReason.MONTH_FULL: "月の上限に達しました",
    SeatReason.WEEK_FULL: "今週の上限に達しました",
}


STANDARD_KINDS: Final = {
    "通いの場": KindGroup.TAKING_PART,
    "居場所": KindGroup.TAKING_PART,
    "ボランティア": KindGroup.TAKING_PART,
    "学び": KindGroup.TAKING_PART,
    "食の支援": KindGroup.TAKING_PART,
    "ピア・家族会": KindGroup.TAKING_PART,
    "イベント": KindGroup.TAKING_PART,
    "就労体験": KindGroup.WORK,
    "就労訓練(雇用型)": KindGroup.WORK,
    "就労訓練(非雇用型)": KindGroup.WORK,
    "住まい": KindGroup.HOUSING,
    "緊急一時シェルター": KindGroup.SHELTER,
    "避難先(DV等・秘匿)": KindGroup.REFUGE,
    "相談": KindGroup.SUPPORT,
    "見守り": KindGroup.SUPPORT,
    "移動": KindGroup.SUPPORT,
    "配食": KindGroup.SUPPORT,
}
"""Kinds whose group is known from the start. Any other kind that a file brings is a `FACILITY` until somebody looks."""

# A kind that a file spells its own way (避難先, DVシェルター, 秘匿施設). Disaster shelters are called 避難所, 避難場所.
_SECRET_PLACE: Final = re.compile(
    "秘匿|避難先|(?:DV|配偶者|女性).*(?:シェルター|避難|保護)|(?:シェルター|避難|保護).*(?:DV|配偶者|女性)",
    re.IGNORECASE,
)


def group_of_kind(label: str) -> KindGroup:
    """Return the group of a kind by its name; what sounds like a secret refuge is one until somebody looks.

    Taken for an ordinary facility, it would stand on every map of the staff.
    """
    known = STANDARD_KINDS.get(label)
    if known is None:
        return KindGroup.REFUGE if _SECRET_PLACE.search(label) else KindGroup.FACILITY
    return known


class Verdict(StrEnum):
    """What an import does with a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "added": "新規",
            "changed": "変更",
            "unchanged": "同じ",
            "refused": "受け取れない",
            "skipped": "取り込まない",
        }[self.value]


class FieldWay(StrEnum):
    """How somebody came by what a note from the field says."""

    VISIT = "visit"
    PHONE = "phone"
    PASSING = "passing"
    EVENT = "event"
    HEARD = "heard"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "visit": "訪ねた",
            "phone": "電話した",
            "passing": "通りがかり",
            "event": "行事で",
            "heard": "人から聞いた",
        }[self.value]


class FieldResult(StrEnum):
    """What came of it."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    MISSED = "missed"
    FOUND = "found"
    SEEN = "seen"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "confirmed": "確かめた",
            "changed": "変わっていた",
            "missed": "会えなかった・つながらなかった",
            "found": "新しく見つけた",
            "seen": "ようすだけ",
        }[self.value]

    @property
    def is_of_a_known_place(self) -> bool:
        """Whether it can be said only of what stands in the catalogue already."""
        return self in (FieldResult.CONFIRMED, FieldResult.CHANGED)


class PhotoSize(StrEnum):
    """A photo as it is looked at, and as it stands in a list."""

    LARGE = "large"
    SMALL = "small"
