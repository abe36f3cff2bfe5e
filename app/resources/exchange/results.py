"""What a job of an import keeps of its outcome, as JSON: the verdict of each row, and what is asked before it is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from app.resources.engine.field_words import RESOURCE_LABELS
from app.resources.exchange.checking import Options
from app.resources.exchange.mapping import Way, describe_columns, find_doubles, headers_digest
from app.resources.exchange.report import ImportReport, Item, Items
from app.resources.vocabulary import Verdict
from app.text.tables import Table

TOLD_MOST: Final = 100
"""So many rows, or so many places, are named in a notice; how many there are in all is told beside."""

_DISCLOSURE: Final = RESOURCE_LABELS["disclosure"]


def columns_result(table: Table, options: Options, way: Way, missing: Iterable[str]) -> dict[str, Any]:
    """Return what is told of the columns of a file. `missing` are meanings that no column has and that are needed."""
    uses = describe_columns(table, options.columns, way)
    return {
        "encoding": table.encoding,
        "header_line": table.header_line,
        "headers_digest": headers_digest(table.headers),
        "columns": [use.to_json() for use in uses],
        "doubles": [asdict(double) for double in find_doubles(uses)],
        "missing": list(missing),
        "way": way.value,
    }


def report_result(report: ImportReport, public: Mapping[int, bool] | None = None) -> dict[str, Any]:
    """Return what is kept of a report.

    `public` are the lines that say 「公開」, and whether that wants care first; with it the result tells which rows would
    make public what wants care, and which would open what people here closed.
    """
    alike: list[int] = []
    care: list[Item] = []
    opens: list[Item] = []
    noted = 0
    for place, item in enumerate(report.items):
        if item.alike:
            alike.append(place)
        noted += item.verdict is not Verdict.REFUSED and bool(item.reasons)
        if public and item.line in public:
            does_open = any(label == _DISCLOSURE for label, _, _ in item.changes)
            if public[item.line] and (item.verdict is Verdict.ADDED or does_open):
                care.append(item)
            elif does_open:
                opens.append(item)
    return {
        "counts": report.counts() | {"alike": len(alike)},
        "is_written": report.is_written,
        "batch": report.batch,
        "placed": report.placed,
        "noted": noted,
        "rows": report.items.to_json(),
        "alike": alike,
        "care": _named(care),
        "opens": _named(opens),
    }


def rows_of(result: Mapping[str, Any]) -> Items:
    """Return the rows of a result. Earlier versions kept them otherwise: line, verdict, name and reasons of each."""
    kept = result.get("rows")
    if isinstance(kept, Mapping):
        return Items.from_json(kept)
    items = Items()
    for each in result.get("items", ()):
        reasons = tuple(each.get("reasons", ()))
        items.append(Item(each["line"], Verdict(each["verdict"]), reasons, each.get("name", "")))
    return items


def is_of_today(result: Mapping[str, Any]) -> bool:
    """Tell whether a preview was kept as this version keeps it: an earlier one cannot be decided on any more."""
    return isinstance(result.get("rows"), Mapping) and "headers_digest" in result


def rows_alike(result: Mapping[str, Any]) -> list[Item]:
    """Return the rows of a result that look like something that is there."""
    items = rows_of(result)
    return [items[place] for place in result.get("alike", ())]


def _named(items: Sequence[Item]) -> dict[str, Any]:
    return {"count": len(items), "rows": [[item.line, item.name] for item in items[:TOLD_MOST]]}
