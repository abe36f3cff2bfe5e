"""What the catalogue knows and HSDS has no field for: each is a term of our own, and an attribute carries its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from app.resources.engine import environment
from app.resources.engine.catalogue_rows import taking_part_of
from app.resources.engine.trait_fields import ACCESS, FIELDS, LANGUAGES, TAKING_PART
from app.resources.engine.traits import Purpose, TakingPart, purposes_of
from app.resources.exchange.hsds import ids
from app.resources.exchange.hsds.offers import Offer
from app.resources.policies import AGREED
from app.resources.vocabulary import KindGroup

Document = dict[str, Any]


class Taxonomy(StrEnum):
    """Our taxonomies."""

    KINDS = "kinds"
    TAKING_PART = "taking_part"
    PURPOSES = "purposes"
    FACTS = "facts"

    @property
    def label(self) -> str:
        """Its name."""
        return {
            "kinds": "種別",
            "taking_part": "参加の形",
            "purposes": "目的",
            "facts": "項目",
        }[self.value]

    @property
    def description(self) -> str:
        """What it is for."""
        return {
            "kinds": "場や支えの種別です。上の段は大きな分け方、下の段はこの町の種別です。",
            "taking_part": "その場でどんな参加ができるかです。順番に意味はありません。",
            "purposes": "その場が何のためになるかです。参加の形から分かるものだけを付けています。",
            "facts": "HSDSに欄がないことがらです。内容は、属性（attribute）の値にあります。",
        }[self.value]

    @property
    def id(self) -> str:
        """Its identifier."""
        return ids.make_id("taxonomy", self.value)


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of a taxonomy."""

    taxonomy: Taxonomy
    code: str
    name: str
    description: str
    parent: str | None = None

    @property
    def id(self) -> str:
        """Its identifier."""
        return ids.make_id("term", self.taxonomy.value, self.code)

    @property
    def parent_id(self) -> str | None:
        """The identifier of the term above it."""
        return None if self.parent is None else ids.make_id("term", self.taxonomy.value, self.parent)


# Code, name, and which value of an offer it carries ('' where more than one value makes it).
_PLAIN: Final = (
    ("published_id", "公開データの番号", ""),
    ("establishment_number", "事業所番号", ""),
    ("municipality_code", "全国地方公共団体コード", ""),
    ("card", "カードの形", ""),
    ("kana", "よみがな", "kana"),
    ("remarks", "備考", "remarks"),
    ("pickup", "送迎", "pickup"),
    ("gap_welcome", "狭間の人も可", ""),
    ("gap_seats", "狭間の人のための席の数", "gap_seats"),
    ("gap_basis", "狭間枠の根拠", "gap_basis"),
    ("capacity", "定員", "capacity"),
    ("capacity_note", "定員の注記", "capacity_note"),
    ("source", "出典", "source"),
    ("listing_agreed", "掲載の同意", ""),
    ("listing_agreed_on", "掲載に同意した日", ""),
)
_OF_LOCATION: Final = (
    ("position_precision", "位置の精度", "point_precision"),
    ("position_source", "座標の出典", "point_source"),
    ("town", "町", "town"),
)
_OF_SCHEDULE: Final = (
    ("weekday_code", "曜日コード（GIF 441）", ""),
    ("who", "その日の対象", ""),
    ("special_days", "特別に開く日", ""),
    ("closure", "休み", ""),
    ("yearly_break", "毎年の休み", ""),
    ("holiday_rule", "祝日の扱い", ""),
    ("schedule_words", "日程（書かれていたとおり）", ""),
    ("schedule_note", "日程の補足", ""),
)
COLUMN_OF: Final = {
    **{code: column for code, _name, column in (*_PLAIN, *_OF_LOCATION) if column},
    "gap_welcome": "gap_welcome",
}
"""Terms whose attribute is there whenever the column says anything."""

LIGHT_FACTS: Final = frozenset({"card", "gap_welcome", "town", "position_precision", "municipality_code"})
"""Terms that a light card carries as well."""

_NAMES: Final = {each.item: each.name for each in FIELDS} | {"駐車場情報": "parking_note"}
_NATIVE: Final = frozenset({LANGUAGES})
TRAIT_CODES: Final = {item: _NAMES[item] for item in sorted(environment.SHOWN - _NATIVE)}
"""Items of environment and accessibility, each with the code of its term."""

ACCESS_ITEMS: Final = frozenset(each.item for each in ACCESS) | {"駐車場情報"}
"""Items that belong to the location."""

_TRAIT_LABELS: Final = {item: item for item in environment.FEELING} | environment.ASKED | environment.SPECIAL


