"""地図・報告: the page, its map, the panel of an area, its files, and the button that makes a release."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.vocabulary import Actor
from app.areas.vocabulary import AreaKind, band_label
from app.clock import now, today
from app.planning import service
from app.planning.engine import sentences
from app.planning.engine.board import TownRow, case_board, groups_for, supply_by_district
from app.planning.engine.ground import District, Ground, Town
from app.planning.engine.residents import LEAST_FOR_AGES, ages_together
from app.planning.engine.supply import supply_of, week_of_seats
from app.planning.exchange import write_table
from app.planning.queries import ground as ground_queries
from app.planning.routes.question import READERS, RELEASERS, Question, releases
from app.planning.vocabulary import AgeGroup, Layer, NeedKind, Show
from app.resources.engine.map_features import outline_features
from app.resources.vocabulary import WEEKDAYS, DayPart
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import database, session

blueprint = Blueprint("planning", __name__, template_folder="../templates")

PAGE_SIZE = 50

_WORDS: dict[str, Any] = {
    "AgeGroup": AgeGroup,
    "DayPart": DayPart,
    "LEAST_FOR_AGES": LEAST_FOR_AGES,
    "Layer": Layer,
    "Show": Show,
    "WEEKDAYS": WEEKDAYS,
}


@blueprint.get("/planning")
@requires(*READERS)
def show_planning() -> ResponseReturnValue:
    """Where is what missing."""
    question = Question()
    if not question.is_valid:
        return _page(question, sentence=None), 422
    return _page(question, sentence=_sentence(question))


@blueprint.get("/planning/map.geojson")
@requires(*READERS)
def show_map() -> ResponseReturnValue:
    """The areas with their classes as numbers."""
    question = Question()
    if not question.is_valid:
        return jsonify(problems=question.form.errors), 422
    answer = jsonify(_features(question))
    answer.mimetype = "application/geo+json"
    return answer


@blueprint.get("/planning/areas/<int:area_id>")
@requires(*READERS)
def show_area(area_id: int) -> str:
    """What is there in one area, and what is missing."""
    scope = current_actor().scope
    kind = ground_queries.get_area_kind(session(), area_id, scope=scope)
    ground = ground_queries.find_ground(session(), scope=scope)
    if kind is AreaKind.TOWN:
        town = ground.town(area_id)
        assert town is not None, "the area is a town"
        return _town_panel(town, ground.district(town.district_id or 0))
    district = ground.district(area_id)
    assert district is not None, "an area is a town or a district"
    return _district_panel(district, ground)


@blueprint.get("/planning/districts.csv")
@requires(*READERS)
def export_districts() -> ResponseReturnValue:
    """The table of cases as it is shown, with the ends of each range in columns of their own."""
    question = Question()
    if not question.is_valid or question.layer is None:
        return jsonify(problems=question.form.errors), 422
    board = question.board
    rows = [*question.sorted(board.rows), board.withheld, board.total] if board else []
    layers = list(Layer)
    header = ["圏域", *(f"{layer.label}{end}" for layer in layers for end in ("", "（下限）", "（上限）"))]
    lines = [
        [
            row.name,
            *(
                part
                for layer in layers
                for part in (str(row.of(layer)), row.of(layer).low, row.of(layer).high)
            ),
        ]
        for row in rows
    ]
    chosen = question.releases.chosen
    return _file(write_table(header, lines), f"needs-{chosen.counted_on.isoformat() if chosen else 'none'}")


@blueprint.get("/planning/towns.csv")
@requires(*READERS)
def export_towns() -> ResponseReturnValue:
    """Residents and supply by town as they are shown."""
    question = Question()
    if not question.is_valid:
        return jsonify(problems=question.form.errors), 422
    age = question.form.age_group
    header = ["町", "圏域", "住民"]
    header += [age.label] if age else []
    header += ["場", "住民の集まり", "分かっている席時間（週）", "席か時間が不明な場"]
    lines = [
        [
            row.name,
            row.district,
            row.residents,
            *([row.of_age] if age else []),
            row.supply.places,
            row.supply.light,
            round(row.supply.seat_hours),
            row.supply.unknown,
        ]
        for row in question.sorted(question.towns)
    ]
    return _file(write_table(header, lines), f"towns-{today().isoformat()}")


@blueprint.post("/planning/releases")
@requires(*RELEASERS)
def make_release() -> ResponseReturnValue:
    """Make the release of this quarter. The product counts; who pressed the button sees ranges alone."""
    by, counting = current_actor(), Actor.system("counting cases for a release").scope
    try:
        with database().writing(counting) as opened:
            release = service.make_release(opened, scope=counting, at=now(), by=by)
    except Refused as refusal:
        say(refusal.message, Tone.WARNING)
    else:
        say(f"{release.quarter}の集計をつくりました。この集計は、あとから変わりません。")
    return redirect(url_for("planning.show_planning", show=Show.IN_SUPPORT.value), 303)


def _page(question: Question, *, sentence: str | None) -> str:
    rows: Any = ()
    page = None
    if question.is_valid and question.layer is None:
        ordered, number = question.sorted(question.towns), page_number()
        first = (number - 1) * PAGE_SIZE
        page = Page(ordered[first : first + PAGE_SIZE], len(ordered), number, PAGE_SIZE)
    elif question.is_valid and question.board:
        rows = question.sorted(question.board.rows)
    return render_template(
        "planning/page.html",
        question=question,
        form=question.form,
        sentence=sentence,
        rows=rows,
        page=page,
        legend=_legend(question) if question.is_valid else [],
        may_release=current_actor().holds(*RELEASERS),
        **_WORDS,
    )


def _sentence(question: Question) -> str | None:
    if question.show is Show.RESIDENTS:
        return sentences.sentence_of_residents(question.towns, age=question.form.age_group)
    if question.show is Show.SUPPLY:
        return sentences.sentence_of_supply(question.supply)
    chosen = question.releases.chosen
    if question.board is None or question.layer is None or chosen is None:
        return None
    return sentences.sentence_of_cases(
        question.board.rows, layer=question.layer, kind=question.kind, counted_on=chosen.counted_on
    )


def _legend(question: Question) -> list[tuple[int | None, str]]:
    """Return (class, words), the class None for what is not known."""
    if question.layer is not None:
        return list(enumerate(question.classes.least_labels(question.unit)))
    unknown = "場がない" if question.show is Show.SUPPLY else f"不明、または{LEAST_FOR_AGES}人未満"
    return [*enumerate(question.classes.labels(question.unit)), (None, unknown)]


def _features(question: Question) -> dict[str, Any]:
    kind = AreaKind.TOWN if question.layer is None else AreaKind.DISTRICT
    outlines = ground_queries.list_outlines_by_id(session(), kind, scope=current_actor().scope)
    said = _said_by_district(question) if question.layer else _said_by_town(question)
    features = outline_features([(name, wkb) for _, name, wkb in outlines])["features"]
    found = []
    for (key, name, _), feature in zip(outlines, features, strict=True):
        if key not in said:
            continue
        number, text = said[key]
        properties = {
            "title": name,
            "text": text,
            "class": number,
            "href": url_for("planning.show_area", area_id=key),
            "named": question.layer is not None,
        }
        found.append({**feature, "id": key, "properties": properties})
    return {"type": "FeatureCollection", "features": found}


def _said_by_district(question: Question) -> dict[int, tuple[int | None, str]]:
    layer = question.layer
    if question.board is None or layer is None:
        return {}
    return {
        row.key: (question.classes.of(row.of(layer).low), f"{row.of(layer)}{question.unit}")
        for row in question.board.rows
        if row.key is not None
    }


def _said_by_town(question: Question) -> dict[int, tuple[int | None, str]]:
    def said(row: TownRow) -> tuple[int | None, str]:
        value = question.town_value(row)
        if value is None:
            hidden = question.form.age_group is not None and row.hides_ages
            return None, f"{LEAST_FOR_AGES}人未満の町" if hidden else "不明"
        return question.classes.of(value), f"{round(value):,}{question.unit}"

    return {row.key: said(row) for row in question.towns}


def _town_panel(town: Town, district: District | None) -> str:
    scope = current_actor().scope
    places = [place for place in ground_queries.list_supply(session(), scope=scope) if place.town == town.id]
    return render_template(
        "planning/town.html",
        town=town,
        district=district,
        band_label=band_label,
        supply=supply_of(places),
        listed=ground_queries.list_places_of_town(session(), town.id, scope=scope),
        **_WORDS,
    )


def _district_panel(district: District, ground: Ground) -> str:
    towns = ground.towns_of(district.id)
    places = ground_queries.list_supply(session(), scope=current_actor().scope)
    known = releases()
    needs = []
    if known.table is not None and known.table.has(district.id):
        for kind in NeedKind:
            board = case_board(
                known.table,
                known.table_before,
                layer=Layer.IN_SUPPORT,
                kind=kind,
                supplies=supply_by_district(ground, places, groups_for(kind)),
            )
            needs += [(kind, row) for row in board.rows if row.key == district.id]
    within = {town.id for town in towns}
    own = [place for place in places if place.town in within]
    return render_template(
        "planning/district.html",
        district=district,
        towns=towns,
        residents=sum(town.residents.total or 0 for town in towns),
        ages=ages_together(town.residents for town in towns),
        hidden=sum(town.residents.hides_ages for town in towns),
        supply=supply_of(own),
        strip=week_of_seats(own),
        release=known.chosen,
        needs=needs,
        missing=sentences.what_is_missing(needs),
        **_WORDS,
    )


def _file(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="tsunagi-{name}.csv"'},
    )
