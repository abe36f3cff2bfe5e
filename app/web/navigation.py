"""The places that a person can always go to: a rail on the left of a desk, a bar at the bottom of a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

_EXTENSION = "tsunagi.navigation"

# A thumb finds five places. Who holds many roles finds the rest behind the fifth.
PLACES = 5


@dataclass(frozen=True)
class Entry:
    """One place. ``visible`` is asked on every request; ``covers`` names blueprints and endpoints that belong to it."""

    label: str
    endpoint: str
    icon: str
    order: int
    visible: Callable[[], bool]
    covers: tuple[str, ...] = ()

    def nearness(self, endpoint: str) -> int:
        """How closely this place belongs to an endpoint: itself, named, its blueprint, or not at all."""
        blueprint = endpoint.rpartition(".")[0]
        if endpoint == self.endpoint:
            return 3
        if endpoint in self.covers:
            return 2
        return 1 if blueprint and blueprint in (self.endpoint.rpartition(".")[0], *self.covers) else 0


@dataclass(frozen=True)
class Place:
    """An entry as this person sees it on this page. ``current`` is the value of aria-current, or ''."""

    label: str
    url: str
    icon: str
    current: str


@dataclass(frozen=True)
class Navigation:
    """The places in view, and those behind 「ほか」."""

    places: tuple[Place, ...]
    more: tuple[Place, ...]

    def __bool__(self) -> bool:
        return bool(self.places)


def register_entry(
    app: Flask,
    *,
    label: str,
    endpoint: str,
    icon: str,
    order: int,
    visible: Callable[[], bool],
    covers: tuple[str, ...] = (),
) -> None:
    """Add a place; the factory does this, so that no slice decides what stands beside its own."""
    entries: list[Entry] = app.extensions.setdefault(_EXTENSION, [])
    entries.append(Entry(label, endpoint, icon, order, visible, covers))
    entries.sort(key=lambda entry: (entry.order, entry.label))


def navigation() -> Navigation:
    """The places of the person who asks, with the one they stand on marked."""
    entries: list[Entry] = [e for e in current_app.extensions.get(_EXTENSION, []) if e.visible()]
    here = request.endpoint or ""
    nearest = max(entries, key=lambda entry: entry.nearness(here), default=None)

    def current(entry: Entry) -> str:
        if entry is not nearest or not entry.nearness(here):
            return ""
        return "page" if entry.endpoint == here else "true"

    places = tuple(Place(e.label, url_for(e.endpoint), e.icon, current(e)) for e in entries)
    if len(places) <= PLACES:
        return Navigation(places, ())
    return Navigation(places[: PLACES - 1], places[PLACES - 1 :])
