"""The import on both databases: what is added, changed, left alone, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from geoalchemy2.shape import to_shape

from app.accounts.vocabulary import Actor, Right, Role
from app.areas.exchange.checking import check_areas
from app.areas.service import import_areas
from app.clock import now
from app.db.database import Database
from app.resources.exchange.checking import Options
from app.resources.models import Resource
from app.resources.service.importing import ImportMode
from app.resources.vocabulary import Disclosure, KindGroup
from tests.integration.imports.conftest import BY, Take
from tests.support.accounts import make_account
from tests.support.databases import rows_of

FILE = """ID,団体コード,種別,名称,住所,緯度,経度,定員,曜日,公開区分
A-1,372013,通いの場,縁側,高松市塩上町1-2,34.34,134.05,20,水,公開
A-2,372013,海の駅,海のひろば,高松市浜町3,,,,,
"""


def counts(report: Any) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, refused; together they are the rows."""
    told = report.to_json()
    four = (told["added"], told["changed"], told["unchanged"], told["refused"])
    assert sum(four) == told["rows"] == len(told["items"])
    return four


def resource(database: Database, published_id: str) -> Resource:
    """The resource with this published id."""
    with database.reading(BY.scope) as session:
        return session.scalars(sa.select(Resource).where(Resource.published_id == published_id)).one()


def test_new_rows_are_added_and_the_second_time_nothing_happens(database: Database, take: Take) -> None:
    assert counts(take(FILE)) == (2, 0, 0, 0)
    before = rows_of(database, "resource")

    assert counts(take(FILE)) == (0, 0, 2, 0)
    assert rows_of(database, "resource") == before


def test_a_resource_says_what_the_file_says_and_no_more(database: Database, take: Take) -> None:
    take(FILE)

    first, second = resource(database, "A-1"), resource(database, "A-2")

    assert (first.name, first.capacity, first.weekday_mask, first.schedule) == ("縁側", 20, 4, "0We")
    assert first.disclosure is Disclosure.PUBLIC
    assert to_shape(first.point).coords[0] == (134.05, 34.34)  # type: ignore[arg-type]
    assert (second.point, second.capacity, second.weekday_mask, second.gap_welcome) == (
        None,
        None,
        None,
        None,
    )
    assert second.disclosure is Disclosure.PARTNERS
    assert second.source == "取り込んだファイル「file.csv」"


def test_a_kind_that_nobody_knows_waits_for_a_look(database: Database, take: Take) -> None:
    take(FILE)

    kinds = {str(row["label"]): row for row in rows_of(database, "resource_kind")}

    assert (kinds["通いの場"]["kind_group"], kinds["通いの場"]["is_reviewed"]) == (
        KindGroup.TAKING_PART,
        True,
    )
    assert (kinds["海の駅"]["kind_group"], kinds["海の駅"]["is_reviewed"]) == (KindGroup.FACILITY, False)


def test_a_changed_row_changes_what_it_names_only(database: Database, take: Take) -> None:
    take(FILE)
    with database.writing(BY.scope) as session:
        row = session.scalars(sa.select(Resource).where(Resource.published_id == "A-1")).one()
        row.fee, row.nickname = "100円", "えんがわ"

    told = take("ID,団体コード,種別,名称,住所,定員,費用\nA-1,372013,通いの場,縁側カフェ,高松市塩上町1-2,,\n")

    changed = resource(database, "A-1")
    assert counts(told) == (0, 1, 0, 0)
    assert (changed.name, changed.fee, changed.nickname) == ("縁側カフェ", "100円", "えんがわ")
    assert (changed.capacity, changed.weekday_mask) == (20, 4)
    assert changed.version > 1


def test_a_correction_made_here_outlives_the_same_file(database: Database, take: Take) -> None:
    take(FILE)
    with database.writing(BY.scope) as session:
        session.scalars(sa.select(Resource).where(Resource.published_id == "A-1")).one().capacity = 12

    assert counts(take(FILE)) == (0, 0, 2, 0)
    assert resource(database, "A-1").capacity == 12


