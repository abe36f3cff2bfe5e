"""The catalogue: one set as list, map, table and paper, and a card for each resource."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import find_actor, public, visitors_scope
from app.accounts.vocabulary import Actor, Scope
from app.areas.queries import find_area_name, list_outlines, list_town_centres
from app.audit.service import record_event
from app.clock import now, today
from app.resources.engine import distances, map_features
from app.resources.engine.open_days import Columns, answer_of, read_timetable
from app.resources.engine.schedule.expansion import DayAnswer
from app.resources.engine.when import when_of
from app.resources.forms.catalogue import HereForm, days_offered, kept_question
from app.resources.forms.searches import SaveSearchForm
from app.resources.models import Resource
from app.resources.queries import catalogue
from app.resources.queries.catalogue import Entry, KindCount
from app.resources.queries.criteria import Filter, Order
from app.resources.queries.duplicates import find_open_survivor_id, get_survivor_id
from app.resources.routes.question import (
    WORDS,
    Question,
    asked_for,
    chips,
    count_in_form,
    panel_of,
    read_question,
)
from app.resources.routes.resource_card import render_actions, render_beside, served_words
from app.resources.vocabulary import Disclosure, ResourceState
from app.text.synonyms import words_of
from app.web.errors import Missing
from app.web.paging import Page, Sort, page_number
from app.web.transaction import apart, database, session
from app.web.turns import heavy_work

blueprint = Blueprint("resources", __name__, template_folder="../templates")

PAGE_SIZE = 30
NEARBY_MOST = 100
NEARBY_METRES = 2_000

PRINTED_MOST = 1_000
"""So many entries stand on the paper of a visitor: anybody may ask for it, and it takes a second for each thousand."""

_FOLLOWING = Actor.system("where an entry went that was put into another one")


@dataclass(frozen=True)
class Section:
    """A part of the answer under a heading of its own: what surely fits all that was asked, and what may fit."""

    is_certain: bool
    entries: Sequence[Entry]
    groups: list[tuple[str | None, Sequence[Entry]]]


@blueprint.get("/resources")
@public
def show_catalogue() -> ResponseReturnValue:
    """What there is in this town: as list, map, table or paper."""
    question = _read_question()
    if not question.form.validate():
        return _page(question, answer=None), 422
    if question.form.view.data != "print":
        return _answer_page(question)
    with heavy_work(is_signed_in=find_actor() is not None):
        return _answer_page(question)


def _answer_page(question: Question) -> str:
    wanted, scope = question.wanted, visitors_scope()
    counts = catalogue.count_by_kind(session(), wanted, scope=scope)
    count_in_form(question, counts)
    chosen = [count for count in counts if not wanted.kinds or count.kind.id in wanted.kinds]
    page = _entries(question.form.view.data, wanted, sum(count.total for count in chosen), scope)
    days = _answers(page.items, wanted.open_on)
    answer = {
        "wanted": wanted,
        "page": page,
        "days": days,
        "sections": _sections(page.items, by_distance=wanted.order is Order.NEAR),
        "pinned": sum(count.pinned for count in chosen),
        "unsure": sum(count.unsure for count in chosen),
        "new": sum(count.new for count in chosen),
        "chips": chips(question, wanted),
        "also": [word for word in words_of(wanted.words, literally=wanted.exact) if word.others],
        "kept": kept_question(request.args),
        "sort": Sort(wanted.order.key, wanted.order.is_descending),
        "legend": _legend(chosen),
        "map_address": url_for("resources.list_places", **asked_for("view", "page", "sort")),
    }
    return _page(question, answer=answer)


@blueprint.get("/resources/map.geojson")
@public
def list_places() -> ResponseReturnValue:
    """The same set for the map."""
    question = _read_question()
    if not question.form.validate():
        return jsonify(problems=question.form.errors), 422
    places = catalogue.list_places(session(), question.wanted, scope=visitors_scope())
    return _geojson(map_features.place_features(places, _cards_address()))


@blueprint.get("/resources/districts.geojson")
@public
def list_districts() -> Response:
    """The outlines under every map. They change once a year, so the browser keeps them and asks whether they did."""
    response = _geojson(map_features.outline_features(list_outlines(session(), scope=visitors_scope())))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.post("/resources/nearby")
@public
def show_nearby() -> ResponseReturnValue:
    """What is near to where the phone is. The place is used for this answer and not kept."""
    form = HereForm()
    if not form.validate():
        return render_template("resources/catalogue/nearby.html", form=form, entries=[], **WORDS), 422
    wanted = Filter(origin=form.origin, radius_m=NEARBY_METRES)
    # Nothing is written, so the page must not hold the writer's lock that a POST gets.
    with apart(write=False) as opened:
        counts = catalogue.count_by_kind(opened, wanted, scope=visitors_scope())
        entries = catalogue.list_entries(
            opened, wanted.nearest_first(), scope=visitors_scope(), most=NEARBY_MOST
        )
        towns = {town.id: town.name for town in list_town_centres(opened, scope=visitors_scope())}
    return render_template(
        "resources/catalogue/nearby.html",
        form=form,
        groups=_groups(entries, by_distance=True),
        total=sum(count.total for count in counts),
        entries=entries,
        towns=towns,
        **WORDS,
    )


@blueprint.get("/resources/<int:resource_id>")
@public
def show_resource(resource_id: int) -> str:
    """The card of one resource."""
    scope, actor = visitors_scope(), find_actor()
    try:
        resource = catalogue.get_resource(session(), resource_id, scope=scope)
    except Missing:
        if (survivor := _merged_into(resource_id, scope, find=find_open_survivor_id)) is None:
            raise
        return render_template("resources/catalogue/merged.html", merged_into=survivor)
    merged_into = _merged_into(resource_id, scope) if resource.merged_into_id is not None else None
    if resource.is_refuge:
        _record_reading(resource)
    return render_template(
        "resources/catalogue/card.html",
        resource=resource,
        town=find_area_name(session(), resource.town_id, scope=scope),
        on_map=resource.point is not None and not resource.is_refuge,
        mark=map_features.MARKS.get(resource.kind.group),
        when=when_of(resource.state, resource.timetable, columns_of(resource), today=today()),
        may_subscribe=_may_subscribe(resource),
        may_see_contact=actor is not None or resource.contact_is_public,
        is_staff=actor is not None,
        served=served_words(resource, scope=scope),
        merged_into=merged_into,
        # What went into another entry is changed there.
        keeping=render_actions(resource) if merged_into is None else "",
        beside=render_beside(resource, scope=scope),
        **WORDS,
    )


@blueprint.get("/resources/<int:resource_id>/map.geojson")
@public
def show_place(resource_id: int) -> Response:
    """One resource for the small map on its card."""
    place = catalogue.find_place(session(), resource_id, scope=visitors_scope())
    return _geojson(map_features.place_features([place] if place else [], _cards_address()))


def _merged_into(
    resource_id: int, scope: Scope, *, find: Callable[..., int | None] = get_survivor_id
) -> Resource | None:
    """Return the entry into which this one was put, as far as the visitor may see that one.

    Who it was put into is asked by the product: to residents the former entry is over and not there. `find` says for
    which former entries that may be told.
    """
    with database().reading(_FOLLOWING.scope) as opened:
        survivor_id = find(opened, resource_id, scope=_FOLLOWING.scope)
    if survivor_id is None:
        return None
    try:
        return catalogue.get_resource(session(), survivor_id, scope=scope)
    except Missing:
        return None


def render_search() -> str:
    """The search of places in the header of every page but the catalogue, whose own form stands below."""
    if request.endpoint == "resources.show_catalogue":
        return ""
    return render_template("resources/catalogue/search.html")


def _may_subscribe(resource: Resource) -> bool:
    """A calendar that leaves the product holds what residents see."""
    return (
        not resource.is_refuge
        and resource.disclosure is Disclosure.PUBLIC
        and resource.state is ResourceState.ACTIVE
    )


def _read_question() -> Question:
    return read_question(session(), scope=visitors_scope())


def _page(question: Question, answer: dict[str, Any] | None) -> str:
    towns = {key: town.name for key, town in question.towns.items()}
    template = "print" if answer and question.form.view.data == "print" else "page"
    return render_template(
        f"resources/catalogue/{template}.html",
        form=question.form,
        answer=answer,
        towns=towns,
        is_staff=find_actor() is not None,
        is_keeper_of_areas=question.areas_of is not None,
        is_calendar=False,
        days_offered=days_offered(today()),
        calendar_filter=asked_for("view", "page", "sort", "ended", "seats", "since", "new"),
        panel=panel_of(question.form),
        save_form=SaveSearchForm(formdata=None),
        **WORDS,
    )


def _entries(view: str | None, wanted: Filter, total: int, scope: Scope) -> Page[Entry]:
    if view == "print":
        most = None if find_actor() is not None else PRINTED_MOST
        entries = catalogue.list_entries(session(), wanted, scope=scope, most=most)
        return Page(entries, total, 1, max(total, 1))
    number = page_number()
    if view == "map":
        return Page((), total, number, PAGE_SIZE)
    entries = catalogue.list_entries(
        session(), wanted, scope=scope, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE
    )
    return Page(entries, total, number, PAGE_SIZE)


def _legend(counts: list[KindCount]) -> list[tuple[str, str]]:
    groups = {count.kind.group for count in counts if count.pinned}
    return [(mark, group.label) for group, mark in map_features.MARKS.items() if group in groups]


def _answers(entries: Sequence[Entry], day: date | None) -> dict[int, DayAnswer]:
    """What a list says beside each place when a day was asked for."""
    if day is None:
        return {}
    return {
        entry.resource.id: answer_of(
            entry.resource.state,
            read_timetable(entry.resource.timetable),
            columns_of(entry.resource),
            day,
        )
        for entry in entries
    }


def _sections(entries: Sequence[Entry], *, by_distance: bool) -> list[Section]:
    parts = [(sure, list(members)) for sure, members in groupby(entries, key=lambda entry: entry.is_sure)]
    return [Section(sure, members, _groups(members, by_distance=by_distance)) for sure, members in parts]


def columns_of(resource: Resource) -> Columns:
    """Return what a row says of its days without a timetable."""
    return Columns(resource.weekday_mask, resource.schedule, resource.opens_minute, resource.closes_minute)


def _groups(entries: Sequence[Entry], *, by_distance: bool) -> list[tuple[str | None, Sequence[Entry]]]:
    """Put entries under the class of their distance, so that nobody reads a rank into metres that are not known."""
    if not by_distance:
        return [(None, entries)]
    return [
        (distances.class_label(number), list(group))
        for number, group in groupby(entries, key=lambda entry: distances.distance_class(entry.metres))
    ]


def _cards_address() -> str:
    return url_for("resources.show_resource", resource_id=0).removesuffix("0")


def _geojson(collection: dict[str, Any]) -> Response:
    # Japanese as it is: escaped, ten thousand names are twice as long.
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    return Response(body, mimetype="application/geo+json")


def _record_reading(resource: Resource) -> None:
    """Note who opened a refuge's card, before it is shown; without the note it stays shut."""
    actor = find_actor()
    with apart(write=True) as opened:
        record_event(
            opened,
            action="resource.refuge_read",
            subject_kind="resource",
            subject_id=resource.id,
            by=actor.account_id if actor else None,
            at=now(),
        )
