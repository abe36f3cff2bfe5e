"""Services, organizations and places as HSDS writes them. What is not known is left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from app.clock import TOKYO
from app.geo.geocoding import PositionPrecision
from app.geo.municipality import PREFECTURES
from app.resources.engine.catalogue_rows import languages_of, number_of
from app.resources.engine.environment import plain_word
from app.resources.engine.trait_fields import FEE_YEN
from app.resources.engine.traits import Language
from app.resources.exchange.hsds import ids
from app.resources.exchange.hsds.attributes import attributes_of
from app.resources.exchange.hsds.facts import (
    Document,
    access_facts_of,
    facts_of,
    group_terms,
    involved_terms,
    kind_term,
    place_facts_of,
)
from app.resources.exchange.hsds.offers import Offer
from app.resources.exchange.hsds.schedules import schedules_of
from app.resources.vocabulary import ResourceState
from app.text.values import phones_as_written

STATUS: Final = {
    ResourceState.ACTIVE: "active",
    ResourceState.PAUSED: "temporarily closed",
    ResourceState.ENDED: "defunct",
}
CORPORATE_NUMBER: Final = "法人番号"
"""How an identifier of an organization is called that is its 法人番号."""

TOWN, DISTRICT, WORDS = "town", "district", "words"
"""What a served area is: an area of the list, or words beside it."""

_SCHEME: Final = "JP-JCN"
LANGUAGE_CODES: Final = {
    Language.PLAIN_JAPANESE: "ja",
    Language.ENGLISH: "en",
    Language.CHINESE: "zh",
    Language.KOREAN: "ko",
    Language.VIETNAMESE: "vi",
    Language.PORTUGUESE: "pt",
    Language.TAGALOG: "tl",
    Language.NEPALI: "ne",
}
_CITY: Final = re.compile(r"[^市]{1,5}?郡(?!市)[^市]{1,6}?[町村]|.{1,6}?市(?!市)|[^市町村]{1,5}?区")
_ABOUT: Final = {
    PositionPrecision.BLOCK: "緯度と経度は、街区のおおよその位置です。",
    PositionPrecision.SECTION: "緯度と経度は、小字のおおよその位置です。",
    PositionPrecision.TOWN: "緯度と経度は、町のおおよその位置です。場所そのものではありません。",
    PositionPrecision.UNKNOWN: "緯度と経度がどれくらい正確かは、分かっていません。",
}
_PLACES: Final = 6


def service_summary(offer: Offer) -> Document:
    """Return a service with its own fields alone, and who runs it."""
    languages = [language for language in _languages(offer) if language is not Language.PLAIN_JAPANESE]
    spoken = "・".join(language.label for language in languages)
    return _known(
        {
            "id": offer.id,
            "organization_id": offer.organization_id,
            "name": offer.name,
            "alternate_name": offer.nickname,
            "description": offer.description,
            "url": _uri(offer.url),
            "status": STATUS[offer.state],
            "interpretation_services": f"{spoken}で話せる人がいます。" if spoken else None,
            "application_process": offer.application,
            "fees_description": offer.fee,
            "eligibility_description": offer.audience,
            "minimum_age": offer.age_from,
            "maximum_age": offer.age_to,
            "assured_date": offer.confirmed_on.isoformat() if offer.confirmed_on else None,
            "last_modified": _moment(offer),
            "organization": _organization_summary(offer),
        }
    )


def service_minimal(offer: Offer) -> Document:
    """Return no more of a service than a list of HSDS has to say, and when it changed."""
    return {
        "id": offer.id,
        "name": offer.name,
        "status": STATUS[offer.state],
        "last_modified": _moment(offer),
    }


def service_document(offer: Offer, *, with_places: bool = True) -> Document:
    """Return a service with everything that belongs to it."""
    document = service_summary(offer)
    service_id = offer.id
    said: list[tuple[Any, str | None]] = [(kind_term(offer.kind, offer.group), None)]
    if (group := group_terms().get(offer.group)) is not None:
        said.append((group, None))
    said += [(term, None) for term in involved_terms(offer.traits)]
    said += facts_of(offer)
    phones, contacts = _contact(offer)
    places = [_at_location(offer)] if with_places and offer.has_place else []
    parts: dict[str, list[Document]] = {
        "phones": phones,
        "schedules": schedules_of(offer),
        "service_areas": _service_areas(offer),
        "service_at_locations": places,
        "languages": [
            _known(
                {
                    "id": ids.make_id("language", service_id, language.name),
                    "service_id": service_id,
                    "name": language.label,
                    "code": LANGUAGE_CODES.get(language),
                }
            )
            for language in _languages(offer)
        ],
        "cost_options": _cost_options(offer),
        "contacts": contacts,
        "attributes": attributes_of(service_id, "service", said),
    }
    if offer.operator:
        document["organization"] = organization_of(offer)
    return document | {name: part for name, part in parts.items() if part}


def at_location_summary(offer: Offer) -> Document:
    """Return an offer at its place, with the own fields of both alone."""
    return _at_location_ids(offer) | {
        "location": _location_summary(offer),
        "service": service_summary(offer),
    }


def at_location_document(offer: Offer) -> Document:
    """Return an offer at its place, with everything that belongs to it."""
    return _at_location(offer) | {"service": service_document(offer, with_places=False)}


def organization_summary(name: str, corporate_number: str | None, municipality: str) -> Document:
    """Return who runs services, with its own fields alone."""
    return {
        "id": ids.organization_id(name, corporate_number, municipality),
        "name": name,
        # HSDS asks for a description, and the catalogue has none of an organization.
        "description": "この町の社会資源を運営しています。",
    }


def organization_document(
    name: str,
    corporate_number: str | None,
    municipality: str,
    offers: Iterable[Offer] = (),
    *,
    full_service: bool = False,
) -> Document:
    """Return who runs services, with its number and these services: their own fields, or all of them."""
    document = organization_summary(name, corporate_number, municipality)
    if corporate_number:
        document["organization_identifiers"] = [
            {
                "id": ids.make_id("identifier", document["id"], corporate_number),
                "organization_id": document["id"],
                "identifier_scheme": _SCHEME,
                "identifier_type": CORPORATE_NUMBER,
                "identifier": corporate_number,
            }
        ]
    services = [service_document(offer) if full_service else service_minimal(offer) for offer in offers]
    return document | ({"services": services} if services else {})


def organization_of(offer: Offer) -> Document:
    """Return who runs an offer."""
    return organization_document(offer.operator or "", offer.corporate_number, offer.municipality)


def page_document(contents: list[Document], *, total: int, page: int, per_page: int) -> Document:
    """Return a page of a list in the envelope of HSDS; pages count from 1."""
    pages = -(-total // per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def city_of(address: str) -> tuple[str, str]:
    """Return prefecture and municipality as far as an address begins with them, '' for what it does not name."""
    prefecture = next((name for name in PREFECTURES if address.startswith(name)), "")
    city = _CITY.match(address.removeprefix(prefecture))
    return prefecture, city.group() if city else ""


def _known(document: Mapping[str, Any], kept: Collection[str] = ()) -> Document:
    return {name: value for name, value in document.items() if value not in (None, "") or name in kept}


def _moment(offer: Offer) -> str:
    return offer.updated_at.astimezone(TOKYO).isoformat(timespec="seconds")


def _organization_summary(offer: Offer) -> Document | None:
    if not offer.operator:
        return None
    return organization_summary(offer.operator, offer.corporate_number, offer.municipality)


def _languages(offer: Offer) -> list[Language]:
    # In the order in which somebody has named them.
    return list(languages_of(offer.traits))


def _uri(url: str | None) -> str | None:
    """Return an address with its Japanese letters written as RFC 3986 asks; None for what is no address."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or not parts.netloc.isascii():
        return None
    return quote(url or "", safe=":/?#[]@!$&'()*+,;=%-._~")


