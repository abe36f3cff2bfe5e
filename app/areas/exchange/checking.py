"""From a file of either kind to checked areas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.areas.exchange.checked import CheckedArea
from app.areas.exchange.outlines import iterate_outlines
from app.areas.exchange.population import iterate_population
from app.areas.vocabulary import AreaKind
from app.geo.municipality import parse_municipality_code
from app.text.tables import TableRefused, decode_text, is_workbook, refuse_large


def check_areas(data: bytes | Path, name: str, *, municipality: str | None = None) -> list[CheckedArea]:
    """Check a file of areas of either kind; raise `TableRefused` when it is neither.

    `municipality` is the 団体コード for a file that names none.
    """
    default = None
    if municipality:
        try:
            default = parse_municipality_code(municipality).digits
        except ValueError as problem:
            raise TableRefused(str(problem)) from None
    refuse_large(data)
    return list(_without_twins(_areas_of(data, name, default)))


def _areas_of(data: bytes | Path, name: str, default: str | None) -> Iterator[CheckedArea]:
    if not is_workbook(data):
        text, _encoding = decode_text(data if isinstance(data, bytes) else data.read_bytes())
        if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
            return iterate_outlines(text, name, default)
    return iterate_population(data, name, default)


def _without_twins(areas: Iterator[CheckedArea]) -> Iterator[CheckedArea]:
    """Refuse the second area of one name, and name the line of the first."""
    seen: dict[tuple[str, AreaKind, str], int] = {}
    for area in areas:
        if not area.reasons:
            first = seen.setdefault((area.municipality_code, area.kind, area.key), area.line)
            if first != area.line:
                yield _refused(
                    area, f"名前：{first}行目と同じ{area.kind.label}です。どちらかの行を消してください。"
                )
                continue
        yield area


def _refused(area: CheckedArea, reason: str) -> CheckedArea:
    return CheckedArea(
        line=area.line,
        municipality_code=area.municipality_code,
        kind=area.kind,
        name=area.name,
        key=area.key,
        reasons=(*area.reasons, reason),
        warnings=area.warnings,
    )
