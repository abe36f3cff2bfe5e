"""`tsunagi areas`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.accounts.vocabulary import Actor
from app.areas import service
from app.areas.exchange.checking import check_areas
from app.clock import now
from app.db.installed import installed
from app.text.tables import TableRefused


@click.group("areas")
def areas() -> None:
    """Towns and districts."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", metavar="CODE", help="団体コード for a file that names none.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def import_file(file: Path, municipality: str | None, as_json: bool) -> None:
    """Take towns in from FILE: population by age and sex (CSV) or outlines (GeoJSON)."""
    try:
        rows = check_areas(file.read_bytes(), file.name, municipality=municipality)
    except TableRefused as refusal:
        raise click.ClickException(f"{file.name}: {refusal.message}") from refusal
    by = Actor.system("importing areas")
    with installed() as database, database.writing(by.scope) as session:
        report = service.import_areas(session, rows=rows, by=by, at=now())
    answer = report.to_json()
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(
        f"{answer['rows']}件：新規 {answer['added']}、変更 {answer['changed']}、"
        f"同じ {answer['unchanged']}、受け取れない {answer['refused']}"
    )
    for line, _verdict, reasons in report.items:
        for reason in reasons:
            click.echo(f"  {line}行目：{reason}", err=True)


COMMANDS = (areas,)
