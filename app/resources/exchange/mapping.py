"""What the columns of one file are read as, and what a mended reading of them is: for showing, mending, remembering.

A *reading* is what `Options.columns` holds: header → value of `Column`, name of a trait, or '' for a column that is not
read. It says only what differs from what we know of a header by itself. A header that nobody knows may be *guessed* from
a known word in it, and only for columns in which a wrong guess does no harm; whatever decides on what becomes public is
never guessed. Nor does the town remember it: somebody's reading of one file must not open what the next file closes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from app.resources.exchange.cells import is_silent, tidy
from app.resources.exchange.checking import Options, check_options, meaning_of
from app.resources.exchange.columns import HEADERS, TRAITS, Column, column_of, trait_of
from app.resources.exchange.profiles import likely_profile, profile_named
from app.text.tables import Table, header_key

SAMPLES: Final = 3
_SAMPLE_MOST: Final = 40
# A column that says nothing for so long is shown without samples.
_LOOKED_THROUGH: Final = 500

UNREAD: Final = ""
"""The meaning of a column that is not read."""


class How(StrEnum):
    """How a column came by its meaning."""

    KNOWN = "known"
    GUESSED = "guessed"
    REMEMBERED = "remembered"
    MENDED = "mended"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "known": "見出しから分かりました",
            "guessed": "推測です",
            "remembered": "前回の読み方",
            "mended": "えらんだ読み方",
            "unknown": "分からない見出し",
        }[self.value]


class Way(StrEnum):
    """Where the reading of a file comes from. *Restored*: what was remembered is left aside, and then forgotten."""

    GUESSED = "guessed"
    REMEMBERED = "remembered"
    MENDED = "mended"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column as people see it: its header as written, in how many columns it stands, what is in it and what it means."""

    header: str
    columns: int
    samples: tuple[str, ...]
    meaning: str
    how: How

    @property
    def is_fixed(self) -> bool:
        """Whether it is always read as it is: the column that says which places are secret."""
        return column_of(self.header) is Column.IS_REFUGE

    def to_json(self) -> dict[str, Any]:
        """Return it for keeping with a job."""
        return asdict(self)

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> ColumnUse:
        """Return what was kept."""
        return cls(
            words["header"], words["columns"], tuple(words["samples"]), words["meaning"], How(words["how"])
        )


@dataclass(frozen=True, slots=True)
class Double:
    """Several columns with one meaning; `is_joined` where all of them are taken, else the first that says anything."""

    meaning: str
    headers: tuple[str, ...]
    is_joined: bool


_JOINED: Final = frozenset(
    {
        Column.DESCRIPTION, Column.REMARKS, Column.FEE, Column.FEE_DETAILS, Column.CONTACT, Column.CONTACT_NAME,
        Column.ASK,
    }
)  # fmt: skip

_GROUPS: Final[Mapping[str, tuple[Column, ...]]] = {
    "名前と種類": (
        Column.NAME, Column.KIND, Column.KANA, Column.NICKNAME, Column.NAME_IN_ENGLISH, Column.OPERATOR,
        Column.DESCRIPTION, Column.REMARKS, Column.URL, Column.LEGAL_BASIS, Column.CORPORATE_NUMBER,
    ),
    "場所": (
        Column.ADDRESS, Column.BUILDING, Column.VENUE, Column.TOWN, Column.ADDRESS_PREFECTURE,
        Column.ADDRESS_MUNICIPALITY, Column.ADDRESS_TOWN, Column.ADDRESS_NUMBER, Column.MUNICIPALITY_NAME,
        Column.MUNICIPALITY, Column.LATITUDE, Column.LONGITUDE, Column.POINT_PRECISION, Column.POINT_SOURCE,
        Column.SERVED_AREA, Column.SERVED_AREA_NOTE, Column.NEAREST_STOP, Column.PICKUP,
    ),
    "日と時間": (
        Column.WEEKDAYS, Column.OPENS, Column.CLOSES, Column.SCHEDULE_NOTE, Column.CLOSED_DAYS, Column.STARTS_ON,
        Column.ENDS_ON, Column.OPENS_ON_WORKDAYS, Column.OPENS_ON_SATURDAYS, Column.OPENS_ON_SUNDAYS,
        Column.OPENS_ON_HOLIDAYS, Column.TIMETABLE_WORDS, Column.TIMETABLE,
    ),
    "来られる人と費用": (
        Column.AUDIENCE, Column.AGE_FROM, Column.AGE_TO, Column.CAPACITY, Column.CAPACITY_NOTE,
        Column.ORIGINAL_USERS, Column.GAP_WELCOME, Column.GAP_SEATS, Column.GAP_BASIS, Column.FEE,
        Column.FEE_DETAILS, Column.APPLICATION, Column.APPLY_UNTIL, Column.APPLY_UNTIL_TIME,
    ),
    "連絡先": (
        Column.CONTACT, Column.CONTACT_NAME, Column.EXTENSION, Column.FAX, Column.MAIL, Column.CONTACT_FORM,
        Column.CONTACT_NOTE, Column.ASK, Column.CONTACT_IS_PUBLIC,
    ),
    "公開と確認": (
        Column.DISCLOSURE, Column.IS_REFUGE, Column.STATE, Column.IS_LIGHT, Column.SOURCE, Column.CONFIRMED_ON,
        Column.CONFIRMED_BY, Column.CHECK_NOTE, Column.CHECK_INTERVAL, Column.NEXT_CHECK_ON,
        Column.LISTING_AGREED_ON, Column.LISTING_AGREED_BY, Column.ENDED_ON, Column.END_REASON,
    ),
    "番号": (Column.PUBLISHED_ID, Column.ESTABLISHMENT, Column.HANDLE, Column.SERIAL),
}  # fmt: skip

