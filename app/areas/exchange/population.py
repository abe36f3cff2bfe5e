"""The standard population file: 推奨データセット「地域・年齢別人口」, in Japanese or English property names.

Figures are taken as they stand: sums that do not fit are told, never mended, because nobody here knows which of them is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from app.areas.engine import name_key
from app.areas.exchange.checked import CheckedArea, Notes, read_municipality, read_name
from app.areas.vocabulary import BANDS, AreaKind, band_label
from app.geo.points import parse_point
from app.text.normalise import normalise_text
from app.text.tables import Line, TableRefused, header_key, read_table
from app.text.values import parse_count, parse_date
from app.text.values.reading import says_nothing

_HEADERS: Final = {
    "municipality": ("都道府県コード又は市区町村コード", "団体コード", "全国地方公共団体コード", "市区町村コード", "prefCode"),
    "name": ("地域名", "町名", "町丁名", "regionName"),
    "surveyed": ("調査年月日", "調査日", "surveyDate"),
    "total": ("総人口", "人口", "totalPopulation"),
    "men": ("男性", "男", "male"),
    "women": ("女性", "女", "woman", "female"),
    "households": ("世帯数", "numberOfHouseholds"),
    "location": ("location",),
    "latitude": ("緯度", "latitude"),
    "longitude": ("経度", "longitude"),
    "district": ("圏域", "地区"),
    "source": ("出典",),
}  # fmt: skip


def _band_headers() -> Iterator[tuple[str, tuple[str, ...]]]:
    for band in range(1, BANDS + 1):
        ages = band_label(band).removesuffix("歳").replace("–", "-")
        for sex, japanese in (("man", "男性"), ("woman", "女性")):
            # 「0-4歳の男性」, 「85歳以上の男性」 as the standard writes them; `man1` in the English edition.
            plain = f"{ages}の{japanese}" if ages.endswith("以上") else f"{ages}歳の{japanese}"
            yield f"{sex}{band}", (f"{sex}{band}", plain)


_BAND_COLUMNS: Final = dict(_band_headers())
_POPULATION: Final = _HEADERS | _BAND_COLUMNS
_FIELD_OF: Final = {header_key(header): name for name, known in _POPULATION.items() for header in known}
_KNOWN: Final = tuple(header for known in _POPULATION.values() for header in known)


def iterate_population(data: bytes | Path, name: str, default: str | None) -> Iterator[CheckedArea]:
    """Yield the towns of a population file; `default` is the 団体コード where the file has none."""
    table = read_table(data, name, headers=_KNOWN)
    columns = [_FIELD_OF.get(header_key(header)) for header in table.headers]
    if "name" not in columns:
        raise TableRefused(
            "「地域名」（regionName）の列がありません。町の名前の列を足してください。", table.header_line
        )
    for line in table.lines():
        cells = _cells(line, columns)
        if cells:
            yield _check_line(
                line, cells, default, extra=any(line.cells[len(columns) :]), remarks=table.remarks_of(line)
            )


def _cells(line: Line, columns: list[str | None]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for cell, column in zip(line.cells, columns, strict=False):
        if column is not None and not says_nothing(cell):
            cells.setdefault(column, cell)
    return cells


def _check_line(
    line: Line, cells: Mapping[str, str], default: str | None, *, extra: bool, remarks: Iterable[str]
) -> CheckedArea:
    notes = Notes(warnings=list(remarks))
    if extra:
        notes.reasons.append(
            '列の数が見出しより多く、値が隣の列にずれているおそれがあります。カンマを含む値は「"」で囲んでください。'
        )
    name = read_name(cells.get("name", ""), notes)
    municipality = read_municipality(cells.get("municipality", ""), default, notes)
    counts = {column: _count(column, text, notes) for column, text in cells.items() if _is_count(column)}
    bands = _bands(counts, notes)
    residents = counts.get("total")
    _compare_sums(counts, bands, notes)
    surveyed = None
    if text := cells.get("surveyed"):
        reading = parse_date(text)
        surveyed = reading.value
        if reading.reason:
            notes.warnings.append(f"調査年月日：{reading.reason}日付は「不明」とします。")
    return CheckedArea(
        line=line.number,
        municipality_code=municipality,
        kind=AreaKind.TOWN,
        name=name,
        key=name_key(name),
        district=normalise_text(cells.get("district", "")) or None,
        centre=_centre(cells, notes),
        residents=residents,
        households=counts.get("households"),
        surveyed_on=surveyed,
        source=normalise_text(cells.get("source", ""))[:200] or None,
        bands=bands,
        reasons=tuple(notes.reasons),
        warnings=tuple(notes.warnings),
    )


def _is_count(column: str) -> bool:
    return column in ("total", "men", "women", "households") or column in _BAND_COLUMNS


def _label(column: str) -> str:
    return _POPULATION[column][-1] if column not in _HEADERS else _POPULATION[column][0]


def _count(column: str, text: str, notes: Notes) -> int | None:
    reading = parse_count(text)
    if reading.reason:
        notes.warnings.append(f"{_label(column)}：{reading.reason}値は「不明」とします。")
    return reading.value


def _bands(counts: Mapping[str, int | None], notes: Notes) -> tuple[tuple[int, int], ...]:
    """Return the bands when all are known. A few of them would look like a town without those ages."""
    wanted = [f"{sex}{band}" for band in range(1, BANDS + 1) for sex in ("man", "woman")]
    values = [counts.get(column) for column in wanted]
    missing = [_label(column) for column, value in zip(wanted, values, strict=True) if value is None]
    if len(missing) == len(wanted):
        return ()
    if missing:
        notes.warnings.append(
            f"年齢別の人数：{missing[0]}など{len(missing)}か所が分からないため、年齢別は「不明」とします。すべて埋めてください。"
        )
        return ()
    known = [value for value in values if value is not None]
    return tuple(zip(known[::2], known[1::2], strict=True))


def _compare_sums(counts: Mapping[str, int | None], bands: tuple[tuple[int, int], ...], notes: Notes) -> None:
    def tell(what: str, said: int | None, summed: int | None) -> None:
        if said is not None and summed is not None and said != summed:
            notes.warnings.append(
                f"{what}：{said}人とありますが、内訳の合計は{summed}人です。直さずにそのまま取り込みます。元の資料を確かめてください。"
            )

    men, women = counts.get("men"), counts.get("women")
    tell("総人口", counts.get("total"), None if men is None or women is None else men + women)
    if bands:
        tell("男性", men, sum(band[0] for band in bands))
        tell("女性", women, sum(band[1] for band in bands))
        if men is None or women is None:
            tell("総人口", counts.get("total"), sum(map(sum, bands)))


def _centre(cells: Mapping[str, str], notes: Notes) -> tuple[float, float] | None:
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if "location" in cells:
        latitude, _, longitude = normalise_text(cells["location"]).partition(",")
    try:
        point = parse_point(latitude, longitude)
    except ValueError as problem:
        notes.reasons.append(f"緯度・経度：{problem}")
        return None
    return (point.lon, point.lat) if point else None