@lru_cache(1)
def fact_terms() -> dict[str, Term]:
    """Return the terms of `Taxonomy.FACTS` by code."""
    plain = [(code, name) for code, name, _column in (*_PLAIN, *_OF_LOCATION, *_OF_SCHEDULE)]
    traits = [(code, _TRAIT_LABELS[item]) for item, code in TRAIT_CODES.items()]
    return {
        code: Term(Taxonomy.FACTS, code, name, f"「{name}」の内容を、属性の値に書いています。")
        for code, name in [*plain, *traits]
    }


@lru_cache(1)
def group_terms() -> dict[KindGroup, Term]:
    """Return the upper terms of the kinds. That there are secret refuges is nothing for the outside."""
    return {
        group: Term(
            Taxonomy.KINDS, group.value, group.label, f"「{group.label}」に入る種別をまとめたものです。"
        )
        for group in KindGroup
        if group is not KindGroup.REFUGE
    }


@lru_cache(1_024)
def kind_term(label: str, group: KindGroup) -> Term:
    """Return the term of a kind."""
    return Term(
        Taxonomy.KINDS, f"kind:{label}", label, f"種別「{label}」（{group.label}）です。", parent=group.value
    )


@lru_cache(1)
def taking_part_terms() -> dict[TakingPart, Term]:
    """Return the terms of the forms of taking part."""
    return {
        each: Term(
            Taxonomy.TAKING_PART, each.name.lower(), each.label, f"「{each.label}」という参加ができる場です。"
        )
        for each in TakingPart
    }


@lru_cache(1)
def purpose_terms() -> dict[Purpose, Term]:
    """Return the terms of the purposes."""
    return {
        each: Term(
            Taxonomy.PURPOSES, each.name.lower(), each.label, f"「{each.label}」のためになりそうな場です。"
        )
        for each in Purpose
    }


def fixed_terms() -> list[Term]:
    """Return every term that does not depend on the kinds of the town, in a fixed order."""
    return [
        *group_terms().values(),
        *taking_part_terms().values(),
        *purpose_terms().values(),
        *fact_terms().values(),
    ]


@lru_cache(4_096)
def _involved(text: str) -> tuple[Term, ...]:
    taking_part = taking_part_of({TAKING_PART: text})
    if taking_part is None:
        return ()
    served, _ = purposes_of(taking_part, {})
    # In the order in which somebody has named them.
    said = [taking_part_terms()[each] for each in sorted(taking_part, key=lambda each: text.find(each.label))]
    return (*said, *(purpose_terms()[each] for each in sorted(served)))


def involved_terms(traits: Mapping[str, str]) -> tuple[Term, ...]:
    """Return the forms of taking part that somebody has named, and the purposes that follow from them."""
    return _involved(traits.get(TAKING_PART) or "")


def facts_of(offer: Offer) -> Iterator[tuple[Term, str]]:
    """Yield the facts of a service with their values, in a fixed order; those of its location are `place_facts_of`."""
    terms = fact_terms()
    municipality, published_id, is_establishment = ids.published_parts(offer.key)
    if not published_id:
        municipality = offer.municipality
    if published_id and not ids.is_uuid(published_id):
        yield terms["establishment_number" if is_establishment else "published_id"], published_id
    if municipality:
        yield terms["municipality_code"], municipality
    yield terms["card"], "light" if offer.is_light else "full"
    for code, _name, column in _PLAIN:
        if code == "gap_welcome":
            if offer.gap_welcome is not None:
                yield terms[code], "可" if offer.gap_welcome else "不可"
        elif column:
            value = getattr(offer, column)
            if value not in (None, ""):
                yield terms[code], str(value)
    if offer.is_light:
        if agreed := offer.traits.get(AGREED):
            yield terms["listing_agreed"], agreed
        if offer.listing_agreed_on:
            yield terms["listing_agreed_on"], offer.listing_agreed_on.isoformat()
    for item, code in TRAIT_CODES.items():
        if (item not in ACCESS_ITEMS or not offer.has_place) and (text := offer.traits.get(item)):
            yield terms[code], text


def place_facts_of(offer: Offer) -> Iterator[tuple[Term, str]]:
    """Yield what is known of how exactly the place is known."""
    terms = fact_terms()
    if offer.point is not None:
        yield terms["position_precision"], offer.point_precision.label
        if offer.point_source:
            yield terms["position_source"], offer.point_source
    if offer.town:
        yield terms["town"], offer.town


def access_facts_of(offer: Offer) -> Iterator[tuple[Term, str]]:
    """Yield what is known of the accessibility of the place."""
    for item, code in TRAIT_CODES.items():
        if item in ACCESS_ITEMS and (text := offer.traits.get(item)):
            yield fact_terms()[code], text
