"""What can be done to many entries of the catalogue at once, and to which of them it may not be done unlooked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.resources.vocabulary import Disclosure, KindGroup, ResourceState

INTERVALS: Final = (30, 60, 90, 180, 365)
"""Intervals of confirmation that are offered, in days."""


class Doing(StrEnum):
    """What is done to each entry of a selection."""

    DISCLOSURE = "disclosure"
    KIND = "kind"
    INTERVAL = "interval"
    CONFIRM = "confirm"
    END = "end"
    RESTORE = "restore"
    GAP = "gap"
    CONTACT = "contact"
    SOURCE = "source"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _LABELS[self]

    @property
    def wants_text(self) -> str | None:
        """What has to be written for it, None when nothing has."""
        return {Doing.END: "終わりにする理由", Doing.SOURCE: "出典"}.get(self)


_LABELS: Final = {
    Doing.DISCLOSURE: "公開区分を変える",
    Doing.KIND: "種別を変える",
    Doing.INTERVAL: "確認の間隔を変える",
    Doing.CONFIRM: "確認した（きょう）",
    Doing.END: "終わりにする",
    Doing.RESTORE: "活動中にもどす",
    Doing.GAP: "狭間の人も可",
    Doing.CONTACT: "連絡先の公開",
    Doing.SOURCE: "出典を書く",
}

YES, NO, UNKNOWN = "yes", "no", "unknown"
_ANSWERS: Final = {YES: True, NO: False, UNKNOWN: None}


@dataclass(frozen=True)
class Step:
    """One thing to do. `choice` is the chosen value as the form sends it, `text` what was written for it."""

    doing: Doing
    choice: str = ""
    text: str = ""

    @property
    def code(self) -> str:
        """The step without its text, as a form sends it."""
        return f"{self.doing.value}:{self.choice}" if self.choice else self.doing.value

    @property
    def kind_id(self) -> int | None:
        """The kind that is given, where one is."""
        return int(self.choice) if self.doing is Doing.KIND else None


@dataclass(frozen=True)
class Target:
    """What a step needs to know beside itself: who does it on which day, and the group of the kind that is given."""

    on: date
    by: str
    group: KindGroup | None = None


@dataclass(frozen=True)
class Facts:
    """What is asked of an entry before it is changed with many others."""

    name: str
    kind: str
    group: KindGroup
    is_refuge: bool
    is_light: bool
    state: ResourceState
    has_contact: bool
    has_check_note: bool
    has_agreed: bool
    has_openings: bool
    is_merged: bool = False


CHOICES: Final[Mapping[Doing, Mapping[str, str]]] = {
    Doing.DISCLOSURE: {word.value: f"{word.label}にする" for word in Disclosure},
    Doing.INTERVAL: {str(days): f"{days}日ごと" for days in INTERVALS} | {UNKNOWN: "種別の間隔に合わせる"},
    Doing.GAP: {YES: "はい", NO: "いいえ", UNKNOWN: "不明にもどす"},
    Doing.CONTACT: {YES: "公開する", NO: "公開しない"},
}
"""The values of each step, by what the form sends; kinds are the town's own."""


def step_of(code: str, *, kinds: Mapping[int, str], text: str = "") -> Step | None:
    """Read what a form sends; None when there is no such step. `kinds` are those that may be given."""
    name, _, choice = code.partition(":")
    if name not in set(Doing):
        return None
    doing = Doing(name)
    allowed: set[str] = (
        {str(key) for key in kinds} if doing is Doing.KIND else {*CHOICES.get(doing, {"": ""})}
    )
    return Step(doing, choice, text) if choice in allowed else None


def words_of_step(step: Step, *, kinds: Mapping[int, str]) -> str:
    """Return a step as a sentence begins: 「公開区分を変える：公開にする」."""
    if step.doing is Doing.KIND:
        return f"{step.doing.label}：{kinds[int(step.choice)]}"
    chosen = CHOICES.get(step.doing, {}).get(step.choice)
    return f"{step.doing.label}：{chosen}" if chosen else step.doing.label


def values_of(step: Step, target: Target) -> dict[str, Any]:
    """Return the columns that a step gives an entry."""
    match step.doing:
        case Doing.DISCLOSURE:
            return {"disclosure": Disclosure(step.choice)}
        case Doing.KIND:
            return {"kind_id": step.kind_id, **(CLOSING if target.group is KindGroup.REFUGE else {})}
        case Doing.INTERVAL:
            return {"check_interval_days": None if step.choice == UNKNOWN else int(step.choice)}
        case Doing.CONFIRM:
            return {"confirmed_on": target.on, "confirmed_by": target.by}
        case Doing.END:
            return {"state": ResourceState.ENDED, "ended_on": target.on, "end_reason": step.text}
        case Doing.RESTORE:
            return {"state": ResourceState.ACTIVE, "ended_on": None, "end_reason": None}
        case Doing.GAP:
            return {"gap_welcome": _ANSWERS[step.choice]}
        case Doing.CONTACT:
            return {"contact_is_public": step.choice == YES}
        case Doing.SOURCE:
            return {"source": step.text}


CLOSING: Final[Mapping[str, Any]] = {
    # In this order: taken back from the end, an entry is never public and secret at the same time.
    "disclosure": Disclosure.CLOSED,
    "contact_is_public": False,
    "is_refuge": True,
}
"""What becomes of an entry that turns out to be a secret refuge."""


# Homes of children and of mothers with children: whom somebody looks for may live there.
_SHELTERED_LIVES: Final = re.compile(
    "児童養護|乳児院|児童自立|児童心理治療|ファミリーホーム|自立援助ホーム|母子生活支援|一時保護"
)


def why_not(step: Step, facts: Facts, target: Target) -> str | None:
    """Return why an entry cannot be changed with the others; None when it can."""
    opens = step.doing is Doing.DISCLOSURE or (step.doing is Doing.CONTACT and step.choice == YES)
    if facts.is_refuge and (opens or (step.doing is Doing.KIND and target.group is not KindGroup.REFUGE)):
        return "秘匿の避難先です。1件ずつ開いて決めてください。"
    if facts.is_merged:
        return "ほかの場所と1つにまとめてあります。"
    if step.doing is Doing.CONFIRM and facts.state is ResourceState.ENDED:
        return "終わった場所です。"
    if step.doing is Doing.CONTACT and step.choice == YES and not facts.has_contact:
        return "連絡先が登録されていません。"
    return None


def why_ask(step: Step, facts: Facts) -> str | None:
    """Return why an entry is left out unless somebody says that they have made sure; None when nothing is to be asked."""
    match step.doing, step.choice:
        case Doing.DISCLOSURE, Disclosure.PUBLIC.value:
            if _SHELTERED_LIVES.search(f"{facts.kind}　{facts.name}"):
                return "子どもや母子が暮らす施設です。公開してよいか、運営者に確かめてください。"
            if facts.is_light and not facts.has_agreed:
                return "住民の集まりです。掲載の同意が記録されていません。"
        case Doing.CONTACT, "yes" if facts.is_light:
            return "住民の集まりです。連絡先が個人のものでないか、確かめてください。"
        case Doing.INTERVAL, days if facts.is_light and days != UNKNOWN:
            return "住民の集まりです。ふだんは、確認の間隔を決めません。"
        case Doing.CONFIRM, _ if facts.has_check_note:
            return "要確認のメモがあります。"
        case Doing.END, _ if facts.has_openings:
            return "受け入れ枠があります。枠をどうするか、先に受け入れ先と決めてください。"
    return None
