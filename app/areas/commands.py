"""`tsunagi areas`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.accounts.vocabulary import Actor
from app.areas import queries, service
from app.areas.exchange.checking import check_areas
from app.areas.exchange.town_points import check_town_points
from app.clock import now
from app.db.installed import installed
from app.geo.municipality import parse_municipality_code
from app.text.normalise import normalise_text
from app.text.tables import TableRefused

# As long as the columns of a town point, and short enough to stand behind 「町名一覧」 as the source of a pin.
_NAME_MOST, _SOURCE_MOST = 40, 80


@click.group("areas")
def areas() -> None:
    """Towns and districts."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", metavar="CODE", help="団体コード for a file that names none.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def import_file(file: Path, municipality: str | None, as_json: bool) -> None:
    """Take towns in from FILE: population by age and sex (CSV or XLSX) or outlines (GeoJSON)."""
    try:
        rows = check_areas(file, file.name, municipality=municipality)
    except TableRefused as refusal:
        raise click.ClickException(f"{file.name}: {refusal.message}") from refusal
    by = Actor.system("importing areas")
    with installed() as database, database.writing(by.scope) as session:
        report = service.import_areas(session, rows=rows, by=by, at=now())
    _show(report, as_json=as_json)


@areas.command("import-points")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", metavar="CODE", required=True, help="団体コード of the towns in FILE.")
@click.option("--name", metavar="NAME", help="The municipality as addresses name it (高松市).")
@click.option("--source", metavar="WORDS", help="Whom to credit (出典), shown with every point.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def import_points(file: Path, municipality: str, name: str | None, source: str | None, as_json: bool) -> None:
    """Take a list of towns and their points in from FILE (JSON or CSV), so that addresses are found offline.

    The name of the municipality has to be said once; a further edition of the list needs the code alone.
    """
    by = Actor.system("importing town points")
    try:
        code = parse_municipality_code(municipality).digits
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    with installed() as database, database.writing(by.scope) as session:
        known = queries.list_town_points(session, code, scope=by.scope)
        name = normalise_text(name or "") or (known[0].municipality if known else "")
        if not name:
            raise click.ClickException(
                "市区町村の名前がわかりません。「--name 高松市」のように、住所に書く名前を指定してください。"
            )
        if len(name) > _NAME_MOST:
            raise click.ClickException(f"市区町村の名前は{_NAME_MOST}文字までで指定してください。")
        outlines = queries.list_town_outlines(session, code, scope=by.scope)
        try:
            checked = check_town_points(file.read_bytes(), file.name, outlines=outlines)
        except TableRefused as refusal:
            raise click.ClickException(f"{file.name}: {refusal.message}") from refusal
        report = service.import_town_points(
            session,
            rows=checked.rows,
            municipality_code=code,
            municipality=name,
            source=normalise_text(source or "")[:_SOURCE_MOST] or None,
            by=by,
            at=now(),
        )
    _show(report, as_json=as_json, unit=checked.unit)


def _show(report: service.AreaReport, *, as_json: bool, unit: str = "行目") -> None:
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
            click.echo(f"  {line}{unit}：{reason}", err=True)


COMMANDS = (areas,)
