# ruff: noqa: N999  # `make bench BENCH=import`: it is asked for by the name of its file, and imported by importlib.
"""How fast a long file comes in, and that it takes no more memory than a short one.

Two ratios, each with its baseline in the same run:

* **speed** – rows a second of the import against row-by-row ORM inserts: the same checked rows, each looked up by its
  identity, added with the same columns and its line of the history, and committed before the next one, which is what a
  loop over a file does that wants to lose nothing. That loop is far too slow for the whole file, so it is timed on
  `BASELINE_ROWS` of them, into a catalogue of its own, and its rows a second stand for all. `flushed` is the same loop
  with a flush in place of the commit, for comparison.
* **memory** – the peak of the resident memory of a process that does the work on 100,000 rows against one that does it
  on 10,000: preview and import, by the command's way (from a file) and by the job's (from a blob in the database).

The rows are made up from a seed, with the dirt of real files: wide digits, dashes for nothing, words among numbers,
several hours in a cell, rows that come twice, rows without a name, swapped coordinates.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from app.accounts.service import mark_installation
from app.accounts.vocabulary import Actor
from app.clock import now
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.jobs.service.queueing import queue_job
from app.jobs.service.working import Worker
from app.resources.exchange.checking import CheckedRow, CheckedRows, Options, iterate_rows, read_table
from app.resources.models import Change, Resource, ResourceKind
from app.resources.models.derived import refresh_derived
from app.resources.models.rows import set_value
from app.resources.queries.imports import find_known
from app.resources.service import import_jobs
from app.resources.service.importing import ImportMode, import_resources
from app.resources.vocabulary import (
    ChangeCause,
    ChangeState,
    ChangeSubject,
    Disclosure,
    ResourceState,
    group_of_kind,
)

SHORT, LONG = 10_000, 100_000
BASELINE_ROWS = 1_000
FASTER = 10.0
MOST_MEMORY = 1.3
SEED = 20261121

_BY = Actor.system("a benchmark")
_HEADERS = (
    "ID", "団体コード", "種別", "名称", "名称_カナ", "住所", "方書", "緯度", "経度", "電話番号", "定員", "曜日", "開始時間", "終了時間",
    "費用", "対象者", "説明", "URL", "備考",
)  # fmt: skip
_KINDS = ("通いの場", "居場所", "相談", "ボランティア", "学び", "食の支援", "公共施設", "子育て施設")
_TOWNS = (
    "塩上町",
    "瓦町一丁目",
    "屋島西町",
    "香西南町",
    "仏生山町甲",
    "川部町",
    "牟礼町牟礼",
    "国分寺町新居",
    "番町4丁目",
)
_WORDS = (
    "体操",
    "手芸",
    "将棋",
    "園芸",
    "茶話会",
    "こども食堂",
    "学習会",
    "カフェ",
    "囲碁",
    "合唱",
    "写真",
    "散歩",
)
_DAYS = ("月", "火水", "第1・3月曜日", "毎週水曜日", "月〜金", "不定期", "-", "", "土日祝")
_HOURS = (
    ("9:00", "17:00"),
    ("９：００", "１２：００"),
    ("10:00:00", "15:30:00"),
    ("終日", ""),
    ("", ""),
    ("13時半", "16時"),
)


def make_rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a made-up file, dirty as real ones are, the same at each run."""
    rng = random.Random(SEED)
    for number in range(1, count + 1):
        kind, town = rng.choice(_KINDS), rng.choice(_TOWNS)
        name = f"{rng.choice(_WORDS)}と{rng.choice(_WORDS)}の会 {number}号"
        lat, lon = f"{34.2 + rng.random() / 5:.6f}", f"{133.9 + rng.random() / 5:.6f}"
        opens, closes = rng.choice(_HOURS)
        dirt = rng.random()
        if dirt < 0.002:
            name = ""
        elif dirt < 0.004:
            lat, lon = lon, lat
        elif dirt < 0.02:
            lat = lon = ""
        same = rng.randrange(1, number + 1) if dirt > 0.998 else number
        yield (
            f"B-{same:06}" if dirt > 0.3 else "",
            "372013",
            kind,
            name,
            "カイ" if dirt < 0.5 else "",
            f"高松市{town}{rng.randrange(1, 2000)}-{rng.randrange(1, 30)}",
            "　瓦町ＦＬＡＧ８階" if dirt < 0.05 else "",
            lat,
            lon,
            f"087-{rng.randrange(800, 900)}-{rng.randrange(10_000):04}",
            rng.choice(("20", "３０名", "-", "", "大人10人 子ども5人", "なし")),
            rng.choice(_DAYS),
            opens,
            closes,
            rng.choice(("無料", "100円", "", "一般300円、高校生以下無料")),
            rng.choice(("どなたでも", "65歳以上", "", "乳幼児と保護者")),
            f"{rng.choice(_WORDS)}をします。\n見学もできます。" if dirt < 0.6 else "",
            "https://example.jp/" if dirt < 0.2 else "",
            "",
        )  # fmt: skip


