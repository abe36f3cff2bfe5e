"""Words of leads: how far one has come, where it came from, why it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.accounts.vocabulary import Role
from app.resources.engine.traits import TakingPart

LEAD_ROLES: Final = (Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER)
"""Who goes out and finds hosts."""


class LeadState(StrEnum):
    """How far a lead has come."""

    FOUND = "found"
    CONTACTED = "contacted"
    VISITED = "visited"
    PROPOSED = "proposed"
    OPENED = "opened"
    DECLINED = "declined"
    LATER = "later"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _STATE_LABELS[self][0]

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        return _STATE_LABELS[self][1]


_STATE_LABELS: Final = {
    LeadState.FOUND: ("見つけた", "info"),
    LeadState.CONTACTED: ("連絡した", "info"),
    LeadState.VISITED: ("訪問した", "info"),
    LeadState.PROPOSED: ("提案した", "accent"),
    LeadState.OPENED: ("枠になった", "success"),
    LeadState.DECLINED: ("見送り", "neutral"),
    LeadState.LATER: ("また今度", "warning"),
}

WORKING: Final = (LeadState.FOUND, LeadState.CONTACTED, LeadState.VISITED, LeadState.PROPOSED)
"""Somebody is on it."""

OPEN: Final = (*WORKING, LeadState.LATER)
"""Not over: a lead that waits comes back by itself."""


class LeadOrigin(StrEnum):
    """What made somebody think of it: never a single person's need."""

    FIELD = "field"
    OFFER = "offer"
    RULE = "rule"
    MAP = "map"
    MEETING = "meeting"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "field": "まちで見つけた",
            "offer": "住民・事業者の申し出",
            "rule": "よく合わない条件から",
            "map": "足りない場の地図から",
            "meeting": "会議の話から",
            "other": "その他",
        }[self.value]


class Side(StrEnum):
    """Which side a reason lies on. Nobody's fault is looked for: it shows what to change."""

    HOST = "host"
    SUPPORT = "support"
    ENVIRONMENT = "environment"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"host": "受け入れ先", "support": "支援側", "environment": "制度・環境"}[self.value]


class DeclineReason(StrEnum):
    """Why nothing came of a lead."""

    HANDS = "hands"
    ROOM = "room"
    TASKS = "tasks"
    WORRY = "worry"
    INSURANCE = "insurance"
    TRAVEL = "travel"
    SILENCE = "silence"
    NO_FOLLOW_UP = "no_follow_up"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "hands": "人手・時間がない",
            "room": "場所がない",
            "tasks": "切り出せる仕事がない",
            "worry": "受け入れに不安がある",
            "insurance": "保険・手続き",
            "travel": "交通の便",
            "silence": "返事がない",
            "no_follow_up": "こちらが続けて行けなかった",
            "other": "その他",
        }[self.value]


class ContactWay(StrEnum):
    """How an organisation was talked with."""

    PHONE = "phone"
    VISIT = "visit"
    CAME = "came"
    MAIL = "mail"
    LETTER = "letter"
    MEETING = "meeting"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "phone": "電話",
            "visit": "訪問",
            "came": "来所",
            "mail": "メール",
            "letter": "手紙",
            "meeting": "会議",
            "other": "その他",
        }[self.value]


LOADS: Final = {1: "軽い", 2: "ふつう", 3: "やや重い"}
"""Loads of a task, as on an opening."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for, in general words: kinds of taking part, slots of the week, the rule that it would open."""

    kinds: frozenset[TakingPart] = frozenset()
    slots: int | None = None
    rule: str = ""


@dataclass(frozen=True)
class Proposal:
    """A task cut out of an organisation's work (業務の切り出し). Loads are 1 to 3, None while nobody looked."""

    task: str = ""
    steps: tuple[str, ...] = ()
    place: str = ""
    body_load: int | None = None
    people_load: int | None = None
    pace_load: int | None = None


@dataclass(frozen=True)
class RuleAsked:
    """Where the matcher proposed a lead: the rule by its word, and who could change it. A place may have no host."""

    rule: str
    resource_id: int
    host_id: int | None = None


@dataclass(frozen=True)
class LeadFacts:
    """All further that is known of a lead. Empty means: not known."""

    trade: str = ""
    address: str = ""
    contact: str = ""
    district_id: int | None = None
    origin: LeadOrigin = LeadOrigin.FIELD
    introduced_by: str = ""
    owner_id: int | None = None
    next_step: str = ""
    next_on: date | None = None
    # Said once, when it is opened.
    asked: RuleAsked | None = None


@dataclass(frozen=True)
class Step:
    """One change of the state, with what belongs to it: a reason and its side, or the day on which it comes back."""

    state: LeadState
    reason: DeclineReason | None = None
    side: Side | None = None
    back_on: date | None = None


@dataclass(frozen=True)
class Talk:
    """One contact with an organisation, and what was promised."""

    happened_on: date
    way: ContactWay
    said: str
    promise: str = ""
    promise_on: date | None = None
