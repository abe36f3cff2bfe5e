"""Lists of town points: 町丁目, 小字 and a point inside, as JSON (town, koaza, lat, lng) or as a table (大字町丁目,小字,緯度,経度).

A list has no line for the municipality it is of; whoever takes it in says which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely

from app.areas.engine import name_key
from app.geo.points import Point, distances_m, parse_point
from app.text.normalise import normalise_text
from app.text.tables import Line, TableRefused, decode_text, header_key, is_workbook, read_table

_HEADERS: Final = {
    "town": ("大字町丁目", "大字町丁目名", "町丁目", "町字", "町名", "町", "town"),
    "section": ("小字", "小字名", "小字・通称名", "字", "koaza"),
    "latitude": ("緯度", "lat", "latitude"),
    "longitude": ("経度", "lng", "lon", "longitude"),
}
_FIELD_OF: Final = {header_key(header): name for name, known in _HEADERS.items() for header in known}
_KNOWN: Final = tuple(header for known in _HEADERS.values() for header in known)
_NAME_MOST: Final = 80
# The largest municipality is some 80 km across; its islands lie nearer to it than another coast does.
_FARTHEST_M: Final = 100_000
# Degrees, some three kilometres: an outline of a town may be cut off at the beach, and a list may know a new quay.
_OUTSIDE: Final = 0.03
_FIELDS: Final = ("town", "section", "latitude", "longitude")
_NO_LIST: Final = "町の一覧ではありません。「town・koaza・lat・lng」を持つ行を並べたJSONにしてください。"


@dataclass(frozen=True, slots=True)
class CheckedTownPoint:
    """One row. `line` is the line of a table, or the place in a JSON list counted from 1."""

    line: int
    town: str = ""
    section: str = ""
    point: Point | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedTownPoints:
    """All rows of a file. `unit` is what a row is called: 行目 or 件目."""

    rows: tuple[CheckedTownPoint, ...]
    unit: str


def check_town_points(
    data: bytes, name: str, *, outlines: Sequence[shapely.Geometry] = ()
) -> CheckedTownPoints:
    """Check a list of towns; raise `TableRefused` when it is none.

    `outlines` are those of the municipality, where they are known: a point far outside of them, in the sea too, is
    refused. Without any a point is refused that lies far from most of the list.
    """
    text = "" if is_workbook(data) else decode_text(data)[0]
    is_json = text.lstrip("\ufeff \r\n\t").startswith(("{", "["))
    read = _rows_of_json(text, name) if is_json else _rows_of_table(data, name)
    rows = [_check(line, cells) for line, cells in read]
    rows = _refuse_far(rows, outlines)
    unit = "件目" if is_json else "行目"
    return CheckedTownPoints(tuple(_without_twins(rows, unit)), unit)


def _rows_of_json(text: str, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        whole = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError, ValueError) as problem:
        line = problem.lineno if isinstance(problem, json.JSONDecodeError) else None
        raise TableRefused(
            f"JSONとして読めません。もう一度手に入れて、お試しください。（{name}）", line
        ) from None
    if not isinstance(whole, list) or not any(isinstance(row, dict) and "town" in row for row in whole):
        raise TableRefused(_NO_LIST)
    for number, row in enumerate(whole, start=1):
        yield number, _words(row) if isinstance(row, dict) else {}


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    cells = {_FIELD_OF[header_key(key)]: value for key, value in row.items() if header_key(key) in _FIELD_OF}
    return {name: str(value) for name, value in cells.items() if isinstance(value, str | int | float)}


def _rows_of_table(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    table = read_table(data, name, headers=_KNOWN)
    columns = [_FIELD_OF.get(header_key(header)) for header in table.headers]
    missing = [name for name in ("town", "latitude", "longitude") if name not in columns]
    if missing:
        raise TableRefused(
            f"「{_HEADERS[missing[0]][0]}」の列がありません。見出しは「大字町丁目,小字,緯度,経度」にしてください。",
            table.header_line,
        )
    for line in table.lines():
        yield line.number, _cells(line, columns)


def _cells(line: Line, columns: Sequence[str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell, column in zip(line.cells, columns, strict=False):
        if column is not None:
            found.setdefault(column, cell)
    return found


def _check(line: int, cells: Mapping[str, str]) -> CheckedTownPoint:
    town, section, latitude, longitude = (cells.get(name, "") for name in _FIELDS)
    town, section = normalise_text(town), normalise_text(section)
    reasons = []
    if not name_key(town):
        reasons.append("町名：町の名前がありません。")
    elif max(len(town), len(section)) > _NAME_MOST:
        reasons.append(f"町名：{_NAME_MOST}文字より長くなっています。短く書いてください。")
    point = None
    try:
        point = parse_point(latitude, longitude)
        if point is None:
            reasons.append("緯度・経度：書かれていません。座標のある町だけを取り込みます。")
    except ValueError as problem:
        reasons.append(f"緯度・経度：{problem}")
    return CheckedTownPoint(line, town[:_NAME_MOST], section[:_NAME_MOST], point, tuple(reasons))


def _refuse_far(rows: list[CheckedTownPoint], outlines: Sequence[shapely.Geometry]) -> list[CheckedTownPoint]:
    sound = [row.point for row in rows if row.point is not None]
    if not sound:
        return rows
    lons, lats = np.array([[point.lon, point.lat] for point in sound]).T
    if outlines:
        tree = shapely.STRtree(outlines)
        near = tree.query(shapely.points(lons, lats), predicate="dwithin", distance=_OUTSIDE)[0]
        is_far = ~np.isin(np.arange(len(sound)), near)
        reason = "緯度・経度：市区町村の境界の外か、海の上です。座標を確かめてください。（緯度 {}、経度 {}）"
    else:
        is_far = distances_m(lons, lats, np.median(lons), np.median(lats)) > _FARTHEST_M
        reason = "緯度・経度：一覧のほかの町から100km以上離れています。座標を確かめてください。（緯度 {}、経度 {}）"
    far = iter(is_far.tolist())
    return [
        replace(row, reasons=(*row.reasons, reason.format(row.point.lat, row.point.lon)))
        if row.point is not None and next(far)
        else row
        for row in rows
    ]


def _without_twins(rows: Sequence[CheckedTownPoint], unit: str) -> Iterator[CheckedTownPoint]:
    """Refuse the second row of one name, and name the first."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        first = row.line if row.reasons else seen.setdefault((row.town, row.section), row.line)
        if first == row.line:
            yield row
        else:
            reason = f"町名：{first}{unit}と同じ町です。どちらかの行を消してください。"
            yield replace(row, reasons=(reason,))
