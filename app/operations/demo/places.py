"""The ground and the catalogue of the demo town, through the importers that a town uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.exchange.checking import check_areas
from app.areas.service import import_areas
from app.operations.demo.files import TownFiles
from app.operations.demo.steps import Step
from app.resources.exchange.checking import check_rows, read_table
from app.resources.service.importing import import_resources


class DemoFileRefused(Exception):
    """A row of the demo town was refused: a mistake of the generator or of the importer, never of a person."""


def seed_ground(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> Iterator[Step]:
    """Put in districts and towns with outlines, then who lives there."""
    names = ("areas.geojson", "population.csv")
    for done, name in enumerate(names, start=1):
        content = files.moved_file(name) if name.endswith(".csv") else (files.folder / name).read_bytes()
        rows = check_areas(content, name, municipality=files.municipality_code)
        report = import_areas(session, rows=rows, by=by, at=at)
        _raise_refused(name, [reasons for _, verdict, reasons in report.items if verdict == "refused"])
        yield Step("町と圏域", done, len(names))


def seed_catalogue(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> Iterator[Step]:
    """Put in the resources."""
    rows = check_rows(read_table(files.moved_file("resources.csv"), "resources.csv"))
    report = import_resources(session, rows=rows, by=by, at=at)
    _raise_refused(
        "resources.csv", [item.reasons for item in report.items if item.verdict.value == "refused"]
    )
    yield Step("社会資源", len(rows), len(rows))


def _raise_refused(name: str, refused: list[tuple[str, ...]]) -> None:
    if refused:
        raise DemoFileRefused(f"{name}: {len(refused)} rows, first: {' '.join(refused[0])}")