def _contact(offer: Offer) -> tuple[list[Document], list[Document]]:
    """Return telephone numbers, and the whole line as it stands where it says more than one number."""
    service_id, line = offer.id, offer.contact
    if not line:
        return [], []
    numbers = phones_as_written(line)
    phones: list[Document] = [
        {"id": ids.make_id("phone", service_id, number), "service_id": service_id, "number": number}
        for number in numbers
    ]
    if numbers == [line]:
        return phones, []
    contact_id = ids.make_id("contact", service_id, line)
    return phones, [{"id": contact_id, "service_id": service_id, "name": line}]


def _service_areas(offer: Offer) -> list[Document]:
    areas = [(name, coverage.label, TOWN if is_town else DISTRICT) for name, coverage, is_town in offer.areas]
    if offer.served_area:
        areas.append((offer.served_area, "", WORDS))
    return [
        _known(
            {
                "id": ids.make_id("service_area", offer.id, sort, name),
                "service_id": offer.id,
                "name": name,
                "description": words,
                "extent_type": sort,
            }
        )
        for name, words, sort in areas
    ]


def _cost_options(offer: Offer) -> list[Document]:
    amount = number_of(offer.traits.get(FEE_YEN))
    if amount is None:
        return []
    return [
        {
            "id": ids.make_id("cost_option", offer.id),
            "service_id": offer.id,
            "option": "1回",
            "currency": "JPY",
            "amount": amount,
        }
    ]


