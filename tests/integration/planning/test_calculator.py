"""A planner with every file of every release and a calculator does not get below a range of five."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from random import Random

from app.accounts.vocabulary import Role
from app.clock import TOKYO, frozen
from app.db.database import Database
from app.planning.engine.finest import Cell
from app.planning.engine.ranges import STEP, Range
from app.planning.vocabulary import WITHHELD_LABEL, Layer, NeedKind
from tests.factories.planning import FIRST_DAY, SmallTown, make_need, make_release
from tests.properties.test_planning_laws import Adversary
from tests.support.accounts import SignInAs
from tests.support.clients import Browser

KINDS = ("work", "being", "joy")
SECOND_DAY = datetime(2027, 1, 4, 9, tzinfo=TOKYO)

Answers = list[tuple[list[Cell], Range]]


def exports(browser: Browser, release: int, districts: dict[str, int | None]) -> Answers:
    """All that the files of one release say, for each choice of layer, kind and order."""
    answers: Answers = []
    for show in ("in_support", "not_found"):
        for kind in ("", *NeedKind):
            path = f"/planning/districts.csv?show={show}&kind={kind}&release={release}&sort=-in_support"
            rows = list(csv.DictReader(io.StringIO(browser.get(path).data.decode("utf-8-sig"))))
            for row in rows:
                keys = list(districts.values()) if row["圏域"] == "合計" else [districts[row["圏域"]]]
                for layer in Layer:
                    cells = [
                        Cell(key, each, layer)
                        for key in keys
                        for each in ([NeedKind(kind)] if kind else NeedKind)
                    ]
                    answers.append(
                        (cells, Range(int(row[f"{layer.label}（下限）"]), int(row[f"{layer.label}（上限）"])))
                    )
    return answers


def test_no_cell_is_solved_from_all_files_of_two_releases(
    database: Database, small_town: SmallTown, sign_in_as: SignInAs
) -> None:
    rng, truth = Random(5), {}
    districts = {"北部": small_town.north, "南部": small_town.south, WITHHELD_LABEL: None}
    for release, day in enumerate((FIRST_DAY, SECOND_DAY), start=1):
        for key in districts.values():
            for kind in KINDS:
                for _ in range(rng.randrange(7)):
                    make_need(database, key, kinds=[kind], feasible=rng.choice([0, 3]))
        truth[release] = make_release(database, day)
    with frozen(SECOND_DAY):
        browser = sign_in_as(Role.PLANNER)
        everything = {release: exports(browser, release, districts) for release in truth}
    for release, answers in everything.items():
        cells = [Cell(key, kind, layer) for key in districts.values() for kind in NeedKind for layer in Layer]
        adversary = Adversary({cell: Range(0, 10_000) for cell in cells})
        for concerned, answer in answers:
            adversary.learn(concerned, answer)
        adversary.solve()
        assert adversary.pinned == []
        for cell, found in adversary.possible.items():
            assert found == truth[release].ranges[cell], "the files say what the table says, and no more"
            assert found.high - found.low + 1 == STEP