def write_file(path: Path, count: int) -> None:
    """Write the file that is taken in."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADERS)
        writer.writerows(make_rows(count))


def open_database(path: Path) -> Database:
    """Open, and where needed make, an embedded database with the tables of the product."""
    is_new = not path.exists()
    database = Database(make_url(f"sqlite:///{path}"), Keyring(bytes(range(32))))
    if is_new:
        migrations.upgrade(database.engine)
        with database.writing() as session:
            mark_installation(session, is_demo=False, by=_BY, at=now())
    return database


def do(work: str, file: Path, store: Path) -> dict[str, Any]:
    """Do one kind of work in this process and return its seconds, rows and peak of memory."""
    database = open_database(store)
    began = time.perf_counter()
    counts = _WORK[work](database, file)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    database.dispose()
    return {"seconds": round(seconds, 2), "peak_mb": round(peak, 1), "counts": counts}


def _by_command(database: Database, file: Path, mode: ImportMode) -> dict[str, int]:
    table = read_table(file, file.name)
    opened = database.reading if mode is ImportMode.DRY_RUN else database.writing
    with opened(_BY.scope) as session:
        report = import_resources(session, rows=CheckedRows(table, Options()), mode=mode, by=_BY, at=now())
    return report.counts()


def _by_job(database: Database, file: Path, kind: str) -> dict[str, int]:
    with database.writing(_BY.scope) as session:
        job = queue_job(
            session,
            kind=kind,
            label=file.name,
            file=file.read_bytes(),
            options={**Options().to_json(), "all_or_nothing": False, "way": "guessed"},
            by=_BY,
            at=now(),
        )
    Worker(database, import_jobs.HANDLERS).run_all()
    with database.reading(_BY.scope) as session:
        done = session.get(type(job), job.id)
        assert done is not None
        assert done.result is not None, done.message
        counts: dict[str, int] = done.result["counts"]
    return counts


def _row_by_row(database: Database, file: Path, *, commits: bool) -> dict[str, int]:
    """Insert row by row: look up, add, note, and commit (or flush) before the next."""
    added = 0
    kinds: dict[str, ResourceKind] = {}
    with database.open(write=True, scope=_BY.scope) as session:
        for row in iterate_rows(read_table(file, file.name), Options()):
            if row.reasons or find_known(session, [row.identity], scope=_BY.scope):
                continue
            if row.kind not in kinds:
                kind = ResourceKind(
                    label=row.kind, group=group_of_kind(row.kind), is_reviewed=False, position=len(kinds)
                )
                session.add(kind)
                session.flush()
                kinds[row.kind] = kind
            place = _resource_of(row, kinds[row.kind])
            refresh_derived(session, place, {"kind_id", *row.values}, at=now())
            session.add(place)
            session.flush()
            session.add(_change_of(place))
            session.flush()
            if commits:
                session.commit()
            added += 1
            if added == BASELINE_ROWS:
                break
        session.commit()
    return {"added": added}


def _resource_of(row: CheckedRow, kind: ResourceKind) -> Resource:
    place = Resource(
        identity=row.identity,
        content_digest=row.digest,
        is_refuge=False,
        is_light=False,
        state=ResourceState.ACTIVE,
        point_precision=PositionPrecision.UNKNOWN,
        traits={},
        municipality_code="",
        disclosure=Disclosure.PARTNERS,
        contact_is_public=False,
        kind_id=kind.id,
        created_at=now(),
        updated_at=now(),
    )
    for name, value in row.values.items():
        if name not in ("kind", "town", "traits"):
            set_value(place, name, value)
    return place


def _change_of(place: Resource) -> Change:
    return Change(
        batch="bench",
        cause=ChangeCause.IMPORT,
        state=ChangeState.APPLIED,
        subject=ChangeSubject.RESOURCE,
        subject_id=place.id,
        is_refuge=False,
        field="",
        before=None,
        after={"name": place.name},
        made_at=now(),
    )


_WORK = {
    "preview": lambda database, file: _by_command(database, file, ImportMode.DRY_RUN),
    "import": lambda database, file: _by_command(database, file, ImportMode.NORMAL),
    "again": lambda database, file: _by_command(database, file, ImportMode.NORMAL),
    "preview_job": lambda database, file: _by_job(database, file, import_jobs.PREVIEW),
    "import_job": lambda database, file: _by_job(database, file, import_jobs.IMPORT),
    "committed": lambda database, file: _row_by_row(database, file, commits=True),
    "flushed": lambda database, file: _row_by_row(database, file, commits=False),
}


def _in_a_child(work: str, file: Path, store: Path) -> dict[str, Any]:
    """Do the work in a process of its own, whose peak of memory is that of this work alone."""
    program = "import importlib, json, sys; from pathlib import Path; work, *paths = sys.argv[1:]; "
    program += "print(json.dumps(importlib.import_module('bench.import').do(work, *map(Path, paths))))"
    answer = subprocess.run(
        [sys.executable, "-c", program, work, str(file), str(store)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def run(short: int = SHORT, long: int = LONG) -> dict[str, Any]:
    """Return seconds and peak of each work, and the two ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures: dict[str, Any] = {"rows": [short, long]}
        for count in (short, long):
            file = folder / f"{count}.csv"
            write_file(file, count)
            # By the command into one catalogue, by the job into another: each meets it empty first.
            for works in (("preview", "import", "again"), ("preview_job", "import_job")):
                store = folder / f"{count}-{works[0]}.db"
                open_database(store).dispose()
                for work in works:
                    figures.setdefault(work, []).append(_in_a_child(work, file, store))
        for work in ("committed", "flushed"):
            store = folder / f"{work}.db"
            open_database(store).dispose()
            figures[work] = _in_a_child(work, folder / f"{short}.csv", store)
    a_second = figures["import"][1]["counts"]["added"] / figures["import"][1]["seconds"]
    ratios = {
        work: round(a_second * figures[work]["seconds"] / figures[work]["counts"]["added"], 1)
        for work in ("committed", "flushed")
    }
    memory = {
        work: round(figures[work][1]["peak_mb"] / figures[work][0]["peak_mb"], 3)
        for work in ("preview", "import", "again", "preview_job", "import_job")
    }
    holds = ratios["committed"] >= FASTER and max(memory.values()) <= MOST_MEMORY
    return {
        "rows_a_second": round(a_second),
        "faster_than_row_by_row": ratios,
        "memory_of_long_to_short": memory,
        "targets": {"faster": FASTER, "memory": MOST_MEMORY},
        "holds": holds,
        **figures,
    }
