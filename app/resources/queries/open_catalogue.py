"""What the open catalogue publishes. Whoever asks, and under whatever scope: nothing but what residents see.

The conditions stand on every statement here and do not rest on the scope alone: what has left by an interface that
other programs copy cannot be called back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import NamedArea, list_named_areas
from app.areas.vocabulary import AreaKind
from app.db.sets import is_one_of
from app.resources.engine.open_days import read_timetable_text
from app.resources.engine.trait_fields import TAKING_PART
from app.resources.exchange.hsds import facts, ids
from app.resources.exchange.hsds.asking import Asked
from app.resources.exchange.hsds.offers import Offer, as_shown
from app.resources.exchange.hsds.taxonomies import KindInUse
from app.resources.exchange.identity import REFUGE
from app.resources.models import Resource, ResourceKind
from app.resources.queries.areas_served import list_areas_served
from app.resources.queries.criteria import Filter
from app.resources.queries.leaving import MAY_LEAVE_TO_ALL
from app.resources.queries.narrowing import find_narrowed
from app.resources.vocabulary import Coverage
from app.text.normalise import normalise_text

_Condition = sa.ColumnElement[bool]

# An offer has everything else as it stands in the row.
_MADE: Final = frozenset(
    {"key", "municipality", "kind", "group", "town", "point", "timetable", "contact", "areas"}
)
_AS_THEY_ARE: Final = tuple(each.name for each in fields(Offer) if each.name not in _MADE)
_COLUMNS: Final[tuple[Any, ...]] = (
    *(getattr(Resource, name) for name in _AS_THEY_ARE),
    Resource.id,
    Resource.identity,
    Resource.created_at,
    Resource.municipality_code,
    sa.cast(Resource.timetable, sa.Text).label("timetable"),
    # One that is not public is not even read.
    sa.case((Resource.contact_is_public, Resource.contact), else_=sa.null()).label("contact"),
    Resource.point.ST_X().label("lon"),
    Resource.point.ST_Y().label("lat"),
    ResourceKind.label.label("kind"),
    ResourceKind.group.label("group"),
    Resource.town_id,
)


@dataclass(frozen=True, slots=True)
class FoundOffers:
    """A page of entries, and how many there are on all pages."""

    total: int
    offers: list[Offer]


@dataclass(frozen=True, slots=True, order=True)
class Operator:
    """Who runs published entries, as these name it."""

    name: str
    corporate_number: str | None
    municipality: str

    @property
    def id(self) -> str:
        """The identifier of the organization."""
        return ids.organization_id(self.name, self.corporate_number, self.municipality)


def list_offers(session: Session, asked: Asked, *, with_place: bool = False, scope: Scope) -> FoundOffers:
    """Return the page of a question, in the order in which the entries came, and how many it finds in all."""
    conditions = _conditions(session, asked, with_place, scope)
    count = sa.select(sa.func.count()).select_from(Resource).join(Resource.kind).where(*conditions)
    total = session.scalar(count.execution_options(scope=scope)) or 0
    page = _select(conditions).offset(asked.first).limit(asked.per_page)
    return FoundOffers(total, _offers(session, page, scope))


def find_offer(session: Session, service_id: str, *, scope: Scope) -> Offer | None:
    """Return the entry with this identifier of a service."""
    return _find(session, lambda key: ids.service_id(key) == service_id, scope)


def find_offer_at_location(session: Session, place_id: str, *, scope: Scope) -> Offer | None:
    """Return the entry with this identifier of a service at a location."""
    found = _find(session, lambda key: ids.at_location_id(key) == place_id, scope)
    return found if found is not None and found.has_place else None


def list_operators(session: Session, *, words: str = "", scope: Scope) -> list[Operator]:
    """Return who runs published entries and has all these words in its name, by name."""
    rows = session.execute(
        sa.select(Resource.operator, Resource.corporate_number, Resource.municipality_code)
        .join(Resource.kind)
        .where(*MAY_LEAVE_TO_ALL, *_names_operator())
        .distinct()
        .execution_options(scope=scope)
    )
    wanted = normalise_text(words).casefold().split()
    found = {
        Operator(name or "", number or None, municipality)
        for name, number, municipality in rows
        if all(word in normalise_text(name or "").casefold() for word in wanted)
    }
    # One with a number is the same in every municipality; the first stands for all.
    by_id: dict[str, Operator] = {}
    for operator in sorted(
        found, key=lambda each: (each.name, each.corporate_number or "", each.municipality)
    ):
        by_id.setdefault(operator.id, operator)
    return list(by_id.values())


def find_operator(session: Session, organization_id: str, *, scope: Scope) -> Operator | None:
    """Return who has this identifier."""
    operators = list_operators(session, scope=scope)
    return next((operator for operator in operators if operator.id == organization_id), None)


def list_offers_of(
    session: Session, operators: Collection[Operator], *, scope: Scope
) -> dict[str, list[Offer]]:
    """Return the entries of each of these, by the identifier of the organization."""
    wanted = {operator.id for operator in operators}
    names = {operator.name for operator in operators}
    statement = _select([*MAY_LEAVE_TO_ALL, *_names_operator(), Resource.operator.in_(sorted(names))])
    found: dict[str, list[Offer]] = defaultdict(list)
    for offer in _offers(session, statement, scope):
        if offer.organization_id in wanted:
            found[offer.organization_id or ""].append(offer)
    return found


def list_kinds_in_use(session: Session, *, scope: Scope) -> list[KindInUse]:
    """Return the kinds that a published entry has, in the order of the town."""
    rows = session.execute(
        sa.select(ResourceKind.label, ResourceKind.group)
        .where(
            ResourceKind.id.in_(sa.select(Resource.kind_id).join(Resource.kind).where(*MAY_LEAVE_TO_ALL)),
        )
        .order_by(ResourceKind.position, ResourceKind.id)
        .execution_options(scope=scope)
    )
    return [(label, group) for label, group in rows]


def find_published_identities(session: Session, *, scope: Scope) -> dict[str, str]:
    """Return the identity of every entry without a published id, by the identifier that it has, or would have, outside.

    This is for an import that brings back what had left, and reaches what its scope reaches: the entry may have been
    closed since.
    """
    rows = session.execute(
        sa.select(Resource.id, Resource.identity, Resource.created_at)
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    found: dict[str, str] = {}
    for row_id, identity, made_at in rows:
        key = ids.offer_key(identity.removeprefix(REFUGE), row_id, made_at)
        if not any(ids.published_parts(key)):
            found[ids.service_id(key)] = identity
    return found


def _names_operator() -> list[_Condition]:
    # A light card names nobody.
    return [Resource.operator.is_not(None), Resource.operator != "", Resource.is_light.is_(False)]


def _select(conditions: Collection[_Condition]) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .select_from(Resource)
        .join(Resource.kind)
        .where(*conditions)
        .order_by(Resource.id)
    )


def _offers(session: Session, statement: sa.Select[Any], scope: Scope) -> list[Offer]:
    rows = session.execute(statement.execution_options(scope=scope)).mappings().all()
    named = {area.id: area for area in list_named_areas(session, scope=scope)}
    areas = _areas(session, [row["id"] for row in rows], named, scope)
    return [as_shown(_offer(row, named.get(row["town_id"]), areas[row["id"]])) for row in rows]


def _offer(row: Any, town: NamedArea | None, areas: list[tuple[str, Coverage, bool]]) -> Offer:
    return Offer(
        key=ids.offer_key(row["identity"], row["id"], row["created_at"]),
        municipality=row["municipality_code"],
        kind=row["kind"],
        group=row["group"],
        town=town.name if town else None,
        point=None if row["lon"] is None else (row["lon"], row["lat"]),
        timetable=read_timetable_text(row["timetable"]),
        contact=row["contact"],
        areas=tuple(areas),
        **{name: row[name] for name in _AS_THEY_ARE},
    )


def _areas(
    session: Session, keys: Collection[int], named: Mapping[int, NamedArea], scope: Scope
) -> dict[int, list[tuple[str, Coverage, bool]]]:
    found: dict[int, list[tuple[str, Coverage, bool]]] = defaultdict(list)
    for key, served in list_areas_served(session, keys, scope=scope).items():
        known = [(named[area_id], coverage) for area_id, coverage in served if area_id in named]
        # By name and not by key, which is another one in every installation.
        for area, coverage in sorted(known, key=_by_name):
            found[key].append((area.name, coverage, area.kind is AreaKind.TOWN))
    return found


def _by_name(served: tuple[NamedArea, Coverage]) -> tuple[str, str, str]:
    area, _ = served
    return area.kind.value, area.key, area.municipality_code


def _find(session: Session, fits: Callable[[str], bool], scope: Scope) -> Offer | None:
    """Return the first entry whose key fits. The identifiers are in no column, so the keys of all are looked at."""
    rows = session.execute(
        sa.select(Resource.id, Resource.identity, Resource.created_at)
        .join(Resource.kind)
        .where(*MAY_LEAVE_TO_ALL)
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    found = [row_id for row_id, identity, made_at in rows if fits(ids.offer_key(identity, row_id, made_at))]
    offers = _offers(session, _select([*MAY_LEAVE_TO_ALL, Resource.id.in_(found[:1])]), scope)
    return offers[0] if offers else None


def _conditions(session: Session, asked: Asked, with_place: bool, scope: Scope) -> list[_Condition]:
    conditions = [*MAY_LEAVE_TO_ALL]
    if asked.words:
        conditions += find_narrowed(session, Filter(words=asked.words), scope=scope).conditions
    if asked.modified_after is not None:
        conditions.append(Resource.updated_at >= asked.modified_after)
    if asked.organization_id is not None:
        conditions.append(_is_run_by(session, asked.organization_id, scope))
    if asked.taxonomy_term_id is not None:
        conditions.append(_has_term(session, asked.taxonomy_term_id, scope))
    if asked.taxonomy_id is not None:
        conditions.append(_has_term_of(session, asked.taxonomy_id, scope))
    if with_place:
        place = (Resource.address, Resource.building, Resource.town_id, Resource.point)
        conditions.append(sa.or_(*(column.is_not(None) for column in place)))
    return conditions


def _is_run_by(session: Session, organization_id: str, scope: Scope) -> _Condition:
    operator = find_operator(session, organization_id, scope=scope)
    if operator is None:
        return sa.false()
    if operator.corporate_number:
        number: _Condition = Resource.corporate_number == operator.corporate_number
    else:
        number = sa.and_(
            sa.func.coalesce(Resource.corporate_number, "") == "",
            Resource.municipality_code == operator.municipality,
        )
    return sa.and_(*_names_operator(), Resource.operator == operator.name, number)


def _has_term_of(session: Session, taxonomy_id: str, scope: Scope) -> _Condition:
    # Every entry has a kind, and a card.
    if taxonomy_id in (facts.Taxonomy.KINDS.id, facts.Taxonomy.FACTS.id):
        return sa.true()
    return _has_involved(session, lambda terms: any(term.taxonomy.id == taxonomy_id for term in terms), scope)


def _has_term(session: Session, term_id: str, scope: Scope) -> _Condition:
    for group, term in facts.group_terms().items():
        if term.id == term_id:
            return ResourceKind.group == group
    for label, group in list_kinds_in_use(session, scope=scope):
        if facts.kind_term(label, group).id == term_id:
            return ResourceKind.label == label
    for code, term in facts.fact_terms().items():
        if term.id == term_id:
            return _has_fact(session, code, scope)
    return _has_involved(session, lambda terms: any(term.id == term_id for term in terms), scope)


def _has_involved(session: Session, fits: Callable[[Sequence[facts.Term]], bool], scope: Scope) -> _Condition:
    return _has_traits(
        session, lambda traits: TAKING_PART in traits and fits(facts.involved_terms(traits)), scope
    )


def _has_fact(session: Session, code: str, scope: Scope) -> _Condition:
    if code == "card":
        return sa.true()
    full_only = sa.true() if code in facts.LIGHT_FACTS else Resource.is_light.is_(False)
    if code in facts.COLUMN_OF:
        column = Resource.town_id if code == "town" else getattr(Resource, facts.COLUMN_OF[code])
        known: list[_Condition] = [column.is_not(None)]
        if code in ("position_precision", "position_source"):
            known.append(Resource.point.is_not(None))
        return sa.and_(full_only, *known)
    item = next((item for item, known_code in facts.TRAIT_CODES.items() if known_code == code), None)
    if item is None:
        # What identifies an entry, or stands on a schedule: nobody searches by that it is there.
        return sa.false()
    return _has_traits(session, lambda traits: bool(traits.get(item)), scope)


def _has_traits(session: Session, fits: Callable[[Mapping[str, str]], bool], scope: Scope) -> _Condition:
    """Return the condition that the items of an entry fit, which no database is asked."""
    rows = session.execute(
        sa.select(Resource.id, Resource.traits)
        .join(Resource.kind)
        .where(*MAY_LEAVE_TO_ALL, Resource.is_light.is_(False))
        .execution_options(scope=scope)
    )
    return is_one_of(Resource.id, [key for key, traits in rows if fits(traits or {})])
