"""Words about people: what consent covers, how it was given, whom a person must not meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any


class ConsentItem(StrEnum):
    """What may be told."""

    ALIAS = "alias"
    NAME = "name"
    CONTACT = "contact"
    AGE_GROUP = "age_group"
    STRENGTHS = "strengths"
    NEEDS = "needs"
    HEALTH = "health"
    EMERGENCY_CONTACT = "emergency_contact"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "alias": "呼び名",
            "name": "氏名",
            "contact": "連絡先",
            "age_group": "年代",
            "strengths": "得意なこと・好きなこと",
            "needs": "配慮してほしいこと",
            "health": "体調・障害のこと",
            "emergency_contact": "緊急の連絡先",
        }[self.value]


class ConsentWay(StrEnum):
    """How consent was given."""

    SIGNED = "signed"
    SPOKEN = "spoken"
    BY_REPRESENTATIVE = "by_representative"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"signed": "署名", "spoken": "口頭", "by_representative": "代理の人"}[self.value]


class RecipientKind(StrEnum):
    """Who is told."""

    SUPPORT_TEAM = "support_team"
    SUPPORT_COUNCIL = "support_council"
    RESOURCE = "resource"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "support_team": "支援チーム",
            "support_council": "重層的支援会議",
            "resource": "受け入れ先・場",
        }[self.value]


class NeverMeetKind(StrEnum):
    """What a person must never meet."""

    ACCOUNT = "account"
    RESOURCE = "resource"
    OTHER_PERSON = "other_person"
    OUTSIDER = "outsider"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "account": "職員",
            "resource": "場・受け入れ先",
            "other_person": "支援を受けている別の人",
            "outsider": "そのほかの人",
        }[self.value]


class OpeningReason(StrEnum):
    """Why the identity of somebody protected is opened. A word and no text: the log must not tell a story."""

    CONTACT = "contact"
    VISIT = "visit"
    PROCEDURE = "procedure"
    CORRECTION = "correction"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "contact": "本人への連絡",
            "visit": "訪問・同行",
            "procedure": "手続き・会議の準備（本人の同意あり）",
            "correction": "記録の訂正",
            "emergency": "緊急（生命・身体の危険）",
        }[self.value]


@dataclass(frozen=True)
class Identity:
    """Who a person is. All of it is sealed; none of it ever stands in an address, a log or a default export."""

    name: str
    kana: str
    alias: str
    birth_date: date | None = None
    address: str = ""
    phone: str = ""
    note: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The identity as it is sealed."""
        return {**asdict(self), "birth_date": self.birth_date.isoformat() if self.birth_date else None}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Identity:
        """Read a sealed identity."""
        born = document["birth_date"]
        return cls(**{**document, "birth_date": date.fromisoformat(born) if born else None})

    def without_place(self) -> Identity:
        """The identity without what leads to a door or a telephone."""
        return replace(self, address="", phone="", note="")


@dataclass(frozen=True)
class OpenedIdentity:
    """What was opened, the version that a change has to name, and whether the place stays covered."""

    identity: Identity
    version: int
    place_is_covered: bool


@dataclass(frozen=True)
class PersonFacts:
    """What pages may show of a person without opening the identity."""

    person_id: str
    alias: str
    is_named: bool
    is_protected: bool
    protected_since: date | None


@dataclass(frozen=True)
class NeverMeetEntry:
    """Somebody or something to be kept away. The id that belongs to the kind is filled; `name` is what the team wrote."""

    id: str
    kind: NeverMeetKind
    name: str
    why: str
    account_id: int | None = None
    resource_id: int | None = None
    person_id: str | None = None


@dataclass(frozen=True)
class Exclusions:
    """What must never be proposed to a person."""

    account_ids: frozenset[int] = frozenset()
    resource_ids: frozenset[int] = frozenset()
    person_ids: frozenset[str] = frozenset()
