"""Words in which a place is described and a need is told: one list for both sides, so that they can be compared.

They stand in the catalogue because the need slice may look down here and not the reverse. The number of a member is
its bit in a mask or its row in a table: members are added at the end, never moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from app.resources.vocabulary import WEEKDAYS, DayPart


class TakingPart(IntEnum):
    """参加の形. Not a ladder: the order of the members means nothing."""

    TIES = 0
    BEING = 1
    JOY = 2
    ROLE = 3
    TRIAL = 4
    WORK = 5
    HOME = 6

    @property
    def label(self) -> str:
        """The name on screen."""
        return (
            "つながりだけ",
            "居るだけ",
            "楽しみ・学び",
            "役割・手伝い",
            "体験",
            "働く",
            "住まい",
        )[self]


class Purpose(IntEnum):
    """目的: what somebody hopes that a place will be good for."""

    TIES = 0
    SAFE_TALK = 1
    OWN_PLACE = 2
    OUTSIDE = 3
    JOY = 4
    LEARNING = 5
    ROLE = 6
    HELPING = 7
    WORK_READY = 8
    FINDING_OUT = 9
    INCOME = 10
    LASTING_WORK = 11
    HOME = 12
    TONIGHT = 13
    RHYTHM = 14
    RESPITE = 15
    HEALTH = 16

    @property
    def label(self) -> str:
        """The name on screen."""
        return (
            "つながりを持つ",
            "安心して話せる人",
            "居場所",
            "家の外で過ごす",
            "楽しみ",
            "学び直し",
            "役割を持つ",
            "人の役に立つ",
            "働く準備",
            "自分に合うことを知る",
            "収入",
            "続けられる仕事",
            "住まい",
            "今夜の安心",
            "生活リズム",
            "家族の休息",
            "健康",
        )[self]


class AccessItem(IntEnum):
    """設備, worded so that 有 is always what helps: 「段差: 有」 of a file is 「段差なし: 無」 here."""

    STEP_FREE = 0
    RAMP = 1
    HANDRAIL = 2
    WHEELCHAIR_TOILET = 3
    WESTERN_TOILET = 4
    OSTOMATE = 5
    LIFT = 6
    PARKING = 7
    WHEELCHAIR_PARKING = 8
    WRITTEN_TALK = 9
    BRAILLE = 10
    NURSING_ROOM = 11

    @property
    def label(self) -> str:
        """The name on screen."""
        return (
            "段差なし",
            "スロープ",
            "手すり",
            "車いすトイレ",
            "洋式トイレ",
            "オストメイト",
            "エレベーター",
            "駐車場",
            "車いす駐車場",
            "筆談対応",
            "点字案内",
            "授乳室",
        )[self]


class Feature(IntEnum):
    """What a place allows or has, answered by yes or no."""

    LOOK_AROUND = 0
    ANONYMOUS = 1
    COMPANION = 2
    LEAVE_MIDWAY = 3
    FEMALE_STAFF = 4
    MALE_STAFF = 5
    REMOTE = 6
    PICKUP = 7

    @property
    def label(self) -> str:
        """The name on screen."""
        return (
            "見学",
            "匿名での参加",
            "同行者",
            "途中退室",
            "女性スタッフ",
            "男性スタッフ",
            "オンライン参加",
            "送迎",
        )[self]


class Language(IntEnum):
    """ことば in which somebody can be met there."""

    PLAIN_JAPANESE = 0
    ENGLISH = 1
    CHINESE = 2
    KOREAN = 3
    VIETNAMESE = 4
    PORTUGUESE = 5
    TAGALOG = 6
    NEPALI = 7
    SIGN = 8

    @property
    def label(self) -> str:
        """The name on screen."""
        return (
            "やさしい日本語",
            "英語",
            "中国語",
            "韓国・朝鮮語",
            "ベトナム語",
            "ポルトガル語",
            "タガログ語",
            "ネパール語",
            "手話",
        )[self]


class Scale(IntEnum):
    """環境: scales of three steps where 1 is the gentlest, for the place as for the person's limit."""

    NOISE = 0
    INTERACTION = 1
    LOAD = 2
    PACE = 3

    @property
    def label(self) -> str:
        """The name on screen."""
        return ("静けさ", "人とのやり取り", "身体の負荷", "ペース")[self]

    def level_label(self, level: int) -> str:
        """The word for one of the levels 1 to 3."""
        return (
            ("静か", "ふつう", "にぎやか"),
            ("少なめ", "ふつう", "多め"),
            ("軽い", "ふつう", "やや重い"),
            ("自分のペース", "ゆっくり", "みんなに合わせる"),
        )[self][level - 1]