_NEEDED: Final = (Column.NAME, Column.KIND)

# A wrong guess here is seen at once and closes nothing that ought to be closed.
_GUESSED: Final = (
    Column.NAME, Column.ADDRESS, Column.CONTACT, Column.FEE, Column.CAPACITY, Column.AUDIENCE, Column.DESCRIPTION,
    Column.URL, Column.KANA, Column.WEEKDAYS, Column.APPLICATION, Column.NEAREST_STOP,
)  # fmt: skip
# Words that make another thing of it: the telephone of a person, the seat of a company, what is not for everybody.
_NOT_FOR_ALL: Final = (
    "個人", "自宅", "携帯", "緊急", "代表者", "担当", "氏名", "内部", "非公開", "秘",
)  # fmt: skip
_NOT_MEANT: Final = (
    *_NOT_FOR_ALL, "法人", "本部", "本社", "運営", "郵送", "送付", "fax", "旧", "変更前", "コード", "以外", "不可", "公開", "可否",
    "有無",
)  # fmt: skip
# What decides on who sees a place, and words that are for colleagues: one may read them otherwise in the file at hand,
# but nobody decides on it for the next one.
_NEVER_KEPT: Final = frozenset(
    {
        Column.DISCLOSURE, Column.CONTACT_IS_PUBLIC, Column.IS_LIGHT, Column.LISTING_AGREED_ON,
        Column.LISTING_AGREED_BY,
    }
)  # fmt: skip
_STAYS_ITSELF: Final = _NEVER_KEPT | {Column.KIND, Column.ASK, Column.CHECK_NOTE, Column.CONFIRMED_BY}
_WORDS: Final = sorted(
    (
        (header_key(header), column)
        for column in _GUESSED
        for header in HEADERS[column]
        if len(header_key(header)) >= 2 and not header.isascii()
    ),
    key=lambda pair: (-len(pair[0]), pair[0]),
)


def meaning_choices() -> dict[str, dict[str, str]]:
    """Return what a column may be read as, value and label, in groups."""
    named = {column for columns in _GROUPS.values() for column in columns}
    left = tuple(column for column in Column if column not in named)
    groups = {**_GROUPS, "そのほか": left} if left else _GROUPS
    return {
        **{title: {column.value: column.value for column in columns} for title, columns in groups.items()},
        "ようす・設備（見出しのまま残します）": {trait: trait for trait in TRAITS},
    }


def headers_digest(headers: Iterable[str]) -> str:
    """Return the fingerprint of a layout: the same for two spellings of its headers, another for another order."""
    return hashlib.sha256("\x1f".join(map(header_key, headers)).encode()).hexdigest()


def guess_columns(headers: Collection[str]) -> dict[str, str]:
    """Guess what unknown headers mean; a meaning that a column has already is not given twice."""
    taken = {column_of(header) for header in headers}
    found: dict[str, str] = {}
    for header in headers:
        column = None if _native(header) else _guess(header)
        if column is not None and column not in taken:
            found[header] = column.value
            taken.add(column)
    return found


def _guess(header: str) -> Column | None:
    key = header_key(header)
    if any(header_key(word) in key for word in _NOT_MEANT):
        return None
    return next((column for word, column in _WORDS if word in key), None)


def recalled_columns(table: Table, kept: Mapping[str, str]) -> dict[str, str]:
    """Return a kept reading for the headers of this file, whatever their spelling; see `lasting_columns`."""
    by_key = {header_key(header): meaning for header, meaning in kept.items()}
    found = {header: by_key[header_key(header)] for header in table.headers if header_key(header) in by_key}
    return lasting_columns(found, table.headers)


