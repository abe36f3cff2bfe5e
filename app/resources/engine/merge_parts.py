"""What stands in an entry after two were put together: which columns belong together, and which side is proposed.

Columns that only make sense side by side are chosen as one part: an address of one entry with the point of the other
would be a place that nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.resources.vocabulary import Disclosure


class Side(StrEnum):
    """Of which of the two a part is taken."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that are chosen together, and what people call them."""

    code: str
    label: str
    columns: tuple[str, ...]


PARTS: Final = (
    Part("name", "名前", ("name", "kana")),
    Part("nickname", "呼び名", ("nickname",)),
    Part("kind", "種別", ("kind_id",)),
    Part("card", "カードの形", ("is_light",)),
    Part("disclosure", "公開区分", ("disclosure",)),
    Part(
        "place",
        "場所",
        ("address", "building", "town_id", "municipality_code", "point", "point_precision", "point_source"),
    ),
    Part("access", "行き方", ("nearest_stop", "pickup")),
    Part(
        "time",
        "予定",
        ("timetable", "weekday_mask", "schedule", "schedule_note", "opens_minute", "closes_minute"),
    ),
    Part("who", "対象", ("age_from", "age_to", "audience")),
    Part(
        "seats",
        "定員と狭間枠",
        ("gap_welcome", "gap_seats", "gap_basis", "original_users", "capacity", "capacity_note"),
    ),
    Part("fee", "費用", ("fee",)),
    Part("application", "申込み", ("application",)),
    Part("operator", "運営", ("operator", "corporate_number", "legal_basis")),
    Part("description", "ここでしていること", ("description",)),
    Part("remarks", "備考", ("remarks",)),
    Part("url", "ホームページ", ("url",)),
    Part("contact", "連絡先", ("contact", "contact_is_public")),
    Part("served", "来られる地域（ことば）", ("served_area",)),
    Part("traits", "ようす・設備", ("traits",)),
    Part("source", "出典", ("source",)),
    Part("published", "公開データの番号", ("published_id",)),
    Part("confirmed", "確認", ("confirmed_on", "confirmed_by")),
    Part("interval", "次の確認", ("check_interval_days", "next_check_on")),
    Part("note", "要確認のメモ", ("check_note",)),
    Part("listing", "掲載の同意", ("listing_agreed_on", "listing_agreed_by")),
)
"""Everything that people change in an entry and that is chosen; what it serves (areas) is united."""

COLUMNS: Final = tuple(name for part in PARTS for name in part.columns)
"""The columns of all parts."""

# Beside an empty column these say nothing.
_SAY_NOTHING_ALONE: Final = frozenset({"contact_is_public", "point_precision", "municipality_code"})
_CLOSED_FIRST: Final = (Disclosure.CLOSED, Disclosure.PARTNERS, Disclosure.PUBLIC)


@dataclass(frozen=True, slots=True)
class Choice:
    """A part in which the two differ. `is_open` is False where only one side says anything: then that one stands."""

    part: Part
    proposed: Side
    is_open: bool


def choices_of(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Choice]:
    """Return the parts in which two entries differ, by their columns, each with the side that is proposed.

    What was confirmed later is taken for right. Who may see an entry, or its contact, is proposed as the more careful
    of the two says: opening is a decision, closing is none.
    """
    found = []
    for part in PARTS:
        if all(first[name] == second[name] for name in part.columns):
            continue
        says = [_says(part, side) for side in (first, second)]
        if says == [True, True]:
            found.append(Choice(part, _proposed(part, first, second), is_open=True))
        else:
            found.append(Choice(part, Side.SECOND if says[1] else Side.FIRST, is_open=False))
    return found


def values_after(
    first: Mapping[str, Any], second: Mapping[str, Any], chosen: Mapping[str, Side]
) -> dict[str, Any]:
    """Return what stands in the differing columns afterwards; what nobody chose is as proposed."""
    values: dict[str, Any] = {}
    for choice in choices_of(first, second):
        side = chosen.get(choice.part.code, choice.proposed) if choice.is_open else choice.proposed
        taken, other = (first, second) if side is Side.FIRST else (second, first)
        values |= {name: taken[name] for name in choice.part.columns}
        if choice.part.code == "traits":
            # Each item was asked for on its own: what only one of the two knows is not lost.
            values["traits"] = {**(other["traits"] or {}), **(taken["traits"] or {})}
    return values


def _says(part: Part, columns: Mapping[str, Any]) -> bool:
    return any(
        columns[name] not in (None, "", {}, [])
        for name in part.columns
        if len(part.columns) == 1 or name not in _SAY_NOTHING_ALONE
    )


def _proposed(part: Part, first: Mapping[str, Any], second: Mapping[str, Any]) -> Side:
    if part.code == "disclosure":
        closed = min(first["disclosure"], second["disclosure"], key=_CLOSED_FIRST.index)
        return Side.FIRST if first["disclosure"] is closed else Side.SECOND
    if part.code == "contact" and first["contact_is_public"] != second["contact_is_public"]:
        return Side.SECOND if first["contact_is_public"] else Side.FIRST
    if part.code == "card":
        return Side.SECOND if first["is_light"] else Side.FIRST
    earliest = date.min
    newer = (second["confirmed_on"] or earliest) > (first["confirmed_on"] or earliest)
    return Side.SECOND if newer else Side.FIRST