class Cover(IntEnum):
    """Insurance (傷害 + 賠償) of what is done there; work needs a valid one."""

    UNKNOWN = 0
    VALID = 1
    MISSING = 2
    NOT_NEEDED = 3

    @property
    def label(self) -> str:
        """The name on screen."""
        return ("不明", "有効", "なし", "要らない")[self]


class Recognition(IntEnum):
    """The governor's recognition (認定) of a 就労訓練; places of another kind need none."""

    UNKNOWN = 0
    RECOGNISED = 1
    MISSING = 2
    NOT_NEEDED = 3

    @property
    def label(self) -> str:
        """The name on screen."""
        return ("不明", "認定あり", "認定なし", "要らない")[self]


_PARTS: Final = tuple(DayPart)
SLOT_COUNT: Final = 7 * len(_PARTS)
ALL_SLOTS: Final = (1 << SLOT_COUNT) - 1
AGE_UNLIMITED: Final = 999
"""An upper age that somebody has said is not set; an age that nobody has asked for is None."""


def slot_number(weekday: int, part: DayPart) -> int:
    """The place of a slot in the week, 0 to 20; weekday 0 is Monday."""
    return weekday * len(_PARTS) + _PARTS.index(part)


def slot_bit(weekday: int, part: DayPart) -> int:
    """The mask of one slot; weekday 0 is Monday."""
    return 1 << slot_number(weekday, part)


def slot_labels(mask: int) -> tuple[str, ...]:
    """「火曜午前」 and so on for each slot of a mask, in the order of the week."""
    return tuple(
        f"{name}曜{part.label}"
        for weekday, name in enumerate(WEEKDAYS)
        for part in _PARTS
        if mask & slot_bit(weekday, part)
    )


def mask_of(members: Iterable[IntEnum]) -> int:
    """One integer with the bit of each member set."""
    mask = 0
    for member in members:
        mask |= 1 << int(member)
    return mask


_SERVED_BY: Final = {
    TakingPart.TIES: {Purpose.TIES, Purpose.SAFE_TALK},
    TakingPart.BEING: {Purpose.OWN_PLACE, Purpose.OUTSIDE, Purpose.TIES},
    TakingPart.JOY: {Purpose.JOY, Purpose.LEARNING, Purpose.OUTSIDE},
    TakingPart.ROLE: {Purpose.ROLE, Purpose.HELPING, Purpose.OUTSIDE},
    TakingPart.TRIAL: {Purpose.WORK_READY, Purpose.FINDING_OUT, Purpose.OUTSIDE},
    TakingPart.WORK: {Purpose.LASTING_WORK, Purpose.WORK_READY, Purpose.OUTSIDE},
    TakingPart.HOME: {Purpose.HOME},
}
_ONLY_SAID: Final = frozenset(
    {Purpose.SAFE_TALK, Purpose.INCOME, Purpose.TONIGHT, Purpose.RHYTHM, Purpose.RESPITE, Purpose.HEALTH}
)


def purposes_of(
    kinds: frozenset[TakingPart] | None, said: dict[Purpose, bool]
) -> tuple[frozenset[Purpose], frozenset[Purpose]]:
    """Purposes that a place serves and those that it does not, for a catalogue that records kinds of taking part.

    `said` is what somebody stated and wins. Without it a purpose follows from the kinds where it can; income, health,
    a person to talk to and the like do not follow from a kind and stay unknown.
    """
    served = set[Purpose]().union(*(_SERVED_BY[kind] for kind in kinds or ()))
    unserved = set(Purpose) - served - _ONLY_SAID if kinds is not None else set[Purpose]()
    yes = {purpose for purpose, is_served in said.items() if is_served}
    no = set(said) - yes
    return frozenset((served - no) | yes), frozenset((unserved - yes) | no)
