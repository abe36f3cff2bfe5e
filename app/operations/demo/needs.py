"""The needs of the demo's cases, from the words of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from app.matching.engine.profile import NeedProfile
from app.matching.exchange import NeedContent
from app.matching.service.needs import add_need
from app.matching.vocabulary import TravelMode
from app.operations.demo.files import TownFiles
from app.operations.demo.lives import SeededCase
from app.operations.demo.steps import Step
from app.resources.engine.traits import (
    AccessItem,
    Feature,
    Purpose,
    Scale,
    TakingPart,
    slot_bit,
)
from app.resources.vocabulary import DayPart

_Member = TypeVar("_Member", bound=IntEnum)

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PARTS = {part.label: part for part in DayPart}
_MODES = {mode.label: mode for mode in TravelMode}
_MUSTS = {
    "匿名可": Feature.ANONYMOUS,
    "見学可": Feature.LOOK_AROUND,
    "同行者可": Feature.COMPANION,
    "途中退室可": Feature.LEAVE_MIDWAY,
    "女性スタッフ": Feature.FEMALE_STAFF,
    "男性スタッフ": Feature.MALE_STAFF,
}
_AVOIDED = {"男性スタッフ": Feature.MALE_STAFF, "女性スタッフ": Feature.FEMALE_STAFF}
_LEVELS = {"静か": 1, "少なめ": 1, "軽い": 1, "ふつうまで": 2}
# How often somebody would come at most says that it has to take place at least so often.
_WEEKS = {"週1回": 4.0, "2週に1回": 2.0, "月1回から": 1.0}


def seed_needs(
    session: Session, files: TownFiles, seeded: Mapping[str, SeededCase], *, at: datetime
) -> Iterator[Step]:
    """Put in the need of every case that is still open."""
    rows = [row for row in files.rows("cases.csv") if not row["終結日"]]
    for done, row in enumerate(rows, start=1):
        case = seeded[row["台帳番号"]]
        add_need(session, case_id=case.case_id, content=need_of(row), by=case.owner, at=at)
        yield Step("ニーズ", done, len(rows))


def need_of(row: Mapping[str, str]) -> NeedContent:
    """Read the columns of the need in a row of `cases.csv`. A blank was not asked and makes no limit."""
    free = _pieces(row["空き時間"])
    limits = {
        Scale.NOISE: _LEVELS.get(row["静けさの希望"]),
        Scale.INTERACTION: _LEVELS.get(row["やり取りの上限"]),
        Scale.LOAD: _LEVELS.get(row["身体負荷の上限"]),
    }
    avoided = _pieces(row["避けたい"])
    to_try = _named(TakingPart, _pieces(row["試してもよい参加"]))
    return NeedContent(
        profile=NeedProfile(
            person_key="",
            purposes={
                purpose: int(weight)
                for name, _, weight in (piece.partition(":") for piece in _pieces(row["目的と重み"]))
                for purpose in _named(Purpose, [name])
            },
            kinds_now=_named(TakingPart, _pieces(row["いま望む参加"])),
            kinds_to_try=to_try,
            free_slots=sum(slot_bit(_DAYS.index(when[:2]), _PARTS[when[2:]]) for when in free) or None,
            min_weeks_per_month=_WEEKS.get(row["頻度の希望"]),
            travel_mode=_MODES.get(row["行きかた"]),
            travel_minutes=_number(row["移動の上限（分）"]),
            access_needs=frozenset(_access(_pieces(row["利用に必要な設備"]))),
            limits={scale: level for scale, level in limits.items() if level is not None},
            people_limit=_number(row["人数の上限"]),
            musts=frozenset(_MUSTS[word] for word in _pieces(row["必ずほしい"]) if word in _MUSTS),
            must_nots=frozenset(_AVOIDED[word] for word in avoided if word in _AVOIDED),
            fee_limit_yen=_number(row["費用の上限（円/回）"]),
            interests=tuple(_pieces(row["関心のことば"])),
            own_words=row["本人の言葉"],
        ),
        avoid="、".join(word for word in avoided if word not in _AVOIDED),
        open_points=tuple(_pieces(row["わからないこと"])),
    )


def _pieces(text: str) -> list[str]:
    return [piece for piece in text.split(";") if piece]


def _named(kind: type[_Member], labels: Iterable[str]) -> frozenset[_Member]:
    by_label = {str(getattr(member, "label", "")): member for member in kind}
    return frozenset(by_label[label] for label in labels if label in by_label)


def _access(pieces: Iterable[str]) -> Iterable[AccessItem]:
    by_label = {item.label: item for item in AccessItem}
    for name, _, there in (piece.partition(":") for piece in pieces):
        if name == "段差":
            yield AccessItem.STEP_FREE
        elif there == "有" and name in by_label:
            yield by_label[name]


def _number(text: str) -> int | None:
    return int(text) if text else None