def lasting_columns(columns: Mapping[str, str], headers: Collection[str]) -> dict[str, str]:
    """Return what of a reading may serve the next file with these headers, which somebody else may take in.

    Left out is what would change who sees a place, what it is (a kind may be secret), or make a person's number public.
    """
    says_kind = Column.KIND in map(column_of, headers)
    return {
        header: meaning
        for header, meaning in columns.items()
        if _may_last(header, meaning, says_kind=says_kind)
    }


def _may_last(header: str, meaning: str, *, says_kind: bool) -> bool:
    native = column_of(header)
    if native is Column.IS_REFUGE or native in _STAYS_ITSELF or meaning in _NEVER_KEPT:
        return False
    if meaning == Column.KIND:
        # Beside a column that says it, another one could be read first.
        return not says_kind
    # Not to read a column shows nobody anything, and secrecy only closes.
    is_harmless = meaning in (UNREAD, Column.IS_REFUGE)
    return is_harmless or not any(header_key(word) in header_key(header) for word in _NOT_FOR_ALL)


def mended_columns(uses: Iterable[ColumnUse], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the reading that people chose, without what needs no word: a known header that is read as itself.

    `chosen` is header → meaning. That a guess was turned down is kept, so that it is not made again.
    """
    found: dict[str, str] = {}
    for use in uses:
        meaning, native = chosen.get(use.header, use.meaning), _native(use.header)
        if meaning != native or (not meaning and _guess(use.header) is not None):
            found[use.header] = meaning
    return found


def describe_columns(table: Table, columns: Mapping[str, str], way: Way) -> tuple[ColumnUse, ...]:
    """Return every column of a file as people see it, in the order of the file; a header that comes twice once."""
    samples = _samples_of(table)
    places: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(table.headers):
        places[header].append(place)
    uses = []
    for header, where in places.items():
        found = next((samples[place] for place in where if samples[place]), ())
        if not header_key(header) and not found and not _native(header):
            # An empty column at the edge of a sheet.
            continue
        meaning = str(meaning_of(header, columns) or UNREAD)
        uses.append(ColumnUse(header, len(where), tuple(found), meaning, _how(header, meaning, columns, way)))
    return tuple(uses)


def _how(header: str, meaning: str, columns: Mapping[str, str], way: Way) -> How:
    if header in columns and meaning == columns[header]:
        return {Way.REMEMBERED: How.REMEMBERED, Way.MENDED: How.MENDED}.get(way, How.GUESSED)
    return How.KNOWN if meaning else How.UNKNOWN


def _native(header: str) -> str:
    column = column_of(header)
    return column.value if column is not None else trait_of(header) or UNREAD


def _samples_of(table: Table) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in table.headers]
    wanting = len(found)
    for line in islice(table.lines(), _LOOKED_THROUGH):
        for place, cell in enumerate(line.cells[: len(found)]):
            if len(found[place]) < SAMPLES and not is_silent(cell):
                found[place].append(_short(cell))
                wanting -= len(found[place]) == SAMPLES
        if not wanting:
            break
    return found


def _short(cell: str) -> str:
    text = tidy(cell)
    return text if len(text) <= _SAMPLE_MOST else f"{text[: _SAMPLE_MOST - 1]}…"


def find_doubles(uses: Sequence[ColumnUse]) -> tuple[Double, ...]:
    """Return the meanings that more than one column has."""
    headers: dict[str, list[str]] = defaultdict(list)
    for use in uses:
        if use.meaning and use.meaning != Column.SERIAL:
            headers[use.meaning] += [use.header] * use.columns
    return tuple(
        Double(meaning, tuple(dict.fromkeys(found)), meaning in _JOINED)
        for meaning, found in headers.items()
        if len(found) > 1
    )


def find_missing(table: Table, options: Options) -> tuple[str, ...]:
    """Return the meanings without which nothing of a file can be taken in: 名称, and 種別 where nobody says it."""
    present = {meaning_of(header, options.columns) for header in table.headers}
    profile = profile_named(options.profile) if options.profile else likely_profile(table)
    if options.kind or (profile is not None and profile.kind):
        present.add(Column.KIND)
    return tuple(column.value for column in _NEEDED if column not in present)


def assumed_kind(table: Table, options: Options) -> str | None:
    """Return the kind that all rows get because no column says one: the one that was named, or that of the layout.

    None where a column says it, and where so much is missing that nothing can be taken in yet.
    """
    has_column = Column.KIND in {meaning_of(header, options.columns) for header in table.headers}
    if has_column or find_missing(table, options):
        return None
    return check_options(table, options).kind
