"""`tsunagi resources`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.installed import installed
from app.resources.exchange.checking import CheckedRows, Options, check_options, read_table
from app.resources.exchange.profiles import CODES
from app.resources.exchange.report import ImportReport
from app.resources.service.importing import ImportMode, import_resources
from app.resources.service.placing import place_by_towns
from app.resources.vocabulary import Verdict
from app.text.tables import TableRefused


@click.group("resources")
def resources() -> None:
    """The catalogue of social resources."""


@resources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", help="Kind (種別) for rows that name none.")
@click.option("--profile", type=click.Choice(CODES), help="The published layout; its rows start as public.")
@click.option("--municipality", metavar="CODE", help="団体コード for rows that name none.")
@click.option("--all-or-nothing", is_flag=True, help="Write nothing when a single row is refused.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def import_file(
    file: Path,
    kind: str | None,
    profile: str | None,
    municipality: str | None,
    all_or_nothing: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take resources in from FILE (XLSX, or CSV or TSV in UTF-8, Shift_JIS or UTF-16)."""
    options = Options(kind=kind, profile=profile, municipality=municipality)
    by = Actor.system("importing resources")
    try:
        table = read_table(file, file.name)
        check_options(table, options)
        with installed() as database:
            # A trial reads only, so that it waits for nobody and nobody waits for it.
            opened = database.reading(by.scope) if dry_run else database.writing(by.scope)
            with opened as session:
                report = import_resources(
                    session,
                    rows=CheckedRows(table, options),
                    mode=_mode(all_or_nothing=all_or_nothing, dry_run=dry_run),
                    by=by,
                    at=now(),
                )
    except TableRefused as refusal:
        raise click.ClickException(f"{file.name}: {refusal.message}") from refusal
    for note in table.notes:
        click.echo(f"  {note}", err=True)
    _show(report, as_json=as_json)
    if all_or_nothing and report.count(Verdict.REFUSED):
        click.echo("受け取れない行があるため、何も取り込みませんでした。", err=True)
        sys.exit(1)


@resources.command("place-by-town")
def place_by_town() -> None:
    """Give entries that have an address and no point the point of their town (see `tsunagi areas import-points`)."""
    by = Actor.system("placing by town")
    with installed() as database, database.writing(by.scope) as session:
        placed = place_by_towns(session, by=by, at=now())
    click.echo(f"{placed}件に、町名からおよその場所（約）の印を置きました。")


def _mode(*, all_or_nothing: bool, dry_run: bool) -> ImportMode:
    if dry_run:
        return ImportMode.DRY_RUN
    return ImportMode.ALL_OR_NOTHING if all_or_nothing else ImportMode.NORMAL


def _show(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        for text in report.write_json():
            click.echo(text, nl=False)
        return
    counts = report.counts()
    told = "、".join(
        f"{verdict.label} {counts[verdict.value]}" for verdict in Verdict if verdict.value in counts
    )
    click.echo(f"{counts['rows']}件：{told}{'' if report.is_written else '（何も書いていません）'}")
    if report.placed:
        click.echo(f"  うち{report.placed}件は、住所の町名から、およその場所（約）に印を置きます。")
    for item in report.items:
        for reason in item.reasons:
            click.echo(f"  {item.line}行目［{item.verdict.label}］{reason}", err=True)


COMMANDS = (resources,)
