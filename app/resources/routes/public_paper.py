"""The residents' pages on paper: the list of the places of an area, and its map."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from flask import current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import find_actor, public
from app.accounts.vocabulary import RESIDENTS
from app.areas.queries import AreaLine, list_area_lines, list_boundaries_around
from app.clock import today
from app.outbox.exchange.paper import qr_svg
from app.resources.engine.area_map import HEIGHT, WIDTH, Area, Numbered, draw_sheet
from app.resources.engine.public_list import PublicPlace, by_kind
from app.resources.engine.public_week import NO_DAY, by_day
from app.resources.queries import public_pages as queries
from app.resources.queries.criteria import Order
from app.resources.routes.public_pages import (
    Choice,
    answer,
    area_of,
    read_choice,
    show_area_choice,
    towns_of,
)
from app.resources.routes.public_pages import blueprint as blueprint
from app.web.transaction import OpenSession, database
from app.web.turns import heavy_work

# Introduced by the outbox, whose letters lead to the same installation.
_PUBLIC_URL = "tsunagi.public_url"


@blueprint.get("/places/paper")
@public
def show_paper() -> ResponseReturnValue:
    """町内の場一覧: the places of an area on A4, by day of the week or by kind."""
    choice, form = read_choice()
    if form.errors:
        return answer("wrong", choice, status=422)
    if choice.area_id is None:
        return show_area_choice(choice, target="show_paper")
    is_by_day = form.by.data == "day"
    with _turn():
        with database().reading(RESIDENTS) as opened:
            areas = list_area_lines(opened, scope=RESIDENTS)
            area = area_of(areas, choice.area_id)
            places = _places(opened, areas, area, Order.NAME if is_by_day else Order.KIND)
        return answer(
            "paper",
            choice,
            area=area,
            towns={each.id: each.name for each in areas},
            total=len(places),
            groups=by_day(places, today=today()) if is_by_day else by_kind(places),
            no_day=NO_DAY,
            is_by_day=is_by_day,
            code=_code(choice),
            sources=_sources(place.source for place in places),
        )


@blueprint.get("/places/map")
@public
def show_map() -> ResponseReturnValue:
    """The map of an area with numbered pins, and the numbered list."""
    choice, form = read_choice()
    if form.errors:
        return answer("wrong", choice, status=422)
    if choice.area_id is None:
        return show_area_choice(choice, target="show_map")
    with _turn():
        with database().reading(RESIDENTS) as opened:
            areas = list_area_lines(opened, scope=RESIDENTS)
            area = area_of(areas, choice.area_id)
            assert area is not None
            places = _places(opened, areas, area, Order.NAME)
            outlines = [
                Area(each.id, each.name, boundary, each.id == area.id, each.is_district)
                for each, boundary in list_boundaries_around(opened, area, scope=RESIDENTS)
            ]
        # The towns lie below, the area that the sheet is about on top.
        outlines.sort(key=lambda each: (each.is_shown, each.is_district))
        sheet = draw_sheet(outlines, places)
        return answer(
            "map",
            choice,
            area=area,
            towns={each.id: each.name for each in areas},
            total=len(places),
            sheet=sheet,
            # Without a map there are no numbers, and the list is all there is.
            listed=sheet.list if sheet else [Numbered(None, place) for place in places],
            width=WIDTH,
            height=HEIGHT,
            is_large=form.paper.data == "a3",
            code=_code(choice),
            sources=_sources([*(each.source for each in areas), *(place.source for place in places)]),
        )


def _turn() -> AbstractContextManager[None]:
    return heavy_work(is_signed_in=find_actor() is not None)


def _places(
    opened: OpenSession, areas: list[AreaLine], area: AreaLine | None, order: Order
) -> list[PublicPlace]:
    return queries.list_places_on_paper(opened, towns_of(areas, area) or (), order, scope=RESIDENTS)


def _code(choice: Choice) -> dict[str, object]:
    """The QR code that leads to the same list, and its address in letters."""
    base = current_app.extensions[_PUBLIC_URL] or request.url_root.rstrip("/")
    address = f"{base}{choice.only('list_places', area=choice.area_id)}"
    # Drawn by us from an address, so it is HTML as it is.
    return {"address": address, "drawing": Markup(qr_svg(address, in_page=True))}  # noqa: S704


def _sources(named: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(source for source in named if source))
