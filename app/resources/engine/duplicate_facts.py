"""What of an entry tells whether another one is the same, and the keys by which the two are brought together.

Comparing everybody with everybody takes n² steps. Records are therefore put into blocks first and compared only within
them, as record linkage has done since H. B. Newcombe et al., "Automatic Linkage of Vital Records", Science 130 (1959).
A key is one of three sorts: a **name** (core of the name, its first and last letters, its reading), a **sign** (telephone
number, address, address of a page), or **both** at once (the name in this street or near this spot). Two entries are
looked at when they share a key of both, or a sign and a name.

A key becomes a term of two characters of a private use plane, which no text of people holds and no query asks for: so
it stands in the column that both databases index already (see `app.text.terms`), comes and goes with the entry's words,
and is looked up in microseconds.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final, TypeGuard

from app.geo.addresses import normalise_address
from app.geo.geocoding import PositionPrecision
from app.text.normalise import fold_kana, normalise_name, normalise_text
from app.text.terms import TERMS_AT_THE_END
from app.text.values import phone_digits_in

_EXACT: Final = frozenset({PositionPrecision.SURVEYED, PositionPrecision.LOT, PositionPrecision.BLOCK})

# The body that runs a place stands in front of its name in one list and not in the other.
_BODY_APART: Final = re.compile(
    r"^\S*(?:法人|会社|組合|\((?:[株有医福学財社]|社福|特非|一社)\))\S*\s+(?=\S{2})"
)
_BODY: Final = re.compile(r"^(?:医療|社会福祉|学校|宗教)法人(?:社団|財団)?[^会]{1,8}会(?=.{3})")
_CITY: Final = re.compile(r"^[^\d市]{1,6}市立?(?=.{3})")
_CITY_OF_GROUND: Final = re.compile(
    r"^(?:[^\d市]{1,6}市|(?:[^\d郡]{1,5}郡)?[^\d市区町村]{1,5}[町村](?=[^\d]))"
)
_ESTABLISHMENT: Final = re.compile(r"[0-9A-Z]{10}")
_EDGE: Final = 3
_PHONES_MOST: Final = 8

# About 400 m: two points that are close lie in one cell of at least one of two grids, of which one is shifted by half.
_CELL: Final = 0.004

_PLANE: Final = 0xF0000
_SORT_WIDTH: Final = 0x5000
_WIDTH: Final = 0xFFF0


class KeySort(IntEnum):
    """What an equal key says of two entries."""

    NAME = 0
    SIGN = 1
    BOTH = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """An entry as it is compared: everything folded, so that two spellings of one thing are equal; empty is not known.

    `ground` is town and number without the municipality, `town` what of it stands before the first digit, `venue` the
    place where there is no address. `core` is the name without municipality and the body that runs it.
    """

    name: str
    core: str
    grams: frozenset[str]
    reading: str
    city: str
    town: str
    ground: str
    venue: str
    phones: frozenset[str]
    url: str
    establishment: str
    corporate_number: str
    kind: str
    weekdays: int
    hours: tuple[int, int] | None
    point: tuple[float, float] | None
    is_exact: bool
    is_light: bool

    @property
    def has_number(self) -> bool:
        """Whether the address goes down to a number."""
        return self.ground != self.town


def facts_of(said: Mapping[str, Any]) -> Facts:
    """Return what is compared of an entry, from its columns by name (`kind` is the label, `point` is lon and lat)."""
    name = str(said.get("name") or "")
    core = core_of(name)
    is_light = bool(said.get("is_light"))
    city, ground = _ground_of(str(said.get("address") or ""))
    town = re.split(r"\d", ground, maxsplit=1)[0]
    building = normalise_name(str(said.get("building") or ""))
    point = said.get("point")
    hours = said.get("opens_minute"), said.get("closes_minute")
    number = str(said.get("published_id") or "")
    precision = said.get("point_precision")
    return Facts(
        name=normalise_text(name),
        core=core,
        grams=_grams(core),
        reading=fold_kana(normalise_name(str(said.get("kana") or ""))),
        city=city,
        town=town,
        ground=ground,
        venue="" if ground else building,
        # An informal gathering is somebody's living room as often as not: whom to ask is no sign of which it is.
        phones=frozenset() if is_light else phone_digits_in(str(said.get("contact") or "")),
        url="" if is_light else _url(str(said.get("url") or "")),
        establishment=number if _ESTABLISHMENT.fullmatch(number) and not is_light else "",
        corporate_number="" if is_light else str(said.get("corporate_number") or ""),
        kind=str(said.get("kind") or ""),
        weekdays=int(said.get("weekday_mask") or 0),
        hours=hours if _is_a_time(hours) else None,
        point=(point[0], point[1]) if isinstance(point, list | tuple) else None,
        is_exact=precision in _EXACT,
        is_light=is_light,
    )


def core_of(name: str) -> str:
    """Return a name without the municipality and the body that runs the place: 「医療法人青空会　みどり医院」 is 「みどり医院」."""
    bare = _BODY_APART.sub("", normalise_text(name))
    core = fold_kana(normalise_name(bare))
    return _CITY.sub("", _BODY.sub("", core))


def keys_of(facts: Facts) -> Iterator[tuple[KeySort, str]]:
    """Yield the keys of an entry; an equal key does not say yet that two are the same."""
    if not facts.core:
        return
    edges = {facts.core[:_EDGE], facts.core[-_EDGE:]}
    names = edges | {facts.core} | ({facts.reading} if facts.reading else set())
    for each in sorted(names):
        yield KeySort.NAME, each
    for phone in sorted(facts.phones)[:_PHONES_MOST]:
        yield KeySort.SIGN, f"tel:{phone}"
    for label, sign in (("url", facts.url), ("no", facts.establishment), ("venue", facts.venue)):
        if sign:
            yield KeySort.SIGN, f"{label}:{sign}"
    if facts.ground:
        if facts.has_number:
            yield KeySort.SIGN, f"at:{facts.ground}"
        for each in sorted({facts.core, *edges}):
            yield KeySort.BOTH, f"{each}|{facts.ground if each in edges else facts.town}"
    if facts.point is not None and facts.is_exact:
        lon, lat = (degrees / _CELL for degrees in facts.point)
        for shift in (0.0, 0.5):
            cell = f"{shift}:{math.floor(lon + shift)},{math.floor(lat + shift)}"
            for each in sorted(edges):
                yield KeySort.BOTH, f"{each}|{cell}"


def key_terms(facts: Facts) -> list[str]:
    """Return the keys as search terms, each once, in order."""
    return list(dict.fromkeys(_term(sort, key) for sort, key in keys_of(facts)))


def terms_in(text: str) -> dict[str, KeySort]:
    """Return the keys among the terms of an entry, with the sort of each."""
    return {
        term: KeySort((ord(term[0]) - _PLANE) // _SORT_WIDTH)
        for term in text[-TERMS_AT_THE_END:].split(" ")
        if len(term) == 2 and ord(term[0]) >= _PLANE
    }


def are_brought_together(one: Mapping[str, KeySort], other: Mapping[str, KeySort]) -> bool:
    """Tell whether two entries, by their keys, are worth a look."""
    sorts = {one[term] for term in one.keys() & other.keys()}
    return KeySort.BOTH in sorts or {KeySort.NAME, KeySort.SIGN} <= sorts


def _term(sort: KeySort, key: str) -> str:
    drawn = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
    high, low = divmod(drawn, _WIDTH)
    return chr(_PLANE + sort * _SORT_WIDTH + high % _SORT_WIDTH) + chr(_PLANE + low)


def _is_a_time(hours: tuple[Any, Any]) -> TypeGuard[tuple[int, int]]:
    opens, closes = hours
    # What ends before it begins goes over midnight or is a slip: it says nothing here.
    return isinstance(opens, int) and isinstance(closes, int) and opens < closes


def _grams(core: str) -> frozenset[str]:
    # The edges count too: names that begin alike are more alike than names that share something in the middle.
    return frozenset(first + second for first, second in pairwise(f"^{core}$")) if core else frozenset()


def _ground_of(address: str) -> tuple[str, str]:
    """Return municipality and the rest: 「高松市瀬戸内町22-9」 in one file is 「瀬戸内町22-9」 in another."""
    ground = normalise_address(address).ground if address else ""
    city = _CITY_OF_GROUND.match(ground)
    if city is None or city.end() == len(ground):
        return "", ground
    return city.group(), ground[city.end() :]


def _url(text: str) -> str:
    bare = re.sub(r"^https?://(?:www\.)?", "", normalise_text(text).lower()).rstrip("/")
    # The front page of an organisation is shared by all that it runs.
    return bare if "/" in bare else ""
