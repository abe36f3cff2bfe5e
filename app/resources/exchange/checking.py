"""From a table to checked rows: typed values, or the reasons why a row cannot be taken.

Three things may become of a cell. *Understood*: it is a value. *Silent* (empty, 「-」, 「不明」): the value is not known, and
what the catalogue knows already stays. *Not understood*: the value is not known, the cell is kept as written in a note,
and the row carries a warning. A row is refused only where taking it would store something wrong: no name, no kind, a
point outside Japan, a code that cannot be, cells that have slipped.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from app.geo.municipality import parse_municipality_code
from app.resources.exchange import identity, reading
from app.resources.exchange.buildings import names_with_two_buildings
from app.resources.exchange.cells import Cells, Value, is_silent, unshielded
from app.resources.exchange.columns import KNOWN_HEADERS, TRAITS, Column, column_of, trait_of
from app.resources.exchange.days_and_hours import read_schedule
from app.resources.exchange.firsts import Firsts
from app.resources.exchange.hsds.reading import is_json, read_services
from app.resources.exchange.profiles import NAMELESS, likely_profile, profile_named
from app.resources.vocabulary import Disclosure, KindGroup, group_of_kind
from app.text.normalise import normalise_name, normalise_text
from app.text.tables import Line, Source, Table, TableRefused, header_key
from app.text.tables import read_table as read_any_table

_NAME_MOST, _KIND_MOST, _ID_MOST = 160, 60, 60

_COLUMN_NAMED: Final = {column.value: column for column in Column}
# What says where something is and when, but not what it is: a row that has nothing else is a line of a form.
_SAYS_NOTHING_ALONE: Final = {Column.SERIAL, Column.MUNICIPALITY, Column.MUNICIPALITY_NAME}


@dataclass(frozen=True)
class Options:
    """What whoever imports says about the file. `municipality` is a 団体コード, `profile` the code of a profile.

    `columns` says what a header means, over what we know of it: header as written → value of `Column`, or the name of a
    trait, or "" for a column that is not read. `same_as` says of a line of which resource (its id) the row is one more
    edition. `skipped` are lines that are left out.
    """

    kind: str | None = None
    profile: str | None = None
    municipality: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    same_as: Mapping[int, int] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return the options for keeping with a job."""
        return {
            "kind": self.kind,
            "profile": self.profile,
            "municipality": self.municipality,
            "columns": dict(self.columns),
            "same_as": {str(line): resource_id for line, resource_id in self.same_as.items()},
            "skipped": sorted(self.skipped),
        }

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> Options:
        """Return options that were kept."""
        return cls(
            words.get("kind"),
            words.get("profile"),
            words.get("municipality"),
            dict(words.get("columns") or {}),
            {int(line): int(resource_id) for line, resource_id in (words.get("same_as") or {}).items()},
            frozenset(map(int, words.get("skipped") or ())),
        )


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row, ready for the catalogue or refused.

    `values` holds what the file says, under the names of `models.Resource`, with the label of the kind as "kind", the
    point as (longitude, latitude) and the name of the town as "town". `defaults` is for a new resource only. `same_as`
    is the id of the resource that somebody says the row is; a row that `is_skipped` is left out.
    """

    line: int
    name: str
    kind: str
    identity: str
    is_refuge: bool
    values: Mapping[str, Value]
    defaults: Mapping[str, Value]
    digest: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    same_as: int | None = None
    is_skipped: bool = False


@dataclass(frozen=True)
class CheckedRows:
    """The checked rows of a table, asked for as often as one likes: they are read anew and never held all at once."""

    table: Table
    options: Options

    def __iter__(self) -> Iterator[CheckedRow]:
        """Yield the rows one by one; raise `TableRefused` when the file as a whole cannot be taken."""
        return iterate_rows(self.table, self.options)


@dataclass
class _Context:
    kind: str | None
    municipality: str | None
    is_published: bool
    source: str
    # Of each column its meaning, the name of a trait, or None when it is not read.
    columns: Sequence[Column | str | None]
    needs_building: frozenset[tuple[str, str]]
    same_as: Mapping[int, int]
    skipped: frozenset[int]
    remarks_of: Callable[[Line], Iterable[str]]
    # Of each identity the line on which it stands first.
    lines: Firsts = field(default_factory=Firsts)


def open_table(data: Source, name: str, *, columns: Mapping[str, str] | None = None) -> Table:
    """Read a file whose columns may still want a meaning; raise `TableRefused` when it is no table."""
    if is_json(data):
        return read_services(data, name)
    return read_any_table(data, name, headers=(*KNOWN_HEADERS, *(columns or {})))


def read_table(data: Source, name: str, *, columns: Mapping[str, str] | None = None) -> Table:
    """Read a file of resources; raise `TableRefused` with a Japanese message when it is none.

    `columns` are those of `Options`: they may name the column of the names where the file calls it otherwise.
    """
    table = open_table(data, name, columns=columns)
    if Column.NAME not in _columns_of(table, columns or {}):
        raise TableRefused(NAMELESS, table.header_line)
    return table


def meaning_of(header: str, columns: Mapping[str, str]) -> Column | str | None:
    """Return the column, or the name of the trait, that a header means; None for one that is not read.

    What `columns` says of a header counts before what we know of it; a word that is neither is as if unsaid. Only the
    column that says which places are secret is always read as that one.
    """
    if column_of(header) is Column.IS_REFUGE:
        return Column.IS_REFUGE
    said = columns.get(header)
    if said is None:
        key = header_key(header)
        said = next((word for known, word in columns.items() if key and header_key(known) == key), None)
    if said is not None:
        if not said:
            return None
        if said in _COLUMN_NAMED:
            return _COLUMN_NAMED[said]
        if said in TRAITS:
            return said
    return column_of(header) or trait_of(header)


def _columns_of(table: Table, columns: Mapping[str, str]) -> list[Column | str | None]:
    return [meaning_of(header, columns) for header in table.headers]


def check_options(table: Table, options: Options) -> Options:
    """Return the options tidied; raise `TableRefused` when the file cannot be taken with them."""
    profile = profile_named(options.profile) if options.profile else likely_profile(table)
    kind = normalise_text(options.kind or "") or (profile.kind if profile else None)
    if kind is None and Column.KIND not in _columns_of(table, options.columns):
        raise TableRefused(
            "「種別」の列がなく、種別の指定もありません。列を足すか、取り込むときに種別（例：通いの場）を指定してください。",
            table.header_line,
        )
    if kind is not None and len(kind) > _KIND_MOST:
        raise TableRefused(f"種別は{_KIND_MOST}文字までで指定してください。")
    municipality = None
    if options.municipality:
        try:
            municipality = parse_municipality_code(options.municipality).digits
        except ValueError as problem:
            raise TableRefused(str(problem)) from None
    return replace(options, kind=kind, municipality=municipality)


def check_rows(table: Table, options: Options | None = None) -> list[CheckedRow]:
    """Check every row of a table; raise `TableRefused` when the file as a whole cannot be taken."""
    return list(iterate_rows(table, options or Options()))


def iterate_rows(table: Table, options: Options) -> Iterator[CheckedRow]:
    """Yield the checked rows one by one, so that a long file needs no list of them."""
    options = check_options(table, options)
    profile = profile_named(options.profile) if options.profile else None
    columns = _columns_of(table, options.columns)
    context = _Context(
        kind=options.kind,
        municipality=options.municipality,
        is_published=bool(profile and profile.is_published),
        source=profile.source if profile and profile.source else f"取り込んだファイル「{table.name}」"[:200],
        columns=columns,
        same_as=options.same_as,
        skipped=options.skipped,
        remarks_of=table.remarks_of,
        needs_building=names_with_two_buildings(table, columns),
    )
    for line in table.lines():
        row = _check_line(line, context)
        if row is not None:
            yield row


def _cells_of(line: Line, context: _Context) -> Cells:
    by_column: dict[Column, list[str]] = defaultdict(list)
    traits: dict[str, str] = {}
    for cell, column in zip(map(unshielded, line.cells), context.columns, strict=False):
        if column is None or is_silent(cell):
            continue
        if isinstance(column, Column):
            by_column[column].append(cell)
        else:
            traits[column] = cell
    cells = Cells(by_column, traits)
    for trait, cell in traits.items():
        traits[trait] = cells.spell(cell)[:200]
    return cells


def _check_line(line: Line, context: _Context) -> CheckedRow | None:
    cells = _cells_of(line, context)
    if not cells.traits and _SAYS_NOTHING_ALONE.issuperset(cells.by_column):
        return None
    if any(cell.strip() for cell in line.cells[len(context.columns) :]):
        cells.reasons.append(
            '列の数が見出しより多く、値が隣の列にずれているおそれがあります。カンマを含む値は「"」で囲んでください。'
        )
    name, kind = _name_and_kind(cells, context)
    municipality = _municipality(cells, context)
    reading.read_texts(cells)
    reading.read_place(cells)
    read_schedule(cells)
    reading.read_people(cells)
    reading.read_standing(cells)
    is_refuge = bool(cells.values.get("is_refuge")) or group_of_kind(kind) is KindGroup.REFUGE
    if is_refuge:
        cells.values["is_refuge"] = True
        cells.values["disclosure"] = Disclosure.CLOSED.value
    if cells.traits:
        cells.values["traits"] = dict(cells.traits)
    found = _identity(cells, kind, name, municipality, context)
    if cells.memos:
        written = cells.values.get("check_note")
        cells.values["check_note"] = "\n".join([*([str(written)] if written else []), *cells.memos])
    cells.warnings.extend(context.remarks_of(line))
    is_skipped = line.number in context.skipped
    if not cells.reasons and not is_skipped:
        first = context.lines.first(cells.one(Column.HANDLE) or found, line.number)
        if first != line.number:
            cells.reasons.append(_is_twin(first, cells))
    return CheckedRow(
        line=line.number,
        name=name,
        kind=kind,
        identity=identity.REFUGE + found if is_refuge else found,
        is_refuge=is_refuge,
        values=cells.values,
        defaults=_defaults(context, is_refuge=is_refuge),
        digest=_digest(cells.values),
        reasons=tuple(cells.reasons),
        warnings=tuple(cells.warnings),
        same_as=context.same_as.get(line.number),
        is_skipped=is_skipped,
    )


def _name_and_kind(cells: Cells, context: _Context) -> tuple[str, str]:
    name = cells.words(Column.NAME)
    if not normalise_name(name):
        cells.refuse(Column.NAME, "名前がありません。この場の名前を書いてください。")
    elif len(name) > _NAME_MOST:
        cells.refuse(
            Column.NAME,
            f"{_NAME_MOST}文字より長くなっています。短くし、残りは「説明」の列に書いてください。",
        )
    kind = cells.words(Column.KIND) or context.kind or ""
    if not kind:
        cells.refuse(
            Column.KIND,
            "種別が空です。「通いの場」「相談」などを書くか、取り込むときに種別を指定してください。",
        )
    elif len(kind) > _KIND_MOST:
        cells.refuse(Column.KIND, f"{_KIND_MOST}文字より長くなっています。短い種別を書いてください。")
    cells.values |= {"name": name, "kind": kind}
    return name, kind


def _municipality(cells: Cells, context: _Context) -> str:
    written = cells.words(Column.MUNICIPALITY)
    code = context.municipality or ""
    if written:
        try:
            code = parse_municipality_code(written).digits
        except ValueError as problem:
            cells.refuse(Column.MUNICIPALITY, str(problem))
    if code:
        cells.values["municipality_code"] = code
    return code


def _identity(cells: Cells, kind: str, name: str, municipality: str, context: _Context) -> str:
    published = cells.words(Column.PUBLISHED_ID)
    number = cells.words(Column.ESTABLISHMENT)
    for column, text in ((Column.PUBLISHED_ID, published), (Column.ESTABLISHMENT, number)):
        if identity.is_broken_by_excel(text) or len(text) > _ID_MOST:
            cells.keep_unread(
                column,
                text,
                "表計算ソフトで桁が失われているか、長すぎます。この番号は使わず、名称と住所で見分けます。",
            )
    if published and not identity.is_broken_by_excel(published) and len(published) <= _ID_MOST:
        cells.values["published_id"] = published
        return identity.by_published_id(municipality, published)
    if number and not identity.is_broken_by_excel(number) and len(number) <= _ID_MOST:
        cells.values["published_id"] = number
        return identity.by_establishment(municipality, kind, number)
    place = reading.place_of(cells)
    return identity.by_name(
        kind,
        name,
        place,
        reading.first_day_of(cells),
        with_building=(normalise_name(name), place.ground) in context.needs_building,
    )


def _is_twin(first: int, cells: Cells) -> str:
    sameness = "ID" if "published_id" in cells.values else "種別・名称・場所"
    return f"{first}行目と同じ資源です（{sameness}が同じ）。どちらかの行を消すか、違いが分かるように書いてください。"


def _defaults(context: _Context, *, is_refuge: bool) -> dict[str, Value]:
    """What a new resource starts with where the file is silent; see `profiles` for why it is not public."""
    shown = context.is_published and not is_refuge
    return {
        "disclosure": (
            Disclosure.CLOSED if is_refuge else Disclosure.PUBLIC if shown else Disclosure.PARTNERS
        ).value,
        "contact_is_public": shown,
        "source": context.source,
    }


def _digest(values: Mapping[str, Value]) -> str:
    """Return the fingerprint of what the file says, the same whatever the order of rows and columns."""

    def spelled(value: object) -> str:
        assert isinstance(value, date)
        return value.isoformat()

    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=spelled)
    return hashlib.sha256(text.encode()).hexdigest()
