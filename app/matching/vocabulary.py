"""Words of matching. What places and needs are both described in stands in `app.resources.engine.traits`."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

AS_IS_LABEL: Final = "今のまま"
"""A full answer, not the absence of one: nothing is proposed to somebody who wishes this."""


class Side(StrEnum):
    """Who can change that a rule fails."""

    PERSON = "person"
    SUPPORT = "support"
    HOST = "host"
    PROGRAMME = "programme"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"person": "本人", "support": "支援側", "host": "受け入れ先", "programme": "制度"}[self.value]


class Verdict(IntEnum):
    """What a rule says of a place. UNKNOWN is neither fit nor misfit but a question."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @property
    def label(self) -> str:
        """The name on screen."""
        return ("不可", "不明", "可")[self]


class TravelMode(StrEnum):
    """行きかた."""

    WALK = "walk"
    BICYCLE = "bicycle"
    BUS = "bus"
    CAR = "car"
    PICKUP = "pickup"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"walk": "徒歩", "bicycle": "自転車", "bus": "バス", "car": "車", "pickup": "送迎"}[self.value]


class RuleId(StrEnum):
    """The hard rules by name; what each says stands in `engine.rules`."""

    KIND = "kind"
    HOURS = "hours"
    FREQUENCY = "frequency"
    WEEKLY_HOURS = "weekly_hours"
    TRAVEL = "travel"
    FEE = "fee"
    PEOPLE = "people"
    NOISE = "noise"
    INTERACTION = "interaction"
    LAST_BUS = "last_bus"
    PICKUP = "pickup"
    LANGUAGE = "language"
    VACANCY = "vacancy"
    GAP = "gap"
    STAY = "stay"
    LOAD = "load"
    PACE = "pace"
    ACCESS = "access"
    STAFF = "staff"
    LOOK_AROUND = "look_around"
    ANONYMOUS = "anonymous"
    LEAVE_MIDWAY = "leave_midway"
    COMPANION = "companion"
    REMOTE = "remote"
    AGE = "age"
    INSURANCE = "insurance"
    RECOGNITION = "recognition"


class PartId(StrEnum):
    """The parts that a score is the sum of, in the order in which they are shown."""

    PURPOSE = "purpose"
    KIND = "kind"
    TIME = "time"
    TRAVEL = "travel"
    ENVIRONMENT = "environment"
    INTERESTS = "interests"
    FRESHNESS = "freshness"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "purpose": "目的",
            "kind": "参加の形",
            "time": "時間の重なり",
            "travel": "行きやすさ",
            "environment": "環境の心地よさ",
            "interests": "関心のことば",
            "freshness": "新しさ",
        }[self.value]


class ProposalState(StrEnum):
    """How far a proposal is. It goes to the person first, and to the host only when they agree."""

    DRAFT = "draft"
    SHOWN = "shown"
    AGREED = "agreed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "draft": "準備中",
            "shown": "本人が考えています",
            "agreed": "本人が希望",
            "asked": "受け入れ先に相談中",
            "accepted": "受け入れ決定",
            "declined": "今回は見送り",
            "withdrawn": "取り下げ",
            "expired": "期限切れ",
        }[self.value]

    @property
    def is_open(self) -> bool:
        """Whether somebody's answer is still awaited."""
        return self in (ProposalState.DRAFT, ProposalState.SHOWN, ProposalState.AGREED, ProposalState.ASKED)


class ProposalReason(StrEnum):
    """Why a proposal came to nothing."""

    NOT_NOW = "not_now"
    TIME = "time"
    TRAVEL = "travel"
    ENVIRONMENT = "environment"
    PEOPLE = "people"
    FEE = "fee"
    HEALTH = "health"
    HOST_FULL = "host_full"
    HOST_CONDITION = "host_condition"
    NO_ANSWER = "no_answer"
    OTHER_PLACE = "other_place"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "not_now": "いまは動けない",
            "time": "時間が合わない",
            "travel": "行き帰りがむずかしい",
            "environment": "場の雰囲気が合わない",
            "people": "人間関係",
            "fee": "費用",
            "health": "体調",
            "host_full": "受け入れ先の席がない",
            "host_condition": "受け入れ先の事情",
            "no_answer": "返事がない",
            "other_place": "別の場に決まった",
            "other": "そのほか",
        }[self.value]


def holder_of(proposal_id: str) -> str:
    """The name under which a proposal holds a seat; whoever goes on from it gives back or takes what stands under it."""
    return f"proposal:{proposal_id}"