def test_a_row_that_says_the_same_in_other_words_changes_nothing(take: Take) -> None:
    take("種別,名称,住所,定員\n通いの場,縁側,本町1,20\n")

    assert counts(take("種別,名称,住所,定員\n通いの場,縁側,本町1,20名\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize("mode", [ImportMode.DRY_RUN, ImportMode.ALL_OR_NOTHING])
def test_nothing_is_half_written(database: Database, take: Take, mode: ImportMode) -> None:
    take(FILE)
    tables = ("resource", "resource_kind", "audit_event")
    before = {table: rows_of(database, table) for table in tables}

    told = take(
        FILE.replace("縁側", "縁側カフェ")
        + "A-3,372013,花の場,花,,134.05,34.34,,,\nA-4,372013,花の場,花,,,,,,\n",
        mode=mode,
    )

    assert counts(told) == (1, 1, 1, 1)
    assert not told.is_written
    assert {table: rows_of(database, table) for table in tables} == before


def test_all_or_nothing_takes_a_file_without_fault(take: Take) -> None:
    told = take(FILE, mode=ImportMode.ALL_OR_NOTHING)

    assert told.is_written
    assert counts(told) == (2, 0, 0, 0)


def test_one_event_with_counts_is_recorded(database: Database, take: Take) -> None:
    take(FILE)

    (event,) = [row for row in rows_of(database, "audit_event") if row["action"] == "resources.imported"]

    detail = json.loads(str(event["detail"]))
    assert detail.pop("batch") in {row["batch"] for row in rows_of(database, "catalogue_change")}
    assert detail == {"added": 2, "changed": 0, "refused": 0, "rows": 2, "unchanged": 0}


REFUGE = "ID,団体コード,種別,名称,秘匿\nR-1,372013,避難先(DV等・秘匿),甲,1\n"


def actor(database: Database, *rights: Right) -> Actor:
    """A coordinator with these rights."""
    account = make_account(database, Role.COORDINATOR, rights=rights)
    return Actor(account.id, account.display_name, frozenset({Role.COORDINATOR}), frozenset(rights))


def test_a_refuge_takes_the_right(database: Database, take: Take) -> None:
    without, with_right = actor(database), actor(database, Right.PLACE_IN_REFUGE)

    assert counts(take(REFUGE, by=without)) == (0, 0, 0, 1)
    assert counts(take(REFUGE, by=with_right)) == (1, 0, 0, 0)
    assert resource(database, "R-1").disclosure is Disclosure.CLOSED


def test_who_may_not_know_of_a_refuge_learns_nothing_by_an_import(database: Database, take: Take) -> None:
    take(REFUGE)

    told = take("ID,団体コード,種別,名称\nR-1,372013,相談,窓口\n", by=actor(database))

    assert counts(told) == (1, 0, 0, 0)
    assert {row["name"] for row in rows_of(database, "resource")} == {"甲", "窓口"}


def test_a_refuge_is_never_opened_by_an_import(database: Database, take: Take) -> None:
    take(REFUGE)

    told = take("ID,団体コード,種別,名称,公開区分\nR-1,372013,相談,窓口,公開\n")

    assert counts(told) == (0, 0, 0, 1)
    assert resource(database, "R-1").is_refuge


def test_a_place_that_turns_out_to_be_secret_is_closed_and_not_doubled(
    database: Database, take: Take
) -> None:
    take(FILE)

    assert counts(take("ID,団体コード,種別,名称,秘匿\nA-1,372013,通いの場,縁側,1\n")) == (0, 1, 0, 0)
    found = resource(database, "A-1")
    assert found.is_refuge
    assert found.disclosure is Disclosure.CLOSED
    assert counts(take("ID,団体コード,種別,名称,秘匿\nA-1,372013,通いの場,縁側,1\n")) == (0, 0, 1, 0)


def test_towns_are_linked_even_when_they_come_later(database: Database, take: Take) -> None:
    take("種別,名称,住所\n通いの場,縁側,高松市塩上町1-2\n")
    with database.writing(BY.scope) as session:
        towns = check_areas("団体コード,地域名,総人口\n37201,塩上町,10\n".encode(), "p.csv")
        import_areas(session, rows=towns, by=BY, at=now())

    assert counts(take("種別,名称,住所\n通いの場,縁側,高松市塩上町1-2\n")) == (0, 0, 1, 0)

    (row,) = rows_of(database, "resource")
    assert row["town_id"] == rows_of(database, "area")[0]["id"]
    assert row["municipality_code"] == "372013"


def test_more_rows_than_one_slice(database: Database, take: Take) -> None:
    lines = [f"{number},通いの場,場 {number}" for number in range(2_500)]

    assert counts(take("\n".join(["ID,種別,名称", *lines]))) == (2_500, 0, 0, 0)
    changed = [f"{line}、もう一つの名" for line in lines]
    assert counts(take("\n".join(["ID,種別,名称", *reversed(changed)]))) == (0, 2_500, 0, 0)
    assert len(rows_of(database, "resource")) == 2_500


@pytest.mark.shared_data
def test_the_real_files_of_takamatsu(database: Database, take: Take, shared_data: Path) -> None:
    data = (shared_data / "data/takamatsu/social_resources.csv").read_bytes()
    towns = check_areas((shared_data / "data/takamatsu/population_by_town.csv").read_bytes(), "p.csv")

    assert counts(take(data, options=Options(profile="takamatsu"))) == (333, 0, 0, 0)
    assert counts(take(data, options=Options(profile="takamatsu"))) == (0, 0, 333, 0)
    with database.writing(BY.scope) as session:
        first = import_areas(session, rows=towns, by=BY, at=now()).to_json()
    with database.writing(BY.scope) as session:
        again = import_areas(session, rows=towns, by=BY, at=now()).to_json()

    rows = rows_of(database, "resource")
    assert sum(row["weekday_mask"] is not None for row in rows) == 128
    assert sum(row["capacity"] is not None or row["capacity_note"] is not None for row in rows) == 48
    assert {row["disclosure"] for row in rows} == {"public"}
    assert (first["rows"], first["added"], again["unchanged"]) == (235, 235, 235)
    assert len(rows_of(database, "area_population")) == 235 * 18
