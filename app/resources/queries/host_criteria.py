"""What a coordinator asks of the list of hosts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.resources.engine.freshness import OPENING_INTERVAL_DAYS
from app.resources.queries.orders import ColumnOrder

STALE_AFTER_DAYS: Final = OPENING_INTERVAL_DAYS
"""Openings that nobody has confirmed for longer than this ask for a call."""


class Standing(StrEnum):
    """How a host is doing, as far as it asks for something to be done."""

    CALL = "call"
    STALE = "stale"
    PAUSED = "paused"
    NO_OPENING = "no-opening"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "call": "電話を待っている",
            "stale": f"{STALE_AFTER_DAYS}日より長く確認がない",
            "paused": "休んでいる",
            "no-opening": "枠がない",
            "left": "受け入れをやめた",
        }[self.value]


class HostOrder(ColumnOrder):
    """The orders of the list."""

    CALL = "call"
    NAME = "name"
    NAME_DOWN = "-name"
    TRADE = "trade"
    TRADE_DOWN = "-trade"
    OPENINGS = "openings"
    OPENINGS_DOWN = "-openings"
    CONFIRMED = "confirmed"
    CONFIRMED_DOWN = "-confirmed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _ORDER_LABELS[self]


_ORDER_LABELS: Final = {
    HostOrder.CALL: "電話を待っている順",
    HostOrder.NAME: "名前の順",
    HostOrder.NAME_DOWN: "名前の逆の順",
    HostOrder.TRADE: "業種の順",
    HostOrder.TRADE_DOWN: "業種の逆の順",
    HostOrder.OPENINGS: "枠が少ない順",
    HostOrder.OPENINGS_DOWN: "枠が多い順",
    HostOrder.CONFIRMED: "確認が古い順",
    HostOrder.CONFIRMED_DOWN: "確認が新しい順",
}


@dataclass(frozen=True)
class HostFilter:
    """Words are looked for in the name. Who has left is shown only when asked for."""

    words: str = ""
    standing: Standing | None = None
    trade: str | None = None
    order: HostOrder = HostOrder.CALL