def _at_location_ids(offer: Offer) -> Document:
    return {
        "id": ids.at_location_id(offer.key),
        "service_id": offer.id,
        "location_id": _location_id(offer),
    }


def _at_location(offer: Offer) -> Document:
    return _at_location_ids(offer) | {"location": _location(offer)}


def _location_id(offer: Offer) -> str:
    return ids.make_id("location", offer.id)


def _location_summary(offer: Offer) -> Document:
    point = offer.point or (None, None)
    return _known(
        {
            "id": _location_id(offer),
            "location_type": "physical",
            "name": offer.building,
            "description": _ABOUT.get(offer.point_precision) if offer.point else None,
            "transportation": offer.nearest_stop,
            "latitude": None if point[1] is None else round(point[1], _PLACES),
            "longitude": None if point[0] is None else round(point[0], _PLACES),
        }
    )


def _location(offer: Offer) -> Document:
    document = _location_summary(offer)
    location_id = document["id"]
    if offer.address:
        prefecture, city = city_of(offer.address)
        if not prefecture and offer.municipality[:2].isdecimal():
            prefecture = PREFECTURES[int(offer.municipality[:2]) - 1]
        address_id = ids.make_id("address", location_id)
        document["addresses"] = [
            _known(
                {
                    "id": address_id,
                    "location_id": location_id,
                    "address_1": offer.address,
                    "address_2": offer.building,
                    "city": city,
                    "state_province": prefecture,
                    # HSDS asks for it, and the catalogue keeps none: an empty text says so and invents nothing.
                    "postal_code": "",
                    "country": "JP",
                    "address_type": "physical",
                },
                kept=("city", "state_province", "postal_code"),
            )
        ]
    access = list(access_facts_of(offer))
    if access:
        access_id = ids.make_id("accessibility", location_id)
        document["accessibility"] = [
            _known(
                {
                    "id": access_id,
                    "location_id": location_id,
                    "description": "、".join(f"{term.name}：{plain_word(value)}" for term, value in access),
                    "attributes": attributes_of(access_id, "accessibility", access),
                }
            )
        ]
    facts = attributes_of(location_id, "location", place_facts_of(offer))
    return document | ({"attributes": facts} if facts else {})
