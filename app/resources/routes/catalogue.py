"""The catalogue: one set as list, map, table and paper, and a card for each resource."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import find_actor, find_guest, public
from app.accounts.vocabulary import Scope
from app.areas.queries import TownCentre, find_area_name, list_outlines, list_town_centres
from app.audit.service import record_event
from app.clock import now
from app.resources.engine import distances, environment, map_features, week, wording
from app.resources.forms.catalogue import RADII, FilterForm, HereForm
from app.resources.models import Resource, ResourceKind
from app.resources.queries import catalogue
from app.resources.queries.catalogue import Entry, KindCount
from app.resources.queries.criteria import Filter, Order, Origin
from app.resources.vocabulary import WEEKDAYS, KindGroup
from app.web.paging import Page, Sort, page_number, url_with
from app.web.transaction import apart, session

blueprint = Blueprint("resources", __name__, template_folder="../templates")

PAGE_SIZE = 30
NEARBY_MOST = 100
NEARBY_METRES = 2_000

_WORDS: dict[str, Any] = {
    "distances": distances,
    "environment": environment,
    "week": week,
    "wording": wording,
}


@dataclass(frozen=True)
class Question:
    """What came with the address: the form, and the town's own words in it."""

    form: FilterForm
    kinds: dict[int, ResourceKind]
    towns: dict[int, TownCentre]

    @property
    def wanted(self) -> Filter:
        """The filter of a valid form."""
        town = self.towns.get(self.form.town.data or 0)
        return self.form.filter_from(Origin(f"{town.name}の中心", town.centre, town.id) if town else None)


@blueprint.get("/resources")
@public
def show_catalogue() -> ResponseReturnValue:
    """What there is in this town: as list, map, table or paper."""
    question, scope = _question(), _scope()
    if not question.form.validate():
        return _page(question, answer=None), 422
    wanted = question.wanted
    counts = catalogue.count_by_kind(session(), wanted, scope=scope)
    _count_in_form(question, counts)
    chosen = [count for count in counts if not wanted.kinds or count.kind.id in wanted.kinds]
    page = _entries(question.form.view.data, wanted, sum(count.total for count in chosen), scope)
    answer = {
        "wanted": wanted,
        "page": page,
        "groups": _groups(page.items, by_distance=wanted.order is Order.NEAR),
        "pinned": sum(count.pinned for count in chosen),
        "chips": _chips(question, wanted),
        "sort": Sort(wanted.order.key, wanted.order.is_descending),
        "legend": _legend(chosen),
        "map_address": url_for("resources.list_places", **_asked_for_map()),
    }
    return _page(question, answer=answer)


@blueprint.get("/resources/map.geojson")
@public
def list_places() -> ResponseReturnValue:
    """The same set for the map."""
    question = _question()
    if not question.form.validate():
        return jsonify(problems=question.form.errors), 422
    places = catalogue.list_places(session(), question.wanted, scope=_scope())
    return _geojson(map_features.place_features(places, _cards_address()))


@blueprint.get("/resources/districts.geojson")
@public
def list_districts() -> Response:
    """The outlines under every map. They change once a year, so the browser keeps them and asks whether they did."""
    response = _geojson(map_features.outline_features(list_outlines(session(), scope=_scope())))
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
        return render_template("resources/catalogue/nearby.html", form=form, entries=[], **_WORDS), 422
    wanted = Filter(origin=form.origin, radius_m=NEARBY_METRES)
    # Nothing is written, so the page must not hold the writer's lock that a POST gets.
    with apart(write=False) as opened:
        counts = catalogue.count_by_kind(opened, wanted, scope=_scope())
        entries = catalogue.list_entries(opened, wanted.nearest_first(), scope=_scope(), most=NEARBY_MOST)
        towns = {town.id: town.name for town in list_town_centres(opened, scope=_scope())}
    return render_template(
        "resources/catalogue/nearby.html",
        form=form,
        groups=_groups(entries, by_distance=True),
        total=sum(count.total for count in counts),
        entries=entries,
        towns=towns,
        **_WORDS,
    )


@blueprint.get("/resources/<int:resource_id>")
@public
def show_resource(resource_id: int) -> str:
    """The card of one resource."""
    scope, actor = _scope(), find_actor()
    resource = catalogue.get_resource(session(), resource_id, scope=scope)
    if resource.is_refuge:
        _record_reading(resource)
    return render_template(
        "resources/catalogue/card.html",
        resource=resource,
        town=find_area_name(session(), resource.town_id, scope=scope),
        on_map=resource.point is not None and not resource.is_refuge,
        mark=map_features.MARKS.get(resource.kind.group),
        may_see_contact=actor is not None or resource.contact_is_public,
        is_staff=actor is not None,
        **_WORDS,
    )


