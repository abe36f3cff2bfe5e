"""Words of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self


class CaseState(StrEnum):
    """Where a case stands. There is no order of merit in it."""

    OPEN = "open"
    CLOSED = "closed"
    INTERRUPTED = "interrupted"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"open": "支援中", "closed": "終結", "interrupted": "中断"}[self.value]


class ReferralRoute(StrEnum):
    """How somebody came (経路)."""

    SELF_VISIT = "self_visit"
    SELF_CALL = "self_call"
    FAMILY = "family"
    PLACE = "place"
    HOST = "host"
    RESIDENT = "resident"
    OUTREACH = "outreach"
    AGENCY = "agency"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "self_visit": "本人が来所",
            "self_call": "本人から電話・メール",
            "family": "家族・知人",
            "place": "居場所・地域の活動",
            "host": "受け入れ先",
            "resident": "住民の気づき",
            "outreach": "アウトリーチ",
            "agency": "関係機関の紹介",
            "other": "そのほか",
        }[self.value]


class PlanState(StrEnum):
    """How far a plan is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"draft": "作成中", "submitted": "決定待ち", "decided": "支援決定", "returned": "差し戻し"}[
            self.value
        ]


class BasisKind(StrEnum):
    """On what a start rests (DOMAIN §1-5)."""

    DECISION = "decision"
    EARLY = "early"
    WITHOUT_PLAN = "without_plan"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"decision": "支援決定", "early": "早期開始", "without_plan": "プランを作らない参加"}[
            self.value
        ]


class ClosingReason(StrEnum):
    """Why a case ends. Only 「連絡途絶」 is an interruption, and it needs the attempts as evidence."""

    GOAL = "goal"
    HANDED_ON = "handed_on"
    OWN_WISH = "own_wish"
    MOVED = "moved"
    DIED = "died"
    LOST_CONTACT = "lost_contact"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "goal": "目標達成",
            "handed_on": "つなぎ（ほかの支援や場へ）",
            "own_wish": "本人の希望",
            "moved": "転居",
            "died": "死亡",
            "lost_contact": "連絡途絶（中断）",
        }[self.value]

    @property
    def state(self) -> CaseState:
        """Where it leaves the case."""
        return CaseState.INTERRUPTED if self is ClosingReason.LOST_CONTACT else CaseState.CLOSED


class Sealed:
    """Texts, flags and days that lie sealed in one document."""

    @property
    def document(self) -> dict[str, Any]:
        """What is sealed."""
        return {
            each.name: value.isoformat() if isinstance(value := getattr(self, each.name), date) else value
            for each in fields(self)  # type: ignore[arg-type]  # all that inherit are dataclasses
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read what was sealed; a field that came later has its default."""
        days = {
            name: date.fromisoformat(value)
            for name, value in document.items()
            if name.endswith("_on") and value is not None
        }
        return cls(**{**document, **days})


@dataclass(frozen=True)
class CaseStory(Sealed):
    """What a case says. All of it is sealed."""

    # The person's own words come first, and as they were said.
    wish: str = ""
    strengths: str = ""
    # What to mind: health, limits, how to call.
    mind: str = ""
    # The light path: the place, and when somebody asks how it was.
    place: str = ""
    follow_up_on: date | None = None


@dataclass(frozen=True)
class Referral(Sealed):
    """How somebody was sent (支援依頼). Sealed."""

    # Who sent: an organisation, a family member, a place.
    sender: str = ""
    asked: str = ""
    # The name under which the sender knows the case.
    alias: str = ""
    has_consent: bool = False


@dataclass(frozen=True)
class PlanText(Sealed):
    """What a plan says. Sealed."""

    goals: str = ""
    offer: str = ""
    roles: str = ""
    for_host: str = ""
    monitoring: str = ""


@dataclass(frozen=True)
class CaseRow:
    """A case as lists show it: number, alias, own words; never a name."""

    case_id: str
    number: str
    alias: str | None
    wish: str
    state: CaseState
    route: ReferralRoute
    opened_on: date
    awaits_decision: bool
    is_protected: bool
    is_light: bool


@dataclass(frozen=True)
class CaseLabel:
    """A case as the lists of other slices name it: number and alias, never a name."""

    number: str
    alias: str
    is_protected: bool


@dataclass(frozen=True)
class PlanView:
    """A plan as the page shows it."""

    plan_id: str
    round: int
    state: PlanState
    text: PlanText
    writers: tuple[int, ...]
    returned_because: str
    decided_on: date | None


@dataclass(frozen=True)
class CaseView:
    """A case as its page shows it. `is_member` is false for an officer who only decides."""

    case_id: str
    number: str
    person_id: str
    team_id: int
    state: CaseState
    route: ReferralRoute
    opened_on: date
    closed_on: date | None
    counting_area_id: int | None
    origin_mesh: str | None
    awaits_decision: bool
    version: int
    story: CaseStory
    referral: Referral
    closing: str
    closing_reason: ClosingReason | None
    reply: str
    plans: tuple[PlanView, ...]
    bases: tuple[Basis, ...]
    is_member: bool

    @property
    def plan(self) -> PlanView | None:
        """The plan of the latest round."""
        return self.plans[-1] if self.plans else None


@dataclass(frozen=True)
class Basis:
    """On what a start rests. An early one that was not confirmed in time bears nothing new."""

    basis_id: str
    kind: BasisKind
    plan_id: str | None
    confirm_by: date | None
    reason: str
    recorded_on: date

    def holds_on(self, day: date) -> bool:
        """Tell whether a start on this day may rest on it."""
        return self.confirm_by is None or day <= self.confirm_by


@dataclass(frozen=True)
class ReferralRow:
    """What a window sees of somebody it sent: the state, and the words that the team has for it."""

    number: str
    alias: str
    state: CaseState
    opened_on: date
    has_start: bool
    reply: str
