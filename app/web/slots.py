"""Named gaps in pages. A lower slice declares one, upper slices fill it, and the factory introduces them.

So a page of a case can show visits and proposals although its slice knows neither of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

Renderer = Callable[..., str | Markup]

_EXTENSION = "tsunagi.slots"

# The gaps of the kit's own layout.
LAYOUT_SLOTS = ("place_name", "header_search", "person_menu", "banner")


class UnknownSlot(LookupError):
    """Nobody declared a slot of this name: a typing error in a template or in the factory."""


@dataclass(order=True)
class _Filling:
    order: int
    sequence: int
    renderer: Renderer = field(compare=False)


@dataclass
class _Slots:
    fillings: dict[str, list[_Filling]] = field(default_factory=dict)

    def of(self, name: str) -> list[_Filling]:
        if name not in self.fillings:
            raise UnknownSlot(f"no slot {name!r} was declared; known: {', '.join(sorted(self.fillings))}")
        return self.fillings[name]


def _slots(app: Flask) -> _Slots:
    slots: _Slots = app.extensions.setdefault(_EXTENSION, _Slots())
    return slots


def declare(app: Flask, names: Iterable[str]) -> None:
    """Say that pages have these gaps. Declaring a name twice is harmless, an undeclared one raises."""
    for name in names:
        _slots(app).fillings.setdefault(name, [])


def register(app: Flask, slot_name: str, renderer: Renderer, *, order: int = 100) -> None:
    """Fill a gap. The renderer takes the slot's context as keywords and returns markup, or '' for nothing.

    A plain ``str`` is escaped: only ``Markup``, as ``render_template`` wrapped in it, is taken as HTML. Fillings
    stand in the order of ``order``, and of their registration where that is equal.
    """
    fillings = _slots(app).of(slot_name)
    fillings.append(_Filling(order, len(fillings), renderer))
    fillings.sort()


def slot(name: str, **context: Any) -> Markup:
    """Everything that was registered for this gap, one after the other."""
    fillings = _slots(current_app).of(name)
    return Markup("\n").join(part for part in (escape(f.renderer(**context)) for f in fillings) if part)
