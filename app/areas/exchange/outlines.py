"""Outlines of towns and districts: GeoJSON (RFC 7946) in degrees, longitude first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import shapely
from shapely.geometry import shape

from app.areas.engine import name_key
from app.areas.exchange.checked import CheckedArea, Notes, read_municipality, read_name
from app.areas.vocabulary import AreaKind
from app.geo.municipality import parse_municipality_code
from app.geo.points import problem_of
from app.text.normalise import normalise_text
from app.text.tables import TableRefused
from app.text.values.reading import shown

_NAMES: Final = {
    AreaKind.TOWN: ("name", "名称", "町名", "地域名", "regionName", "S_NAME"),
    AreaKind.DISTRICT: ("name", "名称", "圏域", "地域名"),
}
_KINDS: Final = {
    "town": AreaKind.TOWN,
    "町丁": AreaKind.TOWN,
    "町": AreaKind.TOWN,
    "district": AreaKind.DISTRICT,
    "圏域": AreaKind.DISTRICT,
    "地区": AreaKind.DISTRICT,
}
# The outline of the whole municipality is a background, not an area that anybody lives in as such.
_BACKGROUND: Final = frozenset({"outline", "municipality", "市区町村"})
_CODES: Final = ("municipality_code", "団体コード", "全国地方公共団体コード", "prefCode")
_NO_GEOJSON: Final = "GeoJSONの「FeatureCollection」ではありません。地図のソフトから GeoJSON（緯度・経度）で書き出してください。"


def iterate_outlines(text: str, name: str, default: str | None) -> Iterator[CheckedArea]:
    """Yield the towns and districts of a GeoJSON text, each under its place in the file as its line."""
    try:
        whole = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError, ValueError) as problem:
        line = problem.lineno if isinstance(problem, json.JSONDecodeError) else None
        raise TableRefused(
            f"GeoJSONとして読めません。書き出し直して、もう一度お試しください。（{name}）", line
        ) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise TableRefused(_NO_GEOJSON)
    if not features:
        raise TableRefused("GeoJSONに、図形が一つもありません。町や圏域の図形を入れてください。")
    rows = [(number, feature, _properties(feature)) for number, feature in enumerate(features, start=1)]
    codes = {code for _, _, words in rows if (code := _word(words, *_CODES))}
    if default is None and len(codes) == 1:
        default = _code_or_none(codes.pop())
    districts = {
        _word(words, "圏域コード"): _word(words, *_NAMES[AreaKind.DISTRICT])
        for _, _, words in rows
        if _kind(words) is AreaKind.DISTRICT
    }
    for number, feature, words in rows:
        if _word(words, "layer", "kind", "種別") not in _BACKGROUND:
            yield _check_feature(number, feature, words, default, districts)


def _check_feature(
    number: int, feature: object, words: Mapping[str, str], default: str | None, districts: Mapping[str, str]
) -> CheckedArea:
    notes = Notes()
    kind = _kind(words)
    if kind is None:
        notes.reasons.append(
            f"種別：「{shown(_word(words, 'layer', 'kind', '種別'))}」は分かりません。kind に town（町丁）か district（圏域）と書いてください。"
        )
    name = read_name(_word(words, *_NAMES[kind or AreaKind.TOWN]), notes)
    municipality = read_municipality(_word(words, *_CODES), default, notes)
    boundary = _boundary(feature, notes)
    district = None
    if kind is AreaKind.TOWN:
        code = _word(words, "district", "圏域", "地区") or _word(words, "圏域コード")
        district = districts.get(code, code) or None
    middle = boundary.representative_point() if boundary is not None else None
    return CheckedArea(
        line=number,
        municipality_code=municipality,
        kind=kind or AreaKind.TOWN,
        name=name,
        key=name_key(name),
        district=district,
        centre=(round(middle.x, 7), round(middle.y, 7)) if middle is not None else None,
        boundary=boundary,
        reasons=tuple(notes.reasons),
    )


def _properties(feature: object) -> dict[str, str]:
    words = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(words, dict):
        return {}
    return {str(key): normalise_text(str(value)) for key, value in words.items() if value is not None}


def _word(words: Mapping[str, str], *names: str) -> str:
    return next((words[name] for name in names if words.get(name)), "")


def _kind(words: Mapping[str, str]) -> AreaKind | None:
    said = _word(words, "layer", "kind", "種別")
    if said:
        return _KINDS.get(said)
    # Without a word for it, the name of the property tells: 町名 is a town's, a lone 圏域 a district's.
    if _word(words, "町名", "地域名", "regionName", "S_NAME", "name", "名称"):
        return AreaKind.TOWN
    return AreaKind.DISTRICT if _word(words, "圏域") else AreaKind.TOWN


def _code_or_none(text: str) -> str | None:
    try:
        return parse_municipality_code(text).digits
    except ValueError:
        return None


def _boundary(feature: object, notes: Notes) -> shapely.MultiPolygon | None:
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    if geometry is None:
        notes.reasons.append("図形：ありません。町や圏域の範囲（Polygon か MultiPolygon）を入れてください。")
        return None
    try:
        found = shapely.force_2d(shape(geometry))
    except Exception:
        found = None
    if found is None or found.is_empty or not isinstance(found, (shapely.Polygon, shapely.MultiPolygon)):
        notes.reasons.append(
            "図形：面（Polygon か MultiPolygon）として読めません。面として書き出し直してください。"
        )
        return None
    if not found.is_valid:
        why = shapely.is_valid_reason(found).partition("[")[0]
        notes.reasons.append(
            f"図形：線が交わっているなど、面になっていません（{why}）。地図のソフトで図形を修復してください。"
        )
        return None
    west, south, east, north = found.bounds
    problem = problem_of(west, south) or problem_of(east, north)
    if problem:
        notes.reasons.append(f"図形：{problem}座標は経度、緯度の順の度数にしてください。")
        return None
    return shapely.MultiPolygon([found]) if isinstance(found, shapely.Polygon) else found
