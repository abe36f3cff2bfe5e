"""Rules about cases, pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from app.accounts.vocabulary import Actor, Affiliation, Role
from app.geo import mesh
from app.geo.points import Point
from app.text.normalise import normalise_text

CASE_IS_OVER = "このケースは終わっています。続けるときは、先にケースをもう一度ひらいてください。"

EARLY_START_IS_CONFIRMED_WITHIN = timedelta(days=180)
"""An early start that nobody confirms for half a year is no early start any more."""

_COARSE_DIGITS = 6

_NUMBER = re.compile(r"(?:T[-‐‑‒–—―−ー]?)?(?P<digits>[0-9]{1,7})")


def as_number(typed: str) -> str | None:
    """Read a 台帳番号 as people type it (「Ｔ－１２」「t0012」「12」); None when it is none."""
    match = _NUMBER.fullmatch(normalise_text(typed).upper())
    return f"T-{int(match['digits']):04d}" if match else None


def coarse_mesh(code: str | None) -> str | None:
    """Return the second mesh (about 10 km) that a mesh code lies in: a finer code begins with its coarser one."""
    return code[:_COARSE_DIGITS] if code else None


def square_around(point: Point) -> str:
    """Return the mesh square of about 1 km that holds a point: as exact as the middle of a town says anything."""
    return str(mesh.code_of(point, mesh.MeshLevel.KM_1))


_SIDES: Final = {_COARSE_DIGITS: "10km", 8: "1km", 9: "500m", 10: "250m"}


def square_words(code: str | None) -> str | None:
    """Say how wide the square of a mesh code is: 「およそ1km四方」; None without one."""
    side = _SIDES.get(len(code or ""))
    return f"およそ{side}四方" if side else None


def decision_problem(by: Actor, *, writers: Collection[int]) -> str | None:
    """Say why an actor may not decide on a plan, None when they may (支援決定 is the city's, and takes four eyes)."""
    if not by.holds(Role.CITY_OFFICER) or by.affiliation is not Affiliation.CITY:
        return "支援を決定できるのは、市の職員だけです。委託先の人は決定できません。"
    if by.account_id in writers:
        return "プランを書いた人は、そのプランを決定できません。ほかの市職員に決定を頼んでください。"
    return None


def confirm_by_problem(confirm_by: date | None, *, today: date) -> str | None:
    """Say why an early start cannot be confirmed by this day, None when it can."""
    if confirm_by is None:
        return "いつまでに支援会議で確認するか、日付を入力してください。"
    if not today <= confirm_by <= today + EARLY_START_IS_CONFIRMED_WITHIN:
        days = EARLY_START_IS_CONFIRMED_WITHIN.days
        return f"確認の期限は、今日から{days}日以内の日付にしてください。"
    return None
