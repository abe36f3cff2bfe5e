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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.geo.municipality import parse_municipality_code
from app.resources.exchange import identity, reading
from app.resources.exchange.cells import Cells, Value, is_silent, tidy
from app.resources.exchange.columns import KNOWN_HEADERS, Column, column_of, trait_of
from app.resources.exchange.days_and_hours import read_schedule
from app.resources.exchange.profiles import NAMELESS, Profile, likely_profile, profile_named
from app.resources.vocabulary import Disclosure, KindGroup, group_of_kind
from app.text.normalise import normalise_name, normalise_text
from app.text.tables import Line, Table, TableRefused
from app.text.tables import read_table as read_any_table

_NAME_MOST, _KIND_MOST, _ID_MOST = 160, 60, 60

# A whole prefecture has some ten thousand places. Twenty megabytes of line ends or of commas alone would keep a
# worker busy for half a minute before anybody could say that they are no table.
_LINE_ENDS_MOST, _LINE_MOST = 1_000_000, 1024 * 1024

# What says where something is and when, but not what it is: a row that has nothing else is a line of a form.
_SAYS_NOTHING_ALONE: Final = {Column.SERIAL, Column.MUNICIPALITY, Column.MUNICIPALITY_NAME}


@dataclass(frozen=True)
class Options:
    """What whoever imports says about the file. `municipality` is a 団体コード, `profile` the code of a profile."""

    kind: str | None = None
    profile: str | None = None
    municipality: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return the options for keeping with a job."""
        return {"kind": self.kind, "profile": self.profile, "municipality": self.municipality}

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> Options:
        """Return options that were kept."""
        return cls(words.get("kind"), words.get("profile"), words.get("municipality"))


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row, ready for the catalogue or refused.

    `values` holds what the file says, under the names of `models.Resource`, with the label of the kind as "kind", the
    point as (longitude, latitude) and the name of the town as "town". `defaults` is for a new resource only.
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


@dataclass(frozen=True)
class Recognised:
    """The columns of a file: header and meaning of each that is read, and the headers that are not."""

    known: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    profile: Profile | None


@dataclass
class _Context:
    kind: str | None
    municipality: str | None
    is_published: bool
    source: str
    columns: list[Column | None]
    traits: list[str | None]
    needs_building: frozenset[tuple[str, str]]
    # Identity → the line on which it stands first.
    lines: dict[str, int] = field(default_factory=dict)


def read_table(data: bytes, name: str) -> Table:
    """Read a file of resources; raise `TableRefused` with a Japanese message when it is none."""
    _refuse_monster(data)
    table = read_any_table(data, name, headers=KNOWN_HEADERS)
    if not any(column_of(header) is Column.NAME for header in table.headers):
        raise TableRefused(NAMELESS, table.header_line)
    return table


def _refuse_monster(data: bytes) -> None:
    if data.count(b"\n") + data.count(b"\r") > _LINE_ENDS_MOST:
        raise TableRefused("行が多すぎます。空の行を消すか、いくつかのファイルに分けてください。")
    if max(map(len, data.replace(b"\r", b"\n").split(b"\n"))) > _LINE_MOST:
        raise TableRefused("一行が長すぎます。表計算ソフトで開き、CSVで保存し直してください。")


def recognise(table: Table) -> Recognised:
    """Say which columns are read and as what."""
    known: list[tuple[str, str]] = []
    unknown: list[str] = []
    for header in table.headers:
        column, shown = column_of(header), normalise_text(header)
        meaning = column.value if column else trait_of(header)
        if meaning:
            known.append((shown or "#", meaning))
        elif shown:
            unknown.append(shown)
    return Recognised(tuple(known), tuple(unknown), likely_profile(table))


def check_options(table: Table, options: Options) -> Options:
    """Return the options tidied; raise `TableRefused` when the file cannot be taken with them."""
    profile = profile_named(options.profile) if options.profile else likely_profile(table)
    kind = normalise_text(options.kind or "") or (profile.kind if profile else None)
    if kind is None and not any(column_of(header) is Column.KIND for header in table.headers):
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
    return Options(kind, options.profile, municipality)


def check_rows(table: Table, options: Options | None = None) -> list[CheckedRow]:
    """Check every row of a table; raise `TableRefused` when the file as a whole cannot be taken."""
    return list(iterate_rows(table, options or Options()))


def iterate_rows(table: Table, options: Options) -> Iterator[CheckedRow]:
    """Yield the checked rows one by one, so that a long file needs no list of them."""
    options = check_options(table, options)
    profile = profile_named(options.profile) if options.profile else None
    context = _Context(
        kind=options.kind,
        municipality=options.municipality,
        is_published=bool(profile and profile.is_published),
        source=profile.source if profile and profile.source else f"取り込んだファイル「{table.name}」"[:200],
        columns=[column_of(header) for header in table.headers],
        traits=[trait_of(header) for header in table.headers],
        needs_building=_names_with_two_buildings(table),
    )
    for line in table.lines():
        row = _check_line(line, context)
        if row is not None:
            yield row


def _cells_of(line: Line, context: _Context) -> Cells:
    by_column: dict[Column, list[str]] = defaultdict(list)
    traits: dict[str, str] = {}
    for cell, column, trait in zip(line.cells, context.columns, context.traits, strict=False):
        if column is not None:
            if not is_silent(cell):
                by_column[column].append(cell)
        elif trait is not None and not is_silent(cell):
            traits[trait] = tidy(cell)[:200]
    return Cells(by_column, traits)


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
    if not cells.reasons and (first := context.lines.setdefault(found, line.number)) != line.number:
        cells.reasons.append(
            f"{first}行目と同じ資源です（{_sameness(cells)}が同じ）。どちらかの行を消すか、違いが分かるように書いてください。"
        )
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


def _sameness(cells: Cells) -> str:
    return "ID" if "published_id" in cells.values else "種別・名称・場所"


def _names_with_two_buildings(table: Table) -> frozenset[tuple[str, str]]:
    """Find the names that stand at one address in two buildings: there the building tells them apart.

    Found over the whole file before anything is taken, so that the order of the rows does not matter. Only names
    that come twice are looked at closely, which keeps a long file quick.
    """
    columns = [column_of(header) for header in table.headers]
    wanted = {Column.NAME, Column.PUBLISHED_ID, *reading.PLACE_COLUMNS}
    seen: dict[str, list[Cells]] = defaultdict(list)
    for line in table.lines():
        by_column: dict[Column, list[str]] = defaultdict(list)
        for cell, column in zip(line.cells, columns, strict=False):
            if column in wanted and column is not None and not is_silent(cell):
                by_column[column].append(cell)
        cells = Cells(by_column, {})
        if Column.PUBLISHED_ID in by_column:
            continue
        name = normalise_name(cells.one(Column.NAME))
        if name:
            seen[name].append(cells)
    found: set[tuple[str, str]] = set()
    for name, rows in seen.items():
        if len(rows) < 2:
            continue
        buildings: dict[str, set[str]] = defaultdict(set)
        for cells in rows:
            place = reading.place_of(cells)
            buildings[place.ground].add(place.building)
        found |= {(name, ground) for ground, names in buildings.items() if ground and len(names) > 1}
    return frozenset(found)


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
