"""The ground and the catalogue of the demo town, through the importers that a town uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.exchange.checking import check_areas
from app.areas.exchange.town_points import check_town_points
from app.areas.queries import get_district_ids
from app.areas.service import AreaReport, import_areas, import_town_points
from app.operations.demo.files import TownFiles
from app.operations.demo.steps import Step
from app.resources.exchange.checking import check_rows, read_table
from app.resources.queries.catalogue import list_kinds
from app.resources.queries.editing import list_resources_with_served_area
from app.resources.service.importing import import_resources
from app.resources.service.kinds import KindValues, change_kind
from app.resources.service.served_areas import Served, name_served_areas
from app.resources.vocabulary import Coverage

_TOWN_POINTS = "town_points.csv"
_EVERY_YEAR = ("通いの場", "居場所", "学び", "相談")


class DemoFileRefused(Exception):
    """A row of the demo town was refused: a mistake of the generator or of the importer, never of a person."""


def seed_ground(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> Iterator[Step]:
    """Put in districts and towns with outlines, then who lives there, then the list by which addresses are found."""
    names = ("areas.geojson", "population.csv", _TOWN_POINTS)
    for done, name in enumerate(names, start=1):
        content = files.moved_file(name) if name.endswith(".csv") else (files.folder / name).read_bytes()
        report = _take_in(session, files, name, content, by=by, at=at)
        _raise_refused(name, [reasons for _, verdict, reasons in report.items if verdict == "refused"])
        yield Step("町と圏域", done, len(names))


def _take_in(
    session: Session, files: TownFiles, name: str, content: bytes, *, by: Actor, at: datetime
) -> AreaReport:
    code = files.municipality_code
    if name != _TOWN_POINTS:
        return import_areas(session, rows=check_areas(content, name, municipality=code), by=by, at=at)
    return import_town_points(
        session,
        rows=check_town_points(content, name).rows,
        municipality_code=code,
        municipality=files.municipality,
        source=f"{files.municipality}・架空",
        by=by,
        at=at,
    )


def seed_catalogue(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> Iterator[Step]:
    """Put in the resources."""
    rows = check_rows(read_table(files.moved_file("resources.csv"), "resources.csv"))
    report = import_resources(session, rows=rows, by=by, at=at)
    _raise_refused(
        "resources.csv", [item.reasons for item in report.items if item.verdict.value == "refused"]
    )
    _name_served_areas(session, files, by=by, at=at)
    _set_rhythm(session, by, at)
    yield Step("社会資源", len(rows), len(rows))


def _set_rhythm(session: Session, by: Actor, at: datetime) -> None:
    """Let the places that change most want to be confirmed every year, as the town has agreed with its workers."""
    for kind in list_kinds(session, scope=by.scope):
        if kind.label in _EVERY_YEAR:
            values = KindValues(kind.label, kind.group, 365, kind.is_reviewed, kind.is_retired)
            change_kind(session, kind_id=kind.id, version=kind.version, values=values, by=by, at=at)


def _name_served_areas(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> None:
    """Put areas where the file has codes of districts (D03), which nobody on a page would understand."""
    names = {row["圏域コード"]: row["圏域"] for row in files.rows("districts.csv")}
    ids = get_district_ids(session, scope=by.scope)
    meanings = {}
    for resource in list_resources_with_served_area(session, scope=by.scope):
        words = resource.served_area or ""
        codes, _, note = words.partition("（")
        districts = [ids[names[code]] for code in codes.split(";") if names.get(code) in ids]
        if districts:
            coverage = Coverage.PART if note.startswith("一部") else Coverage.WHOLE
            meanings[words] = Served(dict.fromkeys(districts, coverage), note.removesuffix("）") or None)
    name_served_areas(session, meanings=meanings, by=by, at=at)


def _raise_refused(name: str, refused: list[tuple[str, ...]]) -> None:
    if refused:
        raise DemoFileRefused(f"{name}: {len(refused)} rows, first: {' '.join(refused[0])}")
