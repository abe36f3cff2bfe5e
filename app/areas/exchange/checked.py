"""One area of a file, and what both formats check alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import shapely

from app.areas.engine import name_key
from app.areas.vocabulary import AreaKind
from app.geo.municipality import parse_municipality_code
from app.text.normalise import normalise_text

_NAME_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class CheckedArea:
    """One area of a file. What is None is not said there, and stays as it is known."""

    line: int
    municipality_code: str
    kind: AreaKind
    name: str
    key: str
    district: str | None = None
    centre: tuple[float, float] | None = None
    boundary: shapely.MultiPolygon | None = None
    residents: int | None = None
    households: int | None = None
    surveyed_on: date | None = None
    source: str | None = None
    # Men and women of the bands 1 to 18; empty when the file has none.
    bands: tuple[tuple[int, int], ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """What is wrong with an area: reasons refuse it, warnings are told."""

    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_name(text: str, notes: Notes) -> str:
    """Return the name of an area."""
    name = normalise_text(text)
    if not name_key(name):
        notes.reasons.append("名前：町や圏域の名前がありません。名前を書いてください。")
    elif len(name) > _NAME_MOST:
        notes.reasons.append(f"名前：{_NAME_MOST}文字より長くなっています。短く書いてください。")
    return name


def read_municipality(text: str, default: str | None, notes: Notes) -> str:
    """Return the 団体コード of an area, or the one that was given for the whole file."""
    if not text:
        if default is None:
            notes.reasons.append(
                "団体コード：書かれていません。列を足すか、取り込むときに --municipality 372013 のように指定してください。"
            )
        return default or ""
    try:
        return parse_municipality_code(text).digits
    except ValueError as problem:
        notes.reasons.append(f"団体コード：{problem}")
        return ""
