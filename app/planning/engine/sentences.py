"""The sentence on top of the page, made of the figures below it. Where they say too little, it says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.planning.engine.board import DistrictRow, TownRow
from app.planning.engine.ranges import STEP
from app.planning.engine.supply import Supply
from app.planning.vocabulary import AgeGroup, Layer, NeedKind

# More names than these are no answer to "where".
_NAMES_MOST = 3


def sentence_of_cases(
    rows: Sequence[DistrictRow], *, layer: Layer, kind: NeedKind | None, counted_on: date
) -> str:
    """Say where the figures of a layer are certainly largest."""
    what = f"「{kind.label}」の{_LAYERS[layer]}" if kind else _LAYERS[layer]
    when = f"{counted_on.year}年{counted_on.month}月{counted_on.day}日の集計では、"
    least = max((row.of(layer).low for row in rows), default=0)
    if least == 0:
        return (
            f"{when}{what}は、どの圏域も少なくとも{STEP}件とは言えません。"
            "数が小さいため、圏域どうしの違いは、この集計からは言えません。"
        )
    top = [row for row in rows if row.of(layer).low == least]
    where = (
        "と".join(f"「{row.name}」" for row in top) + "の圏域では"
        if len(top) <= _NAMES_MOST
        else f"{len(top)}つの圏域では、それぞれ"
    )
    others = [row.of(layer) for row in rows if row not in top]
    is_clear = len(top) == 1 and all(top[0].of(layer).is_surely_more_than(other) for other in others)
    comparison = (
        "ほかのどの圏域よりも多いと言えます。"
        if is_clear and others
        else "ほかの圏域より多いとまでは言えません。"
    )
    return f"{when}{where}、{what}が少なくとも{least:,}件あります。{comparison}{_beside(top)}"


_LAYERS = {Layer.IN_SUPPORT: "支援中のニーズ", Layer.NOT_FOUND: "場が見つからなかったニーズ"}


def _beside(top: Sequence[DistrictRow]) -> str:
    if len(top) != 1 or top[0].supply is None:
        return ""
    return f"そこにある場は{_supply(top[0].supply)}"


def _supply(supply: Supply) -> str:
    if not supply.places:
        return f"0か所（ほかに住民の集まり{supply.light:,}件）です。"
    hours = f"分かっている席は週に{round(supply.seat_hours):,}席時間"
    return f"{supply.places:,}か所で、{hours}、席か時間が不明な場が{supply.unknown:,}か所です。"


def sentence_of_residents(rows: Sequence[TownRow], *, age: AgeGroup | None) -> str:
    """Say how many people live here, and how many of them in the towns without any place."""
    known = [row for row in rows if row.residents is not None]
    if not known:
        return "住民の数は、まだ取り込まれていません。"
    total = sum(row.residents or 0 for row in known)
    said = f"{len(known):,}の町に{total:,}人が住んでいます。"
    if age is not None:
        telling = [row for row in known if row.of_age is not None]
        people, base = sum(row.of_age or 0 for row in telling), sum(row.residents or 0 for row in telling)
        if base:
            said += f"年齢の分かる町では、{age.label}は{people:,}人（{people / base:.0%}）です。"
    empty = [row for row in known if not row.supply.places and not row.supply.light]
    if empty:
        people = sum(row.residents or 0 for row in empty)
        said += f"場がまだ1つも載っていない町が{len(empty):,}あり、{people:,}人が住んでいます。"
    return said


def sentence_of_supply(supply: Supply) -> str:
    """Say what is offered, and how much of it is not known."""
    if not supply.places and not supply.light:
        return "場は、まだ1つも載っていません。"
    said = f"活動中の場は{supply.places:,}か所、ほかに住民の集まりが{supply.light:,}件あります。"
    if supply.unknown_share:
        said += (
            f"そのうち{supply.unknown:,}か所（{supply.unknown_share:.0%}）は席か時間が不明で、"
            f"週に{round(supply.seat_hours):,}席時間という数には入っていません。"
        )
    return said


def what_is_missing(needs: Sequence[tuple[NeedKind, DistrictRow]]) -> list[str]:
    """Say for which kinds of need the figures of a district certainly show that something is missing."""
    said: list[str] = []
    for kind, row in needs:
        if row.not_found.low:
            said.append(
                f"「{kind.label}」：場が見つからなかったものが少なくとも{row.not_found.low:,}件あります。"
            )
        elif row.in_support.low and kind.group and row.supply and not row.supply.places:
            said.append(
                f"「{kind.label}」：少なくとも{row.in_support.low:,}件の希望がありますが、{kind.group.label}の登録がありません。"
            )
    return said