@blueprint.get("/resources/<int:resource_id>/map.geojson")
@public
def show_place(resource_id: int) -> Response:
    """One resource for the small map on its card."""
    place = catalogue.find_place(session(), resource_id, scope=_scope())
    return _geojson(map_features.place_features([place] if place else [], _cards_address()))


def render_search() -> str:
    """The search of places in the header of every page but the catalogue, whose own form stands below."""
    if request.endpoint == "resources.show_catalogue":
        return ""
    return render_template("resources/catalogue/search.html")


def _scope() -> Scope:
    actor = find_actor() or find_guest()
    return actor.scope if actor else Scope(None)


def _question() -> Question:
    kinds = catalogue.list_kinds(session(), scope=_scope())
    towns = list_town_centres(session(), scope=_scope())
    by_district = {
        district or "圏域が不明": [(town.id, town.name) for town in group]
        for district, group in groupby(towns, key=lambda town: town.district)
    }
    form = FilterForm(request.args, kinds=[(kind.id, kind.label) for kind in kinds], towns=by_district)
    return Question(form, {kind.id: kind for kind in kinds}, {town.id: town for town in towns})


def _page(question: Question, answer: dict[str, Any] | None) -> str:
    towns = {key: town.name for key, town in question.towns.items()}
    template = "print" if answer and question.form.view.data == "print" else "page"
    return render_template(
        f"resources/catalogue/{template}.html",
        form=question.form,
        answer=answer,
        towns=towns,
        is_staff=find_actor() is not None,
        **_WORDS,
    )


def _entries(view: str | None, wanted: Filter, total: int, scope: Scope) -> Page[Entry]:
    if view == "print":
        return Page(catalogue.list_entries(session(), wanted, scope=scope), total, 1, max(total, 1))
    number = page_number()
    if view == "map":
        return Page((), total, number, PAGE_SIZE)
    entries = catalogue.list_entries(
        session(), wanted, scope=scope, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE
    )
    return Page(entries, total, number, PAGE_SIZE)


def _count_in_form(question: Question, counts: list[KindCount]) -> None:
    """Offer the kinds that would find something, with how many; a refuge is never counted on a screen."""
    totals = {count.kind.id: count.total for count in counts}
    chosen = question.form.kind.data or ()
    question.form.kind.choices = {
        str(key): kind.label if kind.group is KindGroup.REFUGE else f"{kind.label}（{totals.get(key, 0)}）"
        for key, kind in question.kinds.items()
        if key in totals or key in chosen
    }


def _legend(counts: list[KindCount]) -> list[tuple[str, str]]:
    groups = {count.kind.group for count in counts if count.pinned}
    return [(mark, group.label) for group, mark in map_features.MARKS.items() if group in groups]


def _asked_for_map() -> dict[str, Any]:
    """The filter as it stands in the address, without what was left empty or does not matter to a map."""
    asked = {name: [value for value in values if value] for name, values in request.args.lists()}
    return {name: values for name, values in asked.items() if values and name not in ("view", "page", "sort")}


def _chips(question: Question, wanted: Filter) -> list[tuple[str, str]]:
    """Each filter that is set, with the address without it."""
    chips: list[tuple[str, str]] = []
    if wanted.words:
        chips.append((f"「{wanted.words}」", url_with(q=None, page=None)))
    if wanted.origin:
        label = RADII.get(wanted.radius_m or 0)
        text = f"{wanted.origin.label}から{label}" if label else f"{wanted.origin.label}から"
        order = None if wanted.order is Order.NEAR else request.args.get("sort")
        chips.append((text, url_with(town=None, within=None, sort=order, page=None)))
    for bit, name in enumerate(WEEKDAYS):
        if wanted.weekdays >> bit & 1:
            chips.append((f"{name}曜日", url_with(day=_others("day", bit), page=None)))
    for key in sorted(wanted.kinds):
        chips.append((question.kinds[key].label, url_with(kind=_others("kind", key), page=None)))
    if wanted.gap_welcome:
        chips.append(("狭間の人も可", url_with(gap=None, page=None)))
    if wanted.card:
        chips.append((wanted.card.label, url_with(card=None, page=None)))
    if wanted.with_ended:
        chips.append(("終わった場所も", url_with(ended=None, page=None)))
    return chips


def _others(name: str, value: int) -> list[str] | None:
    return [other for other in request.args.getlist(name) if other != str(value)] or None


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
