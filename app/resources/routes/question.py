"""What an address asks of the catalogue, read once for its list and its calendar alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.accounts.guards import find_actor, find_guest
from app.accounts.vocabulary import Scope
from app.areas.queries import TownCentre, list_town_centres
from app.clock import now
from app.resources.engine import distances, environment, map_features, week, wording
from app.resources.engine.schedule import words as schedule_words
from app.resources.forms.catalogue import RADII, FilterForm
from app.resources.models import ResourceKind
from app.resources.policies import KEEPERS
from app.resources.queries import catalogue
from app.resources.queries.catalogue import KindCount
from app.resources.queries.criteria import Filter, Order, Origin
from app.resources.queries.fieldwork import list_keeper_area_ids
from app.resources.vocabulary import WEEKDAYS, KindGroup
from app.web.formats import short_date
from app.web.paging import url_with
from app.web.transaction import OpenSession

WORDS: dict[str, Any] = {
    "distances": distances,
    "environment": environment,
    "marks": map_features.MARKS,
    "schedule_words": schedule_words,
    "week": week,
    "wording": wording,
}
"""The engines whose words the templates of the catalogue use."""


@dataclass(frozen=True)
class Question:
    """What came with the address: the form, and the town's own words in it."""

    form: FilterForm
    kinds: dict[int, ResourceKind]
    towns: dict[int, TownCentre]
    # The account that asks, where it looks after areas of its own.
    areas_of: int | None = None

    @property
    def wanted(self) -> Filter:
        """The filter of a valid form."""
        town = self.towns.get(self.form.town.data or 0)
        origin = Origin(f"{town.name}の中心", town.centre, town.id) if town else None
        wanted = self.form.filter_from(origin, at=now())
        return replace(wanted, areas_of=self.areas_of) if self.form.mine.data else wanted


def visitors_scope() -> Scope:
    """Return what this visitor may see: an account's, a followed link's, or what residents see."""
    actor = find_actor() or find_guest()
    return actor.scope if actor else Scope(None)


def read_question(
    session: OpenSession, *, scope: Scope, with_refuges: bool = True, asked: MultiDict[str, str] | None = None
) -> Question:
    """Read the address, or what was `asked` before. Without `with_refuges` their kind does not exist, whoever asks."""
    kinds = [
        kind
        for kind in catalogue.list_kinds(session, scope=scope)
        if with_refuges or kind.group is not KindGroup.REFUGE
    ]
    towns = list_town_centres(session, scope=scope)
    by_district = {
        district or "圏域が不明": [(town.id, town.name) for town in group]
        for district, group in groupby(towns, key=lambda town: town.district)
    }
    form = FilterForm(
        request.args if asked is None else asked,
        kinds=[(kind.id, kind.label) for kind in kinds],
        towns=by_district,
    )
    if scope.account_id is None:
        # Who watches the seats of a small place day by day sees when somebody comes and goes.
        form.seats.data = False
    areas_of = _keeper(session, scope)
    if areas_of is None:
        form.mine.data = False
    return Question(form, {kind.id: kind for kind in kinds}, {town.id: town for town in towns}, areas_of)


def count_in_form(question: Question, counts: list[KindCount]) -> None:
    """Offer the kinds that would find something, with how many; a refuge is never counted on a screen."""
    totals = {count.kind.id: count.total for count in counts}
    chosen = question.form.kind.data or ()
    question.form.kind.choices = {
        str(key): kind.label if kind.group is KindGroup.REFUGE else f"{kind.label}（{totals.get(key, 0)}）"
        for key, kind in question.kinds.items()
        if key in totals or key in chosen
    }


def asked_for(*left_out: str) -> dict[str, Any]:
    """Return the filter as it stands in the address, without what was left empty or is named here."""
    asked = {name: [value for value in values if value] for name, values in request.args.lists()}
    return {name: values for name, values in asked.items() if values and name not in left_out}


def chips(question: Question, wanted: Filter) -> list[tuple[str, str]]:
    """Return each filter that is set, with the address without it."""
    found: list[tuple[str, str]] = []
    if wanted.words:
        found.append((f"「{wanted.words}」", url_with(q=None, page=None)))
    if wanted.open_on:
        found.append((f"{short_date(wanted.open_on)}に開いている", url_with(on=None, page=None)))
    if wanted.seats_at:
        found.append(("枠が空いている", url_with(seats=None, page=None)))
    if wanted.origin:
        label = RADII.get(wanted.radius_m or 0)
        text = f"{wanted.origin.label}から{label}" if label else f"{wanted.origin.label}から"
        order = None if wanted.order is Order.NEAR else request.args.get("sort")
        found.append((text, url_with(town=None, within=None, sort=order, page=None)))
    for bit, name in enumerate(WEEKDAYS):
        if wanted.weekdays >> bit & 1:
            found.append((f"{name}曜日", url_with(day=_others("day", bit), page=None)))
    for key in sorted(wanted.kinds):
        found.append((question.kinds[key].label, url_with(kind=_others("kind", key), page=None)))
    if wanted.gap_welcome:
        found.append(("狭間の人も可", url_with(gap=None, page=None)))
    if wanted.areas_of:
        found.append(("わたしの地域", url_with(mine=None, page=None)))
    if wanted.card:
        found.append((wanted.card.label, url_with(card=None, page=None)))
    if wanted.with_ended:
        found.append(("終わった場所も", url_with(ended=None, page=None)))
    return found


def _keeper(session: OpenSession, scope: Scope) -> int | None:
    """Return the account that asks, if there are areas that it looks after."""
    if scope.account_id is None or not scope.holds(*KEEPERS):
        return None
    return scope.account_id if list_keeper_area_ids(session, scope.account_id, scope=scope) else None


def _others(name: str, value: int) -> list[str] | None:
    return [other for other in request.args.getlist(name) if other != str(value)] or None
