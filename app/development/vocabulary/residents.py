"""Words of what residents send: offers, and notices with the windows that they go to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from app.accounts.vocabulary import Role

OFFER_ROLES: Final = (Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER)
"""Who reads offers and knows who the helpers are."""

WINDOW_ROLES: Final = (Role.REFERRER, Role.CSW, Role.MULTI_AGENCY, Role.CITY_OFFICER)
"""Windows that a worry about somebody can be handed to."""

SEVERAL_BODIES: Final = (Role.REFERRER,)
"""Roles that people of several bodies have: a window of theirs is read by those of its own body, and nobody else's."""

PLACE_ROLES: Final = (Role.COORDINATOR, Role.COMMUNITY)
"""Who keeps the catalogue, and hears that something in it is not true."""

NOTICE_ROLES: Final = (*WINDOW_ROLES, *PLACE_ROLES)


class OfferKind(StrEnum):
    """What is offered."""

    PLACE = "place"
    JOB = "job"
    HANDS = "hands"
    THINGS = "things"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "place": "場所",
            "job": "仕事",
            "hands": "手・得意なこと",
            "things": "もの",
            "other": "その他",
        }[self.value]

    @property
    def example(self) -> str:
        """What such an offer looks like, for the form."""
        return {
            "place": "空いている部屋、縁側、畑",
            "job": "袋づめ、草取り、店番の手伝い",
            "hands": "話し相手、送り迎え、楽器、パソコン",
            "things": "本、道具、野菜",
            "other": "ほかにできること",
        }[self.value]


class OfferState(StrEnum):
    """What became of an offer."""

    NEW = "new"
    CONTACTED = "contacted"
    HELPER = "helper"
    LEAD = "lead"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _OFFER_STATES[self][0]

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        return _OFFER_STATES[self][1]


_OFFER_STATES: Final = {
    OfferState.NEW: ("新しい", "warning"),
    OfferState.CONTACTED: ("連絡した", "info"),
    OfferState.HELPER: ("担い手になった", "success"),
    OfferState.LEAD: ("開拓メモになった", "success"),
    OfferState.DECLINED: ("お断り・取り下げ", "neutral"),
}

OFFER_OPEN: Final = (OfferState.NEW, OfferState.CONTACTED)


class NoticeTopic(StrEnum):
    """What a notice is about, as far as its sender can tell."""

    AGE = "age"
    DISABILITY = "disability"
    CHILDREN = "children"
    POVERTY = "poverty"
    UNSURE = "unsure"
    PLACE = "place"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "age": "高齢",
            "disability": "障害",
            "children": "子育て",
            "poverty": "くらし・お金",
            "unsure": "その他・わからない",
            "place": "場所の情報がちがう・終わっている",
        }[self.value]


WINDOW_TOPICS: Final = tuple(topic for topic in NoticeTopic if topic is not NoticeTopic.PLACE)
"""Topics that are about people; each has its window."""


class NoticeState(StrEnum):
    """What became of a notice."""

    NEW = "new"
    RECEIVED = "received"
    DONE = "done"
    FORWARDED = "forwarded"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _NOTICE_STATES[self][0]

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        return _NOTICE_STATES[self][1]


_NOTICE_STATES: Final = {
    NoticeState.NEW: ("新しい", "warning"),
    NoticeState.RECEIVED: ("受け取った", "info"),
    NoticeState.DONE: ("対応した", "success"),
    NoticeState.FORWARDED: ("他の窓口へ", "neutral"),
}


@dataclass(frozen=True)
class Window:
    """Where notices of a topic go: the role that reads them here, and what the window is called in this town."""

    role: Role
    organisation: str = ""

    @property
    def label(self) -> str:
        """The window as one speaks of it."""
        return self.organisation or self.role.label

    def is_kept_by(self, roles: Collection[Role], organisation: str) -> bool:
        """Tell whether somebody with these roles, of this office or body, sits at the window."""
        return self.role in roles and (self.role not in SEVERAL_BODIES or self.label in organisation)


@dataclass(frozen=True)
class Contact:
    """How somebody who gave their name is reached."""

    name: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class OfferContent:
    """What an offer says; sealed. `weekdays` has bit 0 for Monday."""

    words: str
    contact: Contact
    organisation: str = ""
    when: str = ""
    weekdays: int = 0
    introduced_by: str = ""

    def as_document(self) -> dict[str, Any]:
        """The JSON values that are sealed."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> OfferContent:
        """Read it back."""
        return cls(**{**document, "contact": Contact(**document["contact"])})


@dataclass(frozen=True)
class NoticeContent:
    """What a notice says; sealed. Who sends it need not say who they are."""

    words: str
    where: str = ""
    contact: Contact = field(default_factory=Contact)

    def as_document(self) -> dict[str, Any]:
        """The JSON values that are sealed."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> NoticeContent:
        """Read it back; what the windows wrote since stands beside it."""
        return cls(document["words"], document["where"], Contact(**document["contact"]))


@dataclass(frozen=True)
class Handling:
    """One step that a window took, in its own words; sealed along with the notice."""

    state: NoticeState
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps."""

    number: str
    window: str


@dataclass(frozen=True)
class HelperTerm:
    """Since when somebody helps, and until when at most."""

    since: date
    until: date | None = None
