"""What an address asks of the catalogue, read once for its list and its calendar alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from flask import request
from werkzeug.datastructures import MultiDict

from app.accounts.vocabulary import Scope
from app.areas.queries import TownCentre, list_town_centres
from app.clock import now
from app.resources.engine import distances, environment, map_features, week, wording
from app.resources.engine.schedule import words as schedule_words
from app.resources.engine.wishes import (
    AgeWish,
    FreeWish,
    GapWish,
    LanguageWish,
    PublicWish,
    Section,
    TraitWish,
    unknown_of,
)
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
    "unknown_of": unknown_of,
    "week": week,
    "wording": wording,
}
"""The engines whose words the templates of the catalogue use."""


@dataclass(frozen=True)
class Question:
    """What came with the address: as it stands there, as a form, and with the town's own words in it."""

    asked: MultiDict[str, str]
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


class Reader:
    """Reads questions; the town's own words, which every question needs, are fetched once."""

    def __init__(self, session: OpenSession, *, scope: Scope, with_refuges: bool = True) -> None:
        self._scope = scope
        self._kinds = {
            kind.id: kind
            for kind in catalogue.list_kinds(session, scope=scope)
            if with_refuges or kind.group is not KindGroup.REFUGE
        }
        self._towns = list_town_centres(session, scope=scope)
        self._areas_of = _keeper(session, scope)

    def read(self, asked: MultiDict[str, str]) -> Question:
        """Return what an address asks."""
        by_district = {
            district or "圏域が不明": [(town.id, town.name) for town in group]
            for district, group in groupby(self._towns, key=lambda town: town.district)
        }
        form = FilterForm(
            asked, kinds=[(kind.id, kind.label) for kind in self._kinds.values()], towns=by_district
        )
        if self._scope.account_id is None:
            # Who watches the seats of a small place day by day sees when somebody comes and goes.
            form.seats.data = False
            # What has come since is told by the history, which is the staff's.
            form.since.data = None
        if self._areas_of is None:
            form.mine.data = False
        return Question(asked, form, self._kinds, {town.id: town for town in self._towns}, self._areas_of)


def read_question(
    session: OpenSession, *, scope: Scope, with_refuges: bool = True, asked: MultiDict[str, str] | None = None
) -> Question:
    """Read the address, or what was `asked` before. Without `with_refuges` their kind does not exist, whoever asks."""
    reader = Reader(session, scope=scope, with_refuges=with_refuges)
    return reader.read(request.args if asked is None else asked)


def count_in_form(question: Question, counts: list[KindCount]) -> None:
    """Offer the kinds that would find something, with how many; a refuge is never counted on a screen."""
    totals = {count.kind.id: count.total for count in counts}
    chosen = question.form.kind.data or ()
    question.form.kind.choices = {
        str(key): kind.label if kind.group is KindGroup.REFUGE else f"{kind.label}（{totals.get(key, 0)}）"
        for key, kind in question.kinds.items()
        if key in totals or key in chosen
    }


@dataclass(frozen=True)
class Part:
    """A part of the panel that opens by itself: its fields by name, and how many of them are set."""

    label: str
    names: tuple[str, ...]
    chosen: int
    is_wrong: bool


def panel_of(form: FilterForm, *, without: Collection[str] = ()) -> list[Part]:
    """Return the parts of the panel, without the fields that make no sense on a page."""
    parts = []
    for label, all_names in _PANEL.items():
        names = tuple(name for name in all_names if name not in without)
        chosen = sum(_how_many(form[name].data) for name in names if name != "sort")
        parts.append(Part(label, names, chosen, any(form[name].errors for name in names)))
    return parts


_PANEL: Final = {
    "どこ・並び順": ("town", "within", "sort", "mine"),
    "いつ": ("day", "on", "seats"),
    "だれが行くか": ("age", "public", "gap", "language"),
    Section.FEEL.label: ("feel",),
    Section.WAY.label: ("way",),
    Section.BUILD.label: ("build",),
    "どんな場か": ("kind", "card", "ended"),
}


def _how_many(data: Any) -> int:
    if isinstance(data, list | tuple):
        return len(data)
    return int(data is not None and data is not False and data != "")


def asked_for(*left_out: str) -> dict[str, Any]:
    """Return the filter as it stands in the address, without what was left empty or is named here."""
    asked = {name: [value for value in values if value] for name, values in request.args.lists()}
    return {name: values for name, values in asked.items() if values and name not in left_out}


def chips(question: Question, wanted: Filter) -> list[tuple[str, str]]:
    """Return each filter that is set, with the address without it."""
    return [(label, url_with(**without, page=None)) for label, without in _set_filters(question, wanted)]


def named_filters(question: Question, wanted: Filter) -> list[str]:
    """Return each filter that is set, in words."""
    return [label for label, _ in _set_filters(question, wanted)]


def _set_filters(question: Question, wanted: Filter) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each filter in words, and what changes in an address that loses it."""
    asked = question.asked
    if wanted.words:
        text = f"「{wanted.words}」だけ" if wanted.exact else f"「{wanted.words}」"
        yield text, {"q": None, "exact": None}
    if wanted.only_new:
        yield "前に見てからの新しい場所", {"new": None}
    if wanted.open_on:
        yield f"{short_date(wanted.open_on)}に開いている", {"on": None}
    if wanted.seats_at:
        yield "枠が空いている", {"seats": None}
    if wanted.origin:
        label = RADII.get(wanted.radius_m or 0)
        text = f"{wanted.origin.label}から{label}" if label else f"{wanted.origin.label}から"
        order = None if wanted.order is Order.NEAR else asked.get("sort")
        yield text, {"town": None, "within": None, "sort": order}
    for bit, name in enumerate(WEEKDAYS):
        if wanted.weekdays >> bit & 1:
            yield f"{name}曜日", {"day": _others(asked, "day", bit)}
    for key in sorted(wanted.kinds):
        yield question.kinds[key].label, {"kind": _others(asked, "kind", key)}
    for wish in wanted.asked_of_places:
        if isinstance(wish, TraitWish | FreeWish):
            name = wish.section.value
            yield wish.label, {name: _others(asked, name, wish.key)}
        else:
            yield wish.label, {_NAMES[type(wish)]: None}
    if wanted.shows_the_unknown:
        yield "わからない場も", {"unknown": None}
    if wanted.areas_of:
        yield "わたしの地域", {"mine": None}
    if wanted.card:
        yield wanted.card.label, {"card": None}
    if wanted.with_ended:
        yield "終わった場所も", {"ended": None}


_NAMES: Final[dict[type, str]] = {
    AgeWish: "age",
    PublicWish: "public",
    GapWish: "gap",
    LanguageWish: "language",
}


def _keeper(session: OpenSession, scope: Scope) -> int | None:
    """Return the account that asks, if there are areas that it looks after."""
    if scope.account_id is None or not scope.holds(*KEEPERS):
        return None
    return scope.account_id if list_keeper_area_ids(session, scope.account_id, scope=scope) else None


def _others(asked: MultiDict[str, str], name: str, value: int | str) -> list[str] | None:
    return [other for other in asked.getlist(name) if other != str(value)] or None
