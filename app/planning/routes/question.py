"""What came with an address, and the rows that answer it: shared by page, map and files, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from flask import request

from app.accounts.guards import current_actor
from app.accounts.vocabulary import Role
from app.clock import today
from app.planning.engine.board import (
    CaseBoard,
    DistrictRow,
    TownRow,
    case_board,
    groups_for,
    supply_by_district,
    town_rows,
)
from app.planning.engine.classes import Classes, classes_for
from app.planning.engine.finest import FinestTable
from app.planning.engine.ground import Ground
from app.planning.engine.ranges import STEP
from app.planning.engine.supply import Place, Supply, supply_of
from app.planning.forms import ViewForm
from app.planning.models import Release
from app.planning.policies import next_release_on, release_is_due
from app.planning.queries import ground as ground_queries
from app.planning.queries import releases as release_queries
from app.planning.vocabulary import Layer, NeedKind, Show
from app.web.errors import Missing
from app.web.paging import Sort, sort_order
from app.web.transaction import session

READERS = (Role.PLANNER, Role.CITY_OFFICER, Role.COORDINATOR)
RELEASERS = (Role.PLANNER, Role.CITY_OFFICER)

_TOWN_ORDERS = ("name", "residents", "age", "places", "light", "hours", "unknown")
_CASE_ORDERS = ("name", "in_support", "not_found", "places", "hours")

Row = TypeVar("Row", DistrictRow, TownRow)


@dataclass(frozen=True)
class Releases:
    """The releases with the one that is looked at and the one before it."""

    all: Sequence[Release]
    chosen: Release | None
    before: Release | None

    @cached_property
    def table(self) -> FinestTable | None:
        """The finest table that is looked at."""
        return FinestTable.from_json(self.chosen.finest) if self.chosen else None

    @cached_property
    def table_before(self) -> FinestTable | None:
        """The finest table before it."""
        return FinestTable.from_json(self.before.finest) if self.before else None

    @property
    def is_due(self) -> bool:
        """Whether the next one may be made."""
        return release_is_due(self.all[0].counted_on if self.all else None, today=today())

    @property
    def next_on(self) -> object:
        """The first day of the next one."""
        return next_release_on(self.all[0].counted_on if self.all else None)


def releases(asked: int | None = None) -> Releases:
    """Return the releases; raise `Missing` when the one that was asked for does not exist."""
    found = release_queries.list_releases(session(), scope=current_actor().scope)
    number = 0
    if asked is not None:
        number = next((place for place, release in enumerate(found) if release.id == asked), -1)
        if number < 0:
            raise Missing
    at = found[number : number + 2]
    return Releases(found, at[0] if at else None, at[1] if len(at) > 1 else None)


class Question:
    """The form of an address with everything that answers it, read once a request."""

    def __init__(self) -> None:
        scope = current_actor().scope
        self.ground: Ground = ground_queries.find_ground(session(), scope=scope)
        known = releases()
        self.form = ViewForm(
            request.args,
            districts=[(district.id, district.name) for district in self.ground.districts],
            releases=[
                (release.id, f"{release.quarter}（{release.counted_on.isoformat()} に集計）")
                for release in known.all
            ],
        )
        self.is_valid = bool(self.form.validate())
        self.releases = releases(self.form.release.data) if self.is_valid else known

    @property
    def show(self) -> Show:
        """What is shown."""
        return self.form.shown

    @property
    def layer(self) -> Layer | None:
        """The layer of cases, None by town."""
        return self.show.layer

    @property
    def kind(self) -> NeedKind | None:
        """The kind of need."""
        return self.form.need_kind

    @cached_property
    def places(self) -> list[Place]:
        """All active places."""
        return ground_queries.list_supply(session(), scope=current_actor().scope)

    @cached_property
    def supplies(self) -> dict[int, Supply]:
        """What is offered in each district for the kind."""
        return supply_by_district(self.ground, self.places, groups_for(self.kind))

    @cached_property
    def supply(self) -> Supply:
        """What is offered in the towns that are shown."""
        shown = {row.key for row in self.towns}
        everything = self.form.district.data is None
        return supply_of(
            (place for place in self.places if everything or place.town in shown),
            groups=groups_for(self.kind),
        )

    @cached_property
    def board(self) -> CaseBoard | None:
        """The rows by district, None while there is no release."""
        if self.releases.table is None or self.layer is None:
            return None
        return case_board(
            self.releases.table,
            self.releases.table_before,
            layer=self.layer,
            kind=self.kind,
            supplies=self.supplies,
        )

    @cached_property
    def towns(self) -> list[TownRow]:
        """The rows by town, of the chosen district."""
        rows = town_rows(self.ground, self.places, age=self.form.age_group, groups=groups_for(self.kind))
        chosen = self.form.district.data
        if chosen is None:
            return rows
        within = {town.id for town in self.ground.towns_of(chosen)}
        return [row for row in rows if row.key in within]

    @property
    def sort(self) -> Sort:
        """The order of the table."""
        return sort_order(_CASE_ORDERS if self.layer else _TOWN_ORDERS, Sort("name"))

    def sorted(self, rows: Sequence[Row]) -> list[Row]:
        """Put rows in that order, by the order of the areas where they are equal."""
        by_name = sorted(rows, key=lambda row: row.key or 0)
        return sorted(by_name, key=lambda row: row.sort_value(self.sort.key), reverse=self.sort.descending)

    @cached_property
    def classes(self) -> Classes:
        """The classes of the map; those of cases are classes of lower ends."""
        if self.layer is not None:
            lows = [row.of(self.layer).low for row in self.board.rows] if self.board else []
            return classes_for(lows, least_step=STEP)
        return classes_for(value for row in self.towns if (value := self.town_value(row)) is not None)

    def town_value(self, row: TownRow) -> float | None:
        """Return what a town is coloured by; None where it is not known or hidden."""
        if self.show is Show.SUPPLY:
            return row.supply.seat_hours if row.supply.places else None
        return row.residents if self.form.age_group is None else row.of_age

    @property
    def asked(self) -> dict[str, Any]:
        """What was chosen, for the addresses of map and files: the fields of the form and nothing else of the address."""
        chosen = {field.name: field.data for field in self.form if field.data not in (None, "")}
        return {**chosen, "sort": str(self.sort)}

    @property
    def source(self) -> str:
        """Where the numbers of residents are from."""
        return next((town.source for town in self.ground.towns if town.source), "地域・年齢別人口")

    @property
    def unit(self) -> str:
        """What is counted on the map."""
        return {Show.RESIDENTS: "人", Show.SUPPLY: "席時間"}.get(self.show, "件")
