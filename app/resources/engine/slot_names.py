"""How the numbers of a slot are called where a form asks for them and where a service refuses one."""

from __future__ import annotations

from app.resources.vocabulary import DayPart


def slot_field(what: str, weekday: int, part: DayPart) -> str:
    """Return the name for a number (`seats`, `begins`, …) of the slot on a weekday (0 is Monday): `seats_1_morning`."""
    return f"{what}_{weekday}_{part.value}"
