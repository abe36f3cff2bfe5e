"""Words of taking part, contacts and visits."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a placement stands; any direction is possible."""

    VISIT = "visit"
    TRIAL = "trial"
    ONGOING = "ongoing"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"visit": "見学", "trial": "体験", "ongoing": "継続", "ended": "終了"}[self.value]


class Cause(StrEnum):
    """Which side caused something."""

    PERSON = "person"
    HOST = "host"
    SUPPORT = "support"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"person": "本人", "host": "受け入れ先", "support": "支援側", "system": "制度・環境"}[
            self.value
        ]


class EndReason(StrEnum):
    """Why a placement ended."""

    HEALTH = "health"
    ENVIRONMENT = "environment"
    RELATIONS = "relations"
    TRAVEL = "travel"
    FEE = "fee"
    HOST = "host"
    FAMILY = "family"
    OWN_WISH = "own_wish"
    MOVED_ON = "moved_on"
    LOST_CONTACT = "lost_contact"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "health": "体調",
            "environment": "環境が合わない",
            "relations": "人間関係",
            "travel": "移動",
            "fee": "費用",
            "host": "受け入れ先の都合",
            "family": "家族の事情",
            "own_wish": "本人の希望",
            "moved_on": "次の場へ移った",
            "lost_contact": "連絡がとれない",
            "other": "そのほか",
        }[self.value]


class Party(StrEnum):
    """Whom a contact is for."""

    PERSON = "person"
    HOST = "host"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"person": "本人", "host": "受け入れ先"}[self.value]


class Met(StrEnum):
    """Whom somebody met at a visit. Nobody is an answer too: an attempt is a record."""

    PERSON = "person"
    FAMILY = "family"
    HOST = "host"
    SUPPORTER = "supporter"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "person": "本人",
            "family": "家族",
            "host": "受け入れ先",
            "supporter": "ほかの支援者",
            "nobody": "会えなかった",
        }[self.value]


class Occasion(StrEnum):
    """Why a contact is planned."""

    REGULAR = "regular"
    PROMISE = "promise"
    FAREWELL = "farewell"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"regular": "定期の連絡", "promise": "約束", "farewell": "終わったあとのあいさつ"}[self.value]


class Promise(StrEnum):
    """When somebody will be in touch again, as it is said at the door."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    NONE = "none"
    DAY = "day"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "week": "1週間後",
            "fortnight": "2週間後",
            "month": "1か月後",
            "none": "決めない",
            "day": "日付を選ぶ",
        }[self.value]

    def day_after(self, day: date) -> date | None:
        """Return the day that is meant, counted from a day; None where no day follows from the word."""
        if self is Promise.MONTH:
            year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
            return date(year, month, min(day.day, monthrange(year, month)[1]))
        weeks = {Promise.WEEK: 1, Promise.FORTNIGHT: 2}.get(self)
        return day + timedelta(weeks=weeks) if weeks else None


class MoveReason(StrEnum):
    """Why a contact was put on another day. A word and no text, because it stands in the log."""

    PERSON = "person"
    HEALTH = "health"
    HOST = "host"
    SUPPORT = "support"
    WEATHER = "weather"
    UNREACHED = "unreached"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "person": "本人の希望",
            "health": "体調",
            "host": "受け入れ先の都合",
            "support": "支援側の都合",
            "weather": "天気・災害",
            "unreached": "連絡がつかない",
            "other": "そのほか",
        }[self.value]


class Means(StrEnum):
    """How a contact was made."""

    PHONE = "phone"
    OFFICE = "office"
    HOME = "home"
    TOGETHER = "together"
    ONLINE = "online"
    MAIL = "mail"
    CHAT = "chat"
    LETTER = "letter"
    MEETING = "meeting"
    HOST_VISIT = "host_visit"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "phone": "電話",
            "office": "来所",
            "home": "訪問",
            "together": "同行",
            "online": "オンライン",
            "mail": "メール",
            "chat": "チャット",
            "letter": "手紙",
            "meeting": "会議",
            "host_visit": "受け入れ先訪問",
        }[self.value]


class Mood(IntEnum):
    """How somebody seemed, as five words beside five faces. It is never summed up."""

    HARD = 1
    LOW = 2
    USUAL = 3
    GOOD = 4
    BRIGHT = 5

    @property
    def label(self) -> str:
        """The name on screen."""
        return ("つらそう", "元気がない", "ふつう", "落ち着いている", "うれしそう")[self - 1]


class Attendance(StrEnum):
    """What became of the day."""

    CAME = "came"
    ABSENT = "absent"
    LEFT_EARLY = "left_early"
    NO_WORD = "no_word"
    HOST_CLOSED = "host_closed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "came": "来た",
            "absent": "休み（連絡あり）",
            "left_early": "途中で帰った",
            "no_word": "休み（連絡なし）",
            "host_closed": "受け入れ先の都合で休み",
        }[self.value]


class SharingBasis(StrEnum):
    """On what ground a note may be shared (DOMAIN §3)."""

    CONSENT = "consent"
    CONFERENCE = "conference"
    LAW = "law"
    EMERGENCY = "emergency"
    AUTHOR_ONLY = "author_only"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "consent": "本人同意",
            "conference": "支援会議",
            "law": "法令",
            "emergency": "緊急（生命・身体）",
            "author_only": "担当者のみ",
        }[self.value]


CONTACT_DAYS: Final = (1, 7, 30, 90, 180)
"""Days after the start on which both sides are contacted unless a town sets others (DOMAIN §4)."""

FAREWELL_AFTER: Final = timedelta(days=7)
"""After an end somebody says thank you and asks how it is now."""
